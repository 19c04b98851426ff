"""The lower part of Compare: one of several views of the study, with a bar to choose between."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.reactive import reactive
from textual.widgets import ContentSwitcher, Static

from tui.compare.viewbar import VIEWS, ViewBar
from tui.widgets.curves import Curves
from tui.widgets.plot import Plot
from tui.widgets.points import Scatter
from tui.widgets.scatter import ScatterPlot


class Panel(Vertical):
    """Details of a variant, curves, a scatter, or the notes under the table."""

    HELP = """
    What the table cannot hold. Details: the variant under the cursor in full, what was expected
    of it and what happened. Curves: the marked variants (Space) laid over each other, or the one
    under the cursor with the baseline. Scatter: accuracy against cost. Notes: what limits the
    comparison, and where the figures come from.

    v opens the next view, z gives it the whole screen.
    """
    DEFAULT_CSS = """
    Panel { height: 1fr; min-height: 7; background: $surface; }
    Panel ContentSwitcher { height: 1fr; }
    Panel VerticalScroll { padding: 0 1; height: 1fr; }
    Panel Static { width: 1fr; height: auto; }
    Panel Curves, Panel ScatterPlot { padding: 0 1; }
    """

    view: reactive[str] = reactive(VIEWS[0])

    def __init__(self, *, ascii: bool = False) -> None:  # noqa: A002
        super().__init__()
        self._ascii = ascii

    def compose(self) -> ComposeResult:
        """The bar, and a part for each view."""
        yield ViewBar()
        with ContentSwitcher(initial=VIEWS[0]):
            with VerticalScroll(id="details"):
                yield Static(id="details-text", markup=False)
            yield Curves(Plot(""), ascii=self._ascii, id="curves")
            yield ScatterPlot(ascii=self._ascii, id="scatter")
            with VerticalScroll(id="notes"):
                yield Static(id="notes-text", markup=False)

    def watch_view(self, view: str) -> None:
        """Show that view."""
        if self.is_mounted:
            self.query_one(ViewBar).view = view
            self.query_one(ContentSwitcher).current = view

    def show_next(self) -> None:
        """Open the next view."""
        self.view = VIEWS[(VIEWS.index(self.view) + 1) % len(VIEWS)]

    def tell(self, which: str, text: Text) -> None:
        """Show `text` as the details or the notes."""
        self.query_one(f"#{which}-text", Static).update(text)

    def caution(self, number: int) -> None:
        """Say on the bar how many cautions there are."""
        self.query_one(ViewBar).cautions = number

    def choose(self, variant: str | None) -> None:
        """Name the point of this variant."""
        self.query_one(ScatterPlot).chosen = variant

    def draw(self, plot: Plot | Scatter, chosen: str | None) -> None:
        """Show curves, or a scatter with the point `chosen` named."""
        if isinstance(plot, Plot):
            self.query_one(Curves).plot = plot
        else:
            self.query_one(ScatterPlot).scatter = plot
            self.choose(chosen)
