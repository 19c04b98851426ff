"""The table of all networks of the study, with their costs before anything is run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.coordinate import Coordinate
from textual.message import Message
from textual.widgets import DataTable, Static

from netlab.format import format_count, format_percent_change
from tui.model.costs import Costs
from tui.model.network_preview import NetworkPreview

FIGURE_COLUMNS = (("params", 8), ("change", 9), ("MACs", 8), ("change", 9))
"""Headings and widths (in cells) of the columns of numbers."""

NAME_WIDTH_RANGE = (12, 24)
MIN_CHANGES_WIDTH = 12
"""Least width, in cells, of the column of changes; with less room the column is left out."""


class VariantRows(DataTable[Text]):
    """The table, with vim's keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
        Binding("g", "scroll_top", "First", show=False),
        Binding("G", "scroll_bottom", "Last", show=False),
    ]


class VariantTable(Vertical):
    """The baseline and the variants: name, parameters, MACs, differences, and changes."""

    HELP: ClassVar[str] = (
        "The study's networks: the baseline and every variant, with parameters and MACs (one\n"
        "multiply and add each, for one image) and how they differ from the baseline's.\n"
        "Figures in grey are being worked out. A row with ! cannot be trained, and says why.\n"
        "Enter edits the highlighted variant, delete takes it out."
    )
    DEFAULT_CSS = """
    VariantTable {
        & > VariantRows {
            height: auto; max-height: 100%; background: transparent;
            overflow-x: hidden; scrollbar-size-vertical: 1;
            & > .datatable--header {
                background: transparent; background-tint: transparent; color: $text-muted;
            }
            &:ansi > .datatable--header { background: transparent; color: $text-muted; }
        }
        & > #no-variants { height: auto; padding: 1; color: $text-muted; }
    }
    """

    class Highlighted(Message):
        """The cursor moved to another row."""

    class Opened(Message):
        """The user pressed Enter on a row, or clicked it."""

    def __init__(self) -> None:
        super().__init__(id="variants")
        self.border_title = " Variants "
        self._previews: tuple[NetworkPreview, ...] = ()
        self._baseline_costs: Costs | None = None
        self._laid_out: tuple[int, int, object] | None = None
        """The width, the number of rows and their content, as last drawn."""

    def compose(self) -> ComposeResult:
        rows = VariantRows(cursor_type="row", zebra_stripes=False, id="variant-rows")
        yield rows
        yield Static(
            "No variants yet. Space on a proposal makes one; or change the network in Compose (1) "
            "and record the change here (r).",
            id="no-variants",
            markup=False,
        )

    @property
    def rows(self) -> VariantRows:
        return self.query_one(VariantRows)

    @property
    def highlighted(self) -> str | None:
        index = self.rows.cursor_row
        return self._previews[index].name if 0 <= index < len(self._previews) else None

    def show(self, previews: Sequence[NetworkPreview], baseline_costs: Costs | None) -> None:
        """Show these rows; the cursor stays on its variant if that is still there."""
        self._baseline_costs = baseline_costs
        self._previews, before = tuple(previews), self._previews
        at = self.rows.cursor_row
        name = before[at].name if 0 <= at < len(before) else None
        names = [preview.name for preview in previews]
        self._lay_out(names.index(name) if name in names else min(at, len(names) - 1))
        self.query_one("#no-variants").display = len(previews) < 2

    def select(self, name: str) -> None:
        for index, preview in enumerate(self._previews):
            if preview.name == name:
                self.rows.move_cursor(row=index)

    def on_resize(self, event: events.Resize) -> None:
        del event
        self._lay_out(self.rows.cursor_row)

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        event.stop()
        if self.highlighted is not None:
            self.post_message(self.Highlighted())

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        if self.highlighted is not None:
            self.post_message(self.Opened())

    def _lay_out(self, cursor: int) -> None:
        width = self.size.width
        wanted = (width, len(self._previews), (self._previews, self._baseline_costs))
        if not width or self._laid_out == wanted:
            return
        same_grid = self._laid_out is not None and self._laid_out[:2] == wanted[:2]
        self._laid_out = wanted
        name, changes_width = _widths(width, self._previews)
        cells = [_cells(seen, self._baseline_costs, name, changes_width) for seen in self._previews]
        if same_grid and len(self.rows.columns) == len(cells[0]):
            for row, line in enumerate(cells):
                for column, cell in enumerate(line):
                    self.rows.update_cell_at(Coordinate(row, column), cell)
            return
        self.rows.clear(columns=True)
        self.rows.add_column(Text("variant"), width=name)
        for heading, wide in FIGURE_COLUMNS:
            self.rows.add_column(Text(heading.rjust(wide)), width=wide)
        if changes_width:
            self.rows.add_column(Text("what changes"), width=changes_width)
        self.rows.add_rows(cells)
        self.rows.move_cursor(row=max(0, cursor))


def _widths(width: int, previews: Sequence[NetworkPreview]) -> tuple[int, int]:
    """Widths in cells of the columns of names and of changes; 0 for changes without enough room."""
    left = (
        width - sum(wide for _heading, wide in FIGURE_COLUMNS) - 2 * (len(FIGURE_COLUMNS) + 2) - 1
    )
    longest = max((Text(preview.name).cell_len for preview in previews), default=0) + 2
    name = max(NAME_WIDTH_RANGE[0], min(longest, NAME_WIDTH_RANGE[1], left - MIN_CHANGES_WIDTH))
    changes_width = left - name
    return (
        (name, changes_width)
        if changes_width >= MIN_CHANGES_WIDTH
        else (max(NAME_WIDTH_RANGE[0], left + 2), 0)
    )


def _cells(
    preview: NetworkPreview, base: Costs | None, name: int, changes_width: int
) -> list[Text]:
    mark = "! " if preview.fault else ""
    cells = [_fitted(f"{mark}{preview.name}", name, "bold" if preview.is_baseline else "")]
    cells += [
        Text(text, style="" if preview.complete else "dim", justify="right", no_wrap=True)
        for text in figure_cells(preview, base)
    ]
    if changes_width:
        cells.append(_fitted(preview.description, changes_width, "" if preview.fault else "dim"))
    return cells


def figure_cells(preview: NetworkPreview, base: Costs | None) -> list[str]:
    """Parameters and MACs, each with its difference from the baseline."""
    costs = preview.costs
    if costs is None and preview.fault is None:
        return ["…", "", "…", ""]
    if costs is None or not preview.complete:
        return ["–", "", "–", ""]
    figures = []
    for name in ("params", "macs"):
        number = getattr(costs, name)
        compared = base is not None and base.fault is None and not preview.is_baseline
        figures += [
            format_count(number),
            format_percent_change(number, getattr(base, name)) if compared else "",
        ]
    return figures


def _fitted(text: str, width: int, style: str) -> Text:
    fitted = Text(text.replace("\n", " "), style=style, no_wrap=True)
    fitted.truncate(width, overflow="ellipsis")
    return fitted
