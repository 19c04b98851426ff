"""The widget for line plots."""

from __future__ import annotations

from collections.abc import Sequence

from textual.reactive import reactive

from tui.widgets.plots.frame import AXIS, TITLE, Piece
from tui.widgets.plots.line_plot import MAX_RUNS, LinePlotData, draw_line_plot
from tui.widgets.plots.plot_widget import PlotWidget


class LinePlot(PlotWidget):
    """A line plot. Set `plot` to show another one."""

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

    def __init__(self, plot: LinePlotData, *, ascii: bool = False, id: str | None = None) -> None:  # noqa: A002
        super().__init__(ascii=ascii, id=id)
        self.set_reactive(LinePlot.plot, plot)

    @property
    def content(self) -> LinePlotData:
        return self.plot

    def draw(self, width: int, height: int) -> Sequence[Sequence[Piece]]:
        return draw_line_plot(self.plot, width, height, ascii=self.ascii)

    def component_class(self, style: int) -> str | None:
        if style >= 0:
            return f"line-plot--run-{style % MAX_RUNS}"
        return {TITLE: "line-plot--title", AXIS: "line-plot--axis"}.get(style)
