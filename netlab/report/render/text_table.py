"""A table as a grid of formatted text, which markdown, LaTeX and the terminal dress in turn.

Numbers are formatted alike everywhere, whatever the locale: a point, no grouping, U+2212 for
minus. A column has one number of decimals, and its parts stand below each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from netlab.measures import Measure
from netlab.report.stats.intervals import CONFIDENCE, Interval
from netlab.report.table import MeasureCell, Table, VariantRow

MISSING_TEXT = "–"
"""Stands where a value is missing."""


@dataclass(frozen=True)
class TextCell:
    """The text of one cell; `strong` marks a clear difference."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class TextColumn:
    """A column of the grid: `key` is `variant`, `n`, `not_done`, a measure, or its difference.

    `key` ends in `_difference` for the last. `written` is text that a person wrote, which may
    hold anything; `wide` is text that may be long and go over several lines.
    """

    key: str
    heading: str
    align: Literal["left", "right"]
    cells: tuple[TextCell, ...]
    user_text: bool = False
    wraps: bool = False


@dataclass(frozen=True)
class Section:
    """A titled grid below a table; `notes` say what its columns are."""

    title: str
    columns: tuple[TextColumn, ...]
    notes: tuple[str, ...] = ()


def text_columns(table: Table) -> tuple[TextColumn, ...]:
    """The columns of `table` as text: variant, exact measures, n, measured ones, what is amiss."""
    rows = table.rows
    before: list[TextColumn] = []
    after: list[TextColumn] = []
    for place, column in enumerate(table.columns):
        cells = [row.cells[place] for row in rows]
        (before if column.measure.static else after).append(
            value_column(column.measure, cells, spread=column.detail)
        )
        if column.detail:
            after.append(difference_column(column.measure, rows, cells))
    runs = TextColumn("n", "n", "right", tuple(TextCell(_run_count(row)) for row in rows))
    why = tuple(TextCell(row.not_done) for row in rows)
    amiss = TextColumn("not_done", "not done", "left", why, wraps=True)
    return (
        variant_column(rows),
        *before,
        runs,
        *after,
        *([amiss] if any(row.not_done for row in rows) else []),
    )


def variant_column(rows: Sequence[VariantRow]) -> TextColumn:
    """The names of the rows."""
    names = tuple(TextCell(row.variant) for row in rows)
    return TextColumn("variant", "variant", "left", names, user_text=True)


def value_column(measure: Measure, cells: Sequence[MeasureCell], *, spread: bool) -> TextColumn:
    """A measure's values, or means, with their SDs where `spread` is asked for."""
    places = measure.decimals([cell.value for cell in cells if cell.value is not None])
    means = [
        MISSING_TEXT if c.value is None else format_value(c.value, measure, places) for c in cells
    ]
    sds = ["" if c.sd is None or not spread else format_value(c.sd, measure, places) for c in cells]
    widest = max(map(len, sds), default=0)
    texts = [
        f"{mean} ± {sd:>{widest}}" if sd else mean + " " * (3 + widest if widest and c.n else 0)
        for mean, sd, c in zip(means, sds, cells, strict=True)
    ]
    return TextColumn(measure.name, measure.heading, "right", tuple(map(TextCell, texts)))


def difference_column(
    measure: Measure, rows: Sequence[VariantRow], cells: Sequence[MeasureCell]
) -> TextColumn:
    """A measure's differences from the baseline, each with its interval or why it has none."""
    places = measure.decimals([cell.value for cell in cells if cell.value is not None])
    brackets = [_interval_or_reason(measure, cell, places) for cell in cells]
    widest = max((len(bracket) for bracket in brackets), default=0)
    fields = []
    for row, cell, bracket in zip(rows, cells, brackets, strict=True):
        if row.baseline or cell.difference is None:
            fields.append(TextCell("baseline" if row.baseline else MISSING_TEXT))
        else:
            mean = format_value(cell.difference.mean, measure, places, signed=True)
            fields.append(TextCell(f"{mean} {bracket:<{widest}}", cell.difference.significant))
    heading = measure.difference_heading
    if any(cell.difference and cell.difference.interval for cell in cells):
        heading += f" [{CONFIDENCE * 100:g} % CI]"
    return TextColumn(f"{measure.name}_difference", heading, "right", tuple(fields))


def format_value(value: float, measure: Measure, places: int, *, signed: bool = False) -> str:
    """`value` in the measure's unit, rounded; a sign is that of the value before rounding."""
    shown = f"{abs(value) / measure.scale:.{places}f}"
    return f"−{shown}" if value < 0 else f"+{shown}" if signed and value > 0 else shown


def format_interval(interval: Interval, measure: Measure, places: int) -> str:
    """`[−2.33, −1.53]`."""
    both = (interval.low, interval.high)
    low, high = (format_value(end, measure, places, signed=True) for end in both)
    return f"[{low}, {high}]"


def _interval_or_reason(measure: Measure, cell: MeasureCell, places: int) -> str:
    found = cell.difference
    if found is None:
        return ""
    if found.interval is None:
        return f"({found.no_test_reason})"
    return format_interval(found.interval, measure, places)


def _run_count(row: VariantRow) -> str:
    done, all_ = len(row.done_runs), len(row.runs)
    return f"{done} of {all_}" if done < all_ else str(done)
