"""From a study to what the screen shows of it: lines and columns of text, sorted and filtered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from netlab.report.differing import only_differences
from netlab.report.plain import plain, width
from netlab.report.results import tabulate
from netlab.report.table import Row, Table
from tui.compare.order import falls, in_order
from tui.compare.reading import Loaded
from tui.compare.seeds import seed_rows
from tui.compare.texts import Texts, columns_of
from tui.compare.wanted import Wanted


@dataclass(frozen=True)
class Head:
    """A column: its key, title, what stands below that, and how wide it is."""

    key: str
    title: str
    unit: str
    align: Literal["left", "right"]
    width: int


@dataclass(frozen=True)
class Line:
    """One line of the table: a variant, or one seed of it."""

    variant: str
    seed: int | None
    baseline: bool
    done: bool
    texts: tuple[str, ...]
    """One for each column; the first is the variant's name, fit to be shown."""
    strong: tuple[bool, ...]
    """In which columns it differs beyond noise."""


@dataclass(frozen=True)
class View:
    """The table as it is shown; the first column holds the variants."""

    heads: tuple[Head, ...] = ()
    lines: tuple[Line, ...] = ()
    found: int = 0
    """Variants that the search leaves."""
    variants: int = 0
    """All of the study's."""
    order: str | None = None
    falling: bool = False


def table_of(loaded: Loaded, wanted: Wanted) -> Table:
    """The table of a study: with the columns and the baseline that are wanted."""
    study = loaded.study
    if wanted.baseline is not None:
        variants = sorted(study.variants, key=lambda one: one.name != wanted.baseline)
        study = replace(study, variants=tuple(variants))
    table = tabulate(
        study,
        loaded.entries,
        others=loaded.others,
        outdated=loaded.outdated,
        measures=wanted.measures,
        timings=loaded.timings,
        claims=loaded.verdicts,
    )
    return only_differences(table) if wanted.differing else table


def rows_of(table: Table, wanted: Wanted) -> list[Row]:
    """The rows that the search leaves, in the wanted order. The baseline is never left out."""
    words = wanted.search.casefold()
    left = [row for row in table.rows if row.baseline or words in _searched(row)]
    return in_order(left, table.columns, wanted.order, turned=wanted.turned)


def view_of(table: Table, wanted: Wanted) -> View:
    """The lines and columns of `table` as they are wanted."""
    rows = rows_of(table, wanted)
    placed = _placed(table, rows, wanted)
    only = [row for row, _ in placed]
    names = tuple(plain(row.variant) for row in only)
    columns = [Texts("variant", "variant", "", "left", names), *columns_of(table, only)]
    if wanted.seeds != "mean":
        seeds = tuple("mean" if seed is None else str(seed) for _, seed in placed)
        columns.insert(1, Texts("seed", "seed", "", "right", seeds))
    lines = tuple(
        Line(
            row.variant,
            seed,
            row.baseline,
            bool(row.done),
            tuple(column.rows[place] for column in columns),
            tuple(place in column.strong for column in columns),
        )
        for place, (row, seed) in enumerate(placed)
    )
    order = wanted.order if any(column.key == wanted.order for column in columns) else None
    falling = falls(table.columns, wanted.order, turned=wanted.turned)
    heads = tuple(_head(column) for column in columns)
    return View(heads, lines, len(rows), len(table.rows), order, falling)


def as_shown(table: Table, wanted: Wanted) -> Table:
    """`table` with the rows that are found, in their order; a note tells what is left out."""
    rows = rows_of(table, wanted)
    notes = table.notes
    if len(rows) < len(table.rows):
        what = f"only the baseline and what matches “{plain(wanted.search)}”"
        notes = (*notes, f"{len(rows)} of {len(table.rows)} variants: {what}.")
    return replace(table, rows=tuple(rows), notes=notes)


def _searched(row: Row) -> str:
    return " ".join((row.variant, row.because, *row.changes)).casefold()


def _placed(table: Table, rows: Sequence[Row], wanted: Wanted) -> list[tuple[Row, int | None]]:
    """The rows to show, each with its seed where it is of one."""
    if wanted.seeds == "mean" or not rows:
        return [(row, None) for row in rows]
    single = [(row, seed_rows(row, table.rows[0], table.columns)) for row in rows]
    placed: list[tuple[Row, int | None]] = []
    if wanted.seeds == "each":
        for row, seeds in single:
            placed += [(row, None), *((one, one.runs[0].seed) for one in seeds)]
        return placed
    for seed in table.seeds:
        these = [one for _, seeds in single for one in seeds if one.runs[0].seed == seed]
        sorted_ = in_order(these, table.columns, wanted.order, turned=wanted.turned)
        placed += [(row, seed) for row in sorted_]
    return placed


def _head(column: Texts) -> Head:
    widest = max((width(text) for text in column.rows), default=0)
    # Beside the title there is room for the arrow of the column that rows are sorted by.
    wide = max(widest, width(column.title) + 2, width(column.unit))
    return Head(column.key, column.title, column.unit, column.align, wide)
