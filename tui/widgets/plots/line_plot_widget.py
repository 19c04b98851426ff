"""The widget that shows curves. It draws when its data or size have changed, and only then."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.plots.line_plot import AXIS, MAX_RUNS, TITLE, LinePlot, draw_line_plot


class Curves(Widget):
    """One plot. Set `plot` to show another."""

    HELP = (
        "Curves of the marked runs, or of the one under the cursor.\n"
        "A line that ends in a hollow sign is training; a dotted line through filled signs is "
        "validation. Each run has its own sign, which also stands before it in the list.\n"
        "Where there are more points than columns, the line covers all of them, peaks and dips."
    )
    COMPONENT_CLASSES = {  # noqa: RUF012
        "curves--title",
        "curves--axis",
        *(f"curves--run-{slot}" for slot in range(MAX_RUNS)),
    }
    DEFAULT_CSS = """
    Curves { height: 1fr; width: 1fr; }
    Curves > .curves--title { color: $text; text-style: bold; }
    Curves > .curves--axis { color: $text-muted; }
    Curves > .curves--run-0 { color: $accent; }
    Curves > .curves--run-1 { color: $warning; }
    Curves > .curves--run-2 { color: $success; }
    Curves > .curves--run-3 { color: $secondary; }
    Curves > .curves--run-4 { color: $foreground; }
    Curves > .curves--run-5 { color: $error; }
    """

    plot: reactive[LinePlot] = reactive(LinePlot(""))
    ascii: reactive[bool] = reactive(False)

    def __init__(self, plot: LinePlot, *, ascii: bool = False, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.set_reactive(Curves.plot, plot)
        self.set_reactive(Curves.ascii, ascii)
        self._drawn: tuple[LinePlot, Size, bool] | None = None
        self._lines: list[list[tuple[str, int]]] = []

    def render_line(self, y: int) -> Strip:
        """One line of the plot."""
        wanted = (self.plot, self.size, self.ascii)
        if self._drawn is None or self._drawn != wanted:
            self._lines = draw_line_plot(self.plot, *self.size, ascii=self.ascii)
            self._drawn = wanted
        if y >= len(self._lines):
            return Strip.blank(self.size.width, self.rich_style)
        segments = [Segment(text, self._style(ink)) for text, ink in self._lines[y]]
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)

    def _style(self, ink: int) -> Style:
        names = {TITLE: "curves--title", AXIS: "curves--axis"}
        if ink < 0 and ink not in names:
            return self.rich_style
        name = names.get(ink, f"curves--run-{ink % MAX_RUNS}")
        return self.get_component_rich_style(name)
