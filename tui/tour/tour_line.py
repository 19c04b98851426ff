"""The line below the header with the next key of the tour."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.widget import Widget

from tui.model.tour_step import TourStep
from tui.tour.steps import next_step_index
from tui.workspace import workspace_of


class TourLine(Widget):
    """`Step 3 of 5  s  Start …`; hidden if the tour has no step in this mode."""

    HELP: ClassVar[str] = (
        "The next step of the tour to a comparison. The key at its end ends the tour."
    )
    DEFAULT_CSS = """
    TourLine { height: 1; padding: 0 1; background: $surface; display: none; }
    TourLine.-leading { display: block; }
    """

    def __init__(self, mode: str) -> None:
        super().__init__()
        self._mode = mode
        self._count = ""
        self._step: TourStep | None = None

    def on_mount(self) -> None:
        self.watch(self.app, "tour", self._update)
        self.watch(self.app, "study", self._update, init=False)

    def _update(self) -> None:
        app = workspace_of(self)
        index = next_step_index(app.tour, self._mode, variants=bool(app.study.variants))
        self._count = "" if index is None else f"Step {index + 1} of {len(app.tour)}"
        self._step = None if index is None else app.tour[index]
        self.set_class(index is not None, "-leading")
        self.refresh()

    def render(self) -> Text:
        if self._step is None:
            return Text()
        first_key = workspace_of(self).first_key
        keys, end = self._step.keys(first_key), f"{first_key('app.first-steps')} ends"
        line = Text(no_wrap=True).append(f"{self._count}  ")
        line.append(f" {keys} ", style="bold reverse").append(f"  {self._step.text}")
        room = self.content_size.width - len(end) - 2
        if line.cell_len + len(self._step.hint) + 2 <= room:
            line.append(f"  {self._step.hint}", style="dim")
        line.truncate(max(1, room), overflow="ellipsis", pad=True)
        return line.append(f"  {end}", style="dim")
