"""From a study to lines and columns of text, sorted and filtered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from netlab.report.load import StudyData
from netlab.report.only_differences import only_differences
from netlab.report.table import Table, VariantRow
from netlab.report.tabulate import tabulate
from netlab.sanitize import display_width, sanitize
from tui.compare.row_order import is_descending, sort_rows
from tui.compare.seed_rows import seed_rows
from tui.compare.text_columns import ColumnTexts, text_columns
from tui.compare.view_options import ViewOptions


@dataclass(frozen=True)
class ViewColumn:
    """A column: its key, its two lines of heading, its alignment and its width."""

    key: str
    title: str
    unit: str
    align: Literal["left", "right"]
    width: int


@dataclass(frozen=True)
class ViewLine:
    """One line of the table: a variant, or one of its seeds."""

    variant: str
    seed: int | None
    baseline: bool
    done: bool
    texts: tuple[str, ...]
    """One text for each column; the first is the variant's name, made safe to show."""
    real: tuple[bool, ...]
    """For each column, whether the difference is significant."""


@dataclass(frozen=True)
class TableView:
    """The table as it is shown; the first column contains the variants."""

    columns: tuple[ViewColumn, ...] = ()
    lines: tuple[ViewLine, ...] = ()
    matching: int = 0
    total: int = 0
    sort_key: str | None = None
    descending: bool = False


def make_table(loaded: StudyData, options: ViewOptions) -> Table:
    """The table of a study with the columns and baseline of the options."""
    table = tabulate(loaded, options.measures, baseline=options.baseline)
    return only_differences(table) if options.differences_only else table


def visible_rows(table: Table, options: ViewOptions) -> list[VariantRow]:
    """The rows that match the search, sorted. The baseline always matches."""
    query = options.search.casefold()
    left = [row for row in table.rows if row.baseline or query in _searched(row)]
    return sort_rows(left, table.columns, options.sort_key, reverse=options.sort_reversed)


def make_view(table: Table, options: ViewOptions) -> TableView:
    """The lines and columns of `table`, sorted and filtered by the options."""
    rows = visible_rows(table, options)
    placed = _rows_with_seeds(table, rows, options)
    only = [row for row, _ in placed]
    names = tuple(sanitize(row.variant) for row in only)
    columns = [ColumnTexts("variant", "variant", "", "left", names), *text_columns(table, only)]
    if options.seeds != "mean":
        seeds = tuple("mean" if seed is None else str(seed) for _, seed in placed)
        columns.insert(1, ColumnTexts("seed", "seed", "", "right", seeds))
    lines = tuple(
        ViewLine(
            row.variant,
            seed,
            row.baseline,
            bool(row.done_runs),
            tuple(column.rows[index] for column in columns),
            tuple(index in column.real for column in columns),
        )
        for index, (row, seed) in enumerate(placed)
    )
    order = options.sort_key if any(column.key == options.sort_key for column in columns) else None
    falling = is_descending(table.columns, options.sort_key, reverse=options.sort_reversed)
    heads = tuple(_head(column) for column in columns)
    return TableView(heads, lines, len(rows), len(table.rows), order, falling)


def visible_table(table: Table, options: ViewOptions) -> Table:
    """`table` with only the visible rows, and with a note if some are left out."""
    rows = visible_rows(table, options)
    notes = table.notes
    if len(rows) < len(table.rows):
        what = f"only the baseline and what matches “{sanitize(options.search)}”"
        notes = (*notes, f"{len(rows)} of {len(table.rows)} variants: {what}.")
    return replace(table, rows=tuple(rows), notes=notes)


def _searched(row: VariantRow) -> str:
    return " ".join((row.variant, row.because, *row.changes)).casefold()


def _rows_with_seeds(
    table: Table, rows: Sequence[VariantRow], options: ViewOptions
) -> list[tuple[VariantRow, int | None]]:
    """The rows to show, each with its seed; None for the mean over seeds."""
    if options.seeds == "mean" or not rows:
        return [(row, None) for row in rows]
    single = [(row, seed_rows(row, table.rows[0], table.columns)) for row in rows]
    placed: list[tuple[VariantRow, int | None]] = []
    if options.seeds == "each":
        for row, seeds in single:
            placed += [(row, None), *((one, one.runs[0].seed) for one in seeds)]
        return placed
    for seed in table.seeds:
        these = [one for _, seeds in single for one in seeds if one.runs[0].seed == seed]
        sorted_ = sort_rows(these, table.columns, options.sort_key, reverse=options.sort_reversed)
        placed += [(row, seed) for row in sorted_]
    return placed


def _head(column: ColumnTexts) -> ViewColumn:
    widest = max((display_width(text) for text in column.rows), default=0)
    # The title gets two more cells, for the arrow of the column that rows are sorted by.
    wide = max(widest, display_width(column.title) + 2, display_width(column.unit))
    return ViewColumn(column.key, column.title, column.unit, column.align, wide)
