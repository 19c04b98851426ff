"""The columns of the table as text: results first, then costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from netlab.measures import Measure
from netlab.report.render.text_table import (
    MISSING_TEXT,
    cell_decimals,
    format_interval,
    format_value,
    value_column,
)
from netlab.report.stats.differences import Difference
from netlab.report.stats.intervals import CONFIDENCE
from netlab.report.table import MeasureCell, MeasureColumn, Table, VariantRow
from netlab.sanitize import sanitize

REAL, NOISE = "real", "within noise"
"""Verdicts on a difference: significant after correction, or not."""


@dataclass(frozen=True)
class ColumnTexts:
    """A column with the text of each row; `real` has the indexes of rows with a real difference."""

    key: str
    title: str
    unit: str
    align: Literal["left", "right"]
    rows: tuple[str, ...]
    real: frozenset[int] = frozenset()


def text_columns(table: Table, rows: Sequence[VariantRow]) -> list[ColumnTexts]:
    """Detailed measures with difference and verdict, n, `not done`, other measured, exact ones."""
    detailed: list[ColumnTexts] = []
    measured: list[ColumnTexts] = []
    exact: list[ColumnTexts] = []
    for index, column in enumerate(table.columns):
        cells = [row.cells[index] for row in rows]
        group = exact if column.measure.static else detailed if column.detail else measured
        group.append(_values(column, cells))
        if column.detail:
            group += _difference(column.measure, rows, cells)
    tail = [ColumnTexts("n", "n", "", "right", tuple(_count(row) for row in rows))]
    if any(row.not_done for row in rows):
        not_done = tuple(sanitize(row.not_done) for row in rows)
        tail.append(ColumnTexts("not_done", "not done", "", "left", not_done))
    return [*detailed, *tail, *measured, *exact]


def difference_verdict(row: VariantRow, cell: MeasureCell) -> str:
    """The verdict on a difference, or why there is none; empty for the baseline."""
    if row.baseline:
        return ""
    if cell.difference is None:
        return MISSING_TEXT
    if cell.difference.interval is None:
        return cell.difference.no_test_reason or MISSING_TEXT
    return REAL if cell.difference.significant else NOISE


def difference_text(found: Difference, measure: Measure, decimals: int) -> str:
    """Such as `−0.42 [−0.61, −0.23]`; without the interval if there is none."""
    mean = format_value(found.mean, measure, decimals, signed=True)
    if found.interval is None:
        return mean
    return f"{mean} {format_interval(found.interval, measure, decimals)}"


def _count(row: VariantRow) -> str:
    return f"{len(row.done_runs)} of {len(row.runs)}" if row.not_done else str(len(row.done_runs))


def _values(column: MeasureColumn, cells: Sequence[MeasureCell]) -> ColumnTexts:
    measure = column.measure
    shown = value_column(measure, cells, spread=column.detail)
    unit = f"({measure.unit})" if measure.unit else ""
    texts = tuple(field.text for field in shown.cells)
    return ColumnTexts(measure.name, measure.label, unit, "right", texts)


def _difference(
    measure: Measure, rows: Sequence[VariantRow], cells: Sequence[MeasureCell]
) -> list[ColumnTexts]:
    decimals = cell_decimals(measure, cells)
    texts = []
    for row, cell in zip(rows, cells, strict=True):
        if row.baseline or cell.difference is None:
            texts.append("baseline" if row.baseline else MISSING_TEXT)
        else:
            texts.append(difference_text(cell.difference, measure, decimals))
    unit = measure.difference_heading.removeprefix(f"Δ {measure.label}").strip()
    if any(cell.difference and cell.difference.interval for cell in cells):
        unit = f"{unit} [{CONFIDENCE * 100:g} % CI]".strip()
    strong = frozenset(
        index for index, cell in enumerate(cells) if cell.difference and cell.difference.significant
    )
    verdicts = tuple(difference_verdict(row, cell) for row, cell in zip(rows, cells, strict=True))
    name = measure.name
    return [
        ColumnTexts(f"{name}_difference", f"Δ {measure.label}", unit, "left", tuple(texts), strong),
        ColumnTexts(f"{name}_verdict", "verdict", "", "left", verdicts, strong),
    ]
