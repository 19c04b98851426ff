"""The lower part of Compare: one of several views, with a bar to choose the view."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.reactive import reactive
from textual.widgets import ContentSwitcher

from tui.compare.details_view import DETAILS_LABEL_WIDTH
from tui.compare.view_bar import VIEWS, ViewBar
from tui.widgets.definition_list import DefinitionBlock, DefinitionList
from tui.widgets.plots.line_plot import LinePlotData
from tui.widgets.plots.line_plot_widget import LinePlot
from tui.widgets.plots.scatter_plot import ScatterData
from tui.widgets.plots.scatter_widget import ScatterPlot


class ViewPanel(Vertical):
    """Details of a variant, curves, a scatter, expectations, or notes on the table."""

    HELP = """
    What the table cannot hold. Details: the variant under the cursor in full, what was expected
    of it and what happened. Curves: the marked variants (Space) laid over each other, or the one
    under the cursor with the baseline. Scatter: accuracy against cost. Expected: what
    was written down of each variant before it was run, beside what happened. Notes: what limits
    the comparison, and where the figures come from.

    v opens the next view, z gives it the whole screen.
    """
    DEFAULT_CSS = """
    ViewPanel { height: 1fr; min-height: 7; }
    ViewPanel ContentSwitcher { height: 1fr; }
    ViewPanel VerticalScroll { padding: 0 1; height: 1fr; scrollbar-gutter: stable; }
    ViewPanel DefinitionList { padding-right: 1; }
    ViewPanel LinePlot, ViewPanel ScatterPlot { padding: 0 1; }
    """

    view: reactive[str] = reactive(VIEWS[0])

    def __init__(self, *, ascii: bool = False) -> None:  # noqa: A002
        super().__init__()
        self._ascii = ascii

    def compose(self) -> ComposeResult:
        yield ViewBar()
        with ContentSwitcher(initial=VIEWS[0]):
            with VerticalScroll(id="details"):
                yield DefinitionList(DETAILS_LABEL_WIDTH, id="details-text")
            yield LinePlot(LinePlotData(""), ascii=self._ascii, id="curves")
            yield ScatterPlot(ascii=self._ascii, id="scatter")
            with VerticalScroll(id="expected"):
                yield DefinitionList(DETAILS_LABEL_WIDTH, apart=True, id="expected-text")
            with VerticalScroll(id="notes"):
                yield DefinitionList(2, id="notes-text")

    def watch_view(self, view: str) -> None:
        if self.is_mounted:
            self.query_one(ViewBar).view = view
            self.query_one(ContentSwitcher).current = view

    def show_next(self) -> None:
        self.view = VIEWS[(VIEWS.index(self.view) + 1) % len(VIEWS)]

    def show_blocks(self, which: str, blocks: Sequence[DefinitionBlock]) -> None:
        """Show `blocks` in the view `which`: details, expected or notes."""
        self.query_one(f"#{which}-text", DefinitionList).show(blocks)

    def set_caution_count(self, number: int) -> None:
        """Show on the bar how many cautions there are."""
        self.query_one(ViewBar).cautions = number

    def highlight_variant(self, variant: str | None) -> None:
        self.query_one(ScatterPlot).chosen = variant

    def draw(self, plot: LinePlotData | ScatterData, chosen: str | None) -> None:
        """Show curves, or a scatter in which the point `chosen` has its name."""
        if isinstance(plot, LinePlotData):
            self.query_one(LinePlot).plot = plot
        else:
            self.query_one(ScatterPlot).scatter = plot
            self.highlight_variant(chosen)
