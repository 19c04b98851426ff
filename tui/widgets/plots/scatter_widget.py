"""The widget for scatter plots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.reactive import reactive

from tui.widgets.plots.frame import AXIS, TITLE, Piece
from tui.widgets.plots.plot_widget import PlotWidget
from tui.widgets.plots.scatter_plot import CHOSEN, DOMINATED, FRONT, ScatterData, draw_scatter

CLASS_NAMES = {FRONT: "front", DOMINATED: "beaten", CHOSEN: "chosen", AXIS: "axis", TITLE: "title"}
"""The component classes by style."""


class ScatterPlot(PlotWidget):
    """A scatter plot; a click chooses the nearest point, if one is near enough."""

    HELP = (
        "Accuracy against what it costs, one point a variant, means over seeds.\n"
        "A filled sign (◆, or # in ASCII) is on the Pareto front: no other variant is at least as "
        "cheap and more accurate. A hollow one (○, or o) is beaten by one that is.\n"
        "x changes the cost, a click chooses a variant, z gives the plot the whole screen."
    )
    COMPONENT_CLASSES = {  # noqa: RUF012
        "scatter--front",
        "scatter--beaten",
        "scatter--chosen",
        "scatter--axis",
        "scatter--title",
    }
    DEFAULT_CSS = """
    ScatterPlot { height: 1fr; width: 1fr; }
    ScatterPlot > .scatter--front { color: $accent; text-style: bold; }
    ScatterPlot > .scatter--beaten { color: $text-muted; }
    ScatterPlot > .scatter--chosen { text-style: reverse; }
    ScatterPlot > .scatter--axis { color: $text-muted; }
    ScatterPlot > .scatter--title { color: $text; text-style: bold; }
    """

    scatter: reactive[ScatterData] = reactive(ScatterData())
    chosen: reactive[str | None] = reactive(None)

    @dataclass
    class Chosen(Message):
        """The point `name` was clicked."""

        name: str

    def __init__(self, *, ascii: bool = False, id: str | None = None) -> None:  # noqa: A002
        super().__init__(ascii=ascii, id=id)
        self._points_by_cell: dict[tuple[int, int], str] = {}

    @property
    def content(self) -> tuple[ScatterData, str | None]:
        return self.scatter, self.chosen

    def draw(self, width: int, height: int) -> Sequence[Sequence[Piece]]:
        drawn = draw_scatter(self.scatter, width, height, chosen=self.chosen, ascii=self.ascii)
        self._points_by_cell = drawn.points_by_cell
        return drawn.lines

    def component_class(self, style: int) -> str | None:
        return f"scatter--{CLASS_NAMES[style]}" if style in CLASS_NAMES else None

    def on_click(self, event: events.Click) -> None:
        near = min(
            self._points_by_cell,
            key=lambda cell: (cell[0] - event.y) ** 2 * 4 + (cell[1] - event.x) ** 2,
            default=None,
        )
        if near and abs(near[0] - event.y) <= 1 and abs(near[1] - event.x) <= 3:
            self.post_message(self.Chosen(self._points_by_cell[near]))
