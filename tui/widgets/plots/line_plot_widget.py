"""The widget that shows curves. It draws when its data or size have changed, and only then."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.plots.line_plot import AXIS, MAX_RUNS, TITLE, LinePlotData, draw_line_plot


class LinePlot(Widget):
    """One plot. Set `plot` to show another."""

    HELP = (
        "Curves of the marked runs, or of the one under the cursor.\n"
        "A line that ends in a hollow sign is training; a dotted line through filled signs is "
        "validation. Each run has its own sign, which also stands before it in the list.\n"
        "Where there are more points than columns, the line covers all of them, peaks and dips."
    )
    COMPONENT_CLASSES = {  # noqa: RUF012
        "line-plot--title",
        "line-plot--axis",
        *(f"line-plot--run-{slot}" for slot in range(MAX_RUNS)),
    }
    DEFAULT_CSS = """
    LinePlot { height: 1fr; width: 1fr; }
    LinePlot > .line-plot--title { color: $text; text-style: bold; }
    LinePlot > .line-plot--axis { color: $text-muted; }
    LinePlot > .line-plot--run-0 { color: $accent; }
    LinePlot > .line-plot--run-1 { color: $warning; }
    LinePlot > .line-plot--run-2 { color: $success; }
    LinePlot > .line-plot--run-3 { color: $secondary; }
    LinePlot > .line-plot--run-4 { color: $foreground; }
    LinePlot > .line-plot--run-5 { color: $error; }
    """

    plot: reactive[LinePlotData] = reactive(LinePlotData(""))
    ascii: reactive[bool] = reactive(False)

    def __init__(self, plot: LinePlotData, *, ascii: bool = False, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.set_reactive(LinePlot.plot, plot)
        self.set_reactive(LinePlot.ascii, ascii)
        self._drawn: tuple[LinePlotData, Size, bool] | None = None
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
        names = {TITLE: "line-plot--title", AXIS: "line-plot--axis"}
        if ink < 0 and ink not in names:
            return self.rich_style
        name = names.get(ink, f"line-plot--run-{ink % MAX_RUNS}")
        return self.get_component_rich_style(name)
