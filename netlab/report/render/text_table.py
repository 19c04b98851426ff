"""A table as columns of formatted text, the common form of markdown, LaTeX and HTML.

Numbers do not depend on the locale: a decimal point, no grouping, U+2212 for minus. All cells of
a column have the same number of decimals, so that the parts of its figures line up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from netlab.measures import Measure
from netlab.report.stats.intervals import CONFIDENCE, Interval
from netlab.report.table import MeasureCell, Table, VariantRow

MISSING_TEXT = "–"


@dataclass(frozen=True)
class TextCell:
    """The text of one cell; `strong` marks a significant difference."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class TextColumn:
    """A column of text; `key` is `variant`, `n`, `not_done`, a measure, or `MEASURE_difference`."""

    key: str
    heading: str
    align: Literal["left", "right"]
    cells: tuple[TextCell, ...]
    user_text: bool = False
    """A person wrote it, so it may hold any character."""
    wraps: bool = False
    """It may be long and go over several lines."""


def text_columns(table: Table) -> tuple[TextColumn, ...]:
    """The columns: variant, static measures, n, measured ones, and why runs are not done."""
    rows = table.rows
    static: list[TextColumn] = []
    measured: list[TextColumn] = []
    for index, column in enumerate(table.columns):
        cells = [row.cells[index] for row in rows]
        (static if column.measure.static else measured).append(
            value_column(column.measure, cells, spread=column.detail)
        )
        if column.detail:
            measured.append(_difference_column(column.measure, rows, cells))
    counts = TextColumn("n", "n", "right", tuple(TextCell(_run_count(row)) for row in rows))
    columns = (variant_column(rows), *static, counts, *measured)
    if not any(row.not_done for row in rows):
        return columns
    reasons = tuple(TextCell(row.not_done) for row in rows)
    return (*columns, TextColumn("not_done", "not done", "left", reasons, wraps=True))


def variant_column(rows: Sequence[VariantRow]) -> TextColumn:
    """The names of the variants."""
    names = tuple(TextCell(row.variant) for row in rows)
    return TextColumn("variant", "variant", "left", names, user_text=True)


def value_column(measure: Measure, cells: Sequence[MeasureCell], *, spread: bool) -> TextColumn:
    """A measure's values or means; with `spread`, each with its SD."""
    decimals = cell_decimals(measure, cells)
    means = [format_value(cell.value, measure, decimals) for cell in cells]
    sds = [
        format_value(cell.sd, measure, decimals) if spread and cell.sd is not None else ""
        for cell in cells
    ]
    widest = max(map(len, sds), default=0)
    texts = [
        f"{mean} ± {sd:>{widest}}" if sd else mean + " " * (3 + widest if widest and cell.n else 0)
        for mean, sd, cell in zip(means, sds, cells, strict=True)
    ]
    return TextColumn(measure.name, measure.heading, "right", tuple(map(TextCell, texts)))


def _difference_column(
    measure: Measure, rows: Sequence[VariantRow], cells: Sequence[MeasureCell]
) -> TextColumn:
    """A measure's differences from the baseline, each with its interval or why it has none."""
    decimals = cell_decimals(measure, cells)
    brackets = [_interval_or_reason(measure, cell, decimals) for cell in cells]
    widest = max(map(len, brackets), default=0)
    texts = []
    for row, cell, bracket in zip(rows, cells, brackets, strict=True):
        if row.baseline or cell.difference is None:
            texts.append(TextCell("baseline" if row.baseline else MISSING_TEXT))
        else:
            mean = format_value(cell.difference.mean, measure, decimals, signed=True)
            texts.append(TextCell(f"{mean} {bracket:<{widest}}", cell.difference.significant))
    heading = measure.difference_heading
    if any(cell.difference and cell.difference.interval for cell in cells):
        heading += f" [{CONFIDENCE * 100:g} % CI]"
    return TextColumn(f"{measure.name}_difference", heading, "right", tuple(texts))


def cell_decimals(measure: Measure, cells: Sequence[MeasureCell]) -> int:
    """The decimals that all cells of a column are shown with."""
    return measure.decimals([cell.value for cell in cells if cell.value is not None])


def format_value(
    value: float | None, measure: Measure, decimals: int, *, signed: bool = False
) -> str:
    """`value` in the measure's unit, rounded; the sign is that of the value before rounding."""
    if value is None:
        return MISSING_TEXT
    size = f"{abs(value) / measure.scale:.{decimals}f}"
    return f"−{size}" if value < 0 else f"+{size}" if signed and value > 0 else size


def format_interval(interval: Interval | None, measure: Measure, decimals: int) -> str:
    """`[−2.33, −1.53]`; a dash for none."""
    if interval is None:
        return MISSING_TEXT
    low = format_value(interval.low, measure, decimals, signed=True)
    return f"[{low}, {format_value(interval.high, measure, decimals, signed=True)}]"


def _interval_or_reason(measure: Measure, cell: MeasureCell, decimals: int) -> str:
    difference = cell.difference
    if difference is None:
        return ""
    if difference.interval is None:
        return f"({difference.no_test_reason})"
    return format_interval(difference.interval, measure, decimals)


def _run_count(row: VariantRow) -> str:
    done, planned = len(row.done_runs), len(row.runs)
    return f"{done} of {planned}" if done < planned else str(done)
