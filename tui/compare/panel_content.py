"""The content of the views below the table, and the variants marked for the curves."""

from __future__ import annotations

from netlab.report.table import VariantRow
from tui.compare.claims_view import claim_blocks
from tui.compare.comparison_loader import ComparisonLoader
from tui.compare.comparison_table import ComparisonTable
from tui.compare.details_view import details_block, note_blocks
from tui.compare.expected_view import expectation_blocks
from tui.compare.messages import PlotLoaded, ShownStudy
from tui.compare.panel import ViewPanel
from tui.compare.view_options import COST_AXES, CURVE_KINDS
from tui.shell.mode_screen import ModeScreen
from tui.widgets.plots.line_plot import MAX_RUNS, run_sign


class PanelContent:
    """Fills the open view of `panel` for the variant under the cursor of `table`."""

    def __init__(
        self, screen: ModeScreen, loader: ComparisonLoader, table: ComparisonTable, panel: ViewPanel
    ) -> None:
        self._screen = screen
        self._loader = loader
        self._table = table
        self._panel = panel
        self._ascii = screen.workspace.settings.ascii
        self._marked: tuple[str, ...] = ()
        self._cost_axis, self._curve_kind = COST_AXES[0], CURVE_KINDS[0]

    @property
    def variant(self) -> str | None:
        line = self._table.cursor_line
        return line.variant if line else None

    def fill(self) -> None:
        """Show the content of the open view, or request it in the background."""
        panel, shown, variant = self._panel, self._loader.shown, self.variant
        if shown is None or variant is None:
            return
        if panel.view == "details":
            block = details_block(shown.loaded, shown.table, variant, ascii=self._ascii)
            panel.show_blocks("details", [block])
        elif panel.view == "expected":
            claims = claim_blocks(shown.loaded.verdicts, self._loader.lab, ascii=self._ascii)
            expectations = expectation_blocks(shown.loaded.study, shown.table)
            panel.show_blocks("expected", [*claims, *expectations])
        elif panel.view == "scatter":
            self._loader.request_scatter(shown, self._cost_axis)
        elif panel.view == "curves":
            each = shown.options.seeds != "mean"
            rows = self._curve_rows(shown)
            self._loader.request_curves(rows, self._curve_kind, each=each, ascii=self._ascii)

    def show_notes(self, shown: ShownStudy) -> None:
        """Show the notes of a table, and on the bar the number of its cautions."""
        self._panel.show_blocks("notes", note_blocks(shown.table, self._loader.lab))
        self._panel.set_caution_count(len(shown.table.cautions))

    def show_plot(self, message: PlotLoaded) -> None:
        self._panel.draw(message.plot, self.variant)

    def cursor_moved(self) -> None:
        """Update the open view if it depends on the cursor."""
        if self._panel.view == "scatter":
            self._panel.highlight_variant(self.variant)
        elif self._panel.view == "details" or not self._marked:
            self.fill()

    def open_view(self, view: str) -> None:
        self._panel.view = view
        self.fill()

    def open_next_view(self) -> None:
        self._panel.show_next()
        self.fill()

    def next_cost_axis(self) -> None:
        """Plot accuracy against the next cost; if the scatter is not open, only open it."""
        if self._panel.view == "scatter":
            self._cost_axis = COST_AXES[(COST_AXES.index(self._cost_axis) + 1) % len(COST_AXES)]
        self.open_view("scatter")

    def next_curve_kind(self) -> None:
        """Show the next kind of curve; if the curves are not open, only open them."""
        if self._panel.view == "curves":
            next_index = (CURVE_KINDS.index(self._curve_kind) + 1) % len(CURVE_KINDS)
            self._curve_kind = CURVE_KINDS[next_index]
        self.open_view("curves")

    def toggle_mark(self, variant: str) -> None:
        """Mark a variant for the curves, or unmark it."""
        if variant in self._marked:
            self._mark(tuple(name for name in self._marked if name != variant))
        elif len(self._marked) < MAX_RUNS:
            self._mark((*self._marked, variant))
        else:
            text = f"{MAX_RUNS} variants are marked; no more can be told apart."
            self._screen.notify(text)

    def clear_marks(self) -> None:
        self._mark(())

    def _mark(self, variants: tuple[str, ...]) -> None:
        self._marked = variants
        self._table.marks = {
            name: run_sign(slot, "validation", ascii=self._ascii)
            for slot, name in enumerate(variants)
        }
        if self._panel.view == "curves":
            self.fill()

    def _curve_rows(self, shown: ShownStudy) -> list[VariantRow]:
        """The marked variants; if none is marked, the baseline and the variant under the cursor."""
        rows = {row.variant: row for row in shown.table.rows}
        names = self._marked or (shown.table.rows[0].variant, self.variant)
        return [rows[name] for name in dict.fromkeys(names) if name in rows]
