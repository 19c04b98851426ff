"""The widget that shows a scatter. It draws when its data or size have changed, and only then."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.plots.scatter_plot import NOTHING, DrawnScatter, ScatterData, draw_scatter


class ScatterPlot(Widget):
    """A scatter. It draws when its data or size have changed; a click chooses the nearest point."""

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
    _INKS = ("front", "beaten", "chosen", "axis", "title")

    scatter: reactive[ScatterData] = reactive(ScatterData())
    chosen: reactive[str | None] = reactive(None)
    ascii: reactive[bool] = reactive(False)

    class Chosen(Message):
        """The point `name` was clicked."""

        def __init__(self, control: ScatterPlot, name: str) -> None:
            super().__init__()
            self.plot = control
            self.name = name

        @property
        def control(self) -> ScatterPlot:
            """The plot."""
            return self.plot

    def __init__(self, *, ascii: bool = False, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.set_reactive(ScatterPlot.ascii, ascii)
        self._drawn_for: tuple[ScatterData, Size, str | None, bool] | None = None
        self._drawn = DrawnScatter((), {})

    def render_line(self, y: int) -> Strip:
        """One line of the plot."""
        wanted = (self.scatter, self.size, self.chosen, self.ascii)
        if self._drawn_for != wanted:
            self._drawn = draw_scatter(
                self.scatter, *self.size, chosen=self.chosen, ascii=self.ascii
            )
            self._drawn_for = wanted
        if y >= len(self._drawn.lines):
            return Strip.blank(self.size.width, self.rich_style)
        segments = [Segment(text, self._style(ink)) for text, ink in self._drawn.lines[y]]
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)

    def on_click(self, event: events.Click) -> None:
        """Choose the nearest point, if it is near."""
        near = min(
            self._drawn.points_by_cell,
            key=lambda cell: (cell[0] - event.y) ** 2 * 4 + (cell[1] - event.x) ** 2,
            default=None,
        )
        if near and abs(near[0] - event.y) <= 1 and abs(near[1] - event.x) <= 3:
            self.post_message(self.Chosen(self, self._drawn.points_by_cell[near]))

    def _style(self, ink: int) -> Style:
        if ink == NOTHING:
            return self.rich_style
        return self.get_component_rich_style(f"scatter--{self._INKS[ink]}")
