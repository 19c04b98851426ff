"""The columns of the table as text: what was found first, then what it cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from netlab.measures import Measure
from netlab.report.grid import NOTHING, decimals, number, values
from netlab.report.plain import plain
from netlab.report.statistics import CONFIDENCE, Difference
from netlab.report.table import Cell, Column, Row, Table

REAL, NOISE = "real", "within noise"
"""Verdicts on a difference that is significant after correction, or is not."""


@dataclass(frozen=True)
class Texts:
    """A column with the text of each row; `strong` are the rows with a real difference."""

    key: str
    title: str
    unit: str
    align: Literal["left", "right"]
    rows: tuple[str, ...]
    strong: frozenset[int] = frozenset()


def columns_of(table: Table, rows: Sequence[Row]) -> list[Texts]:
    """Detailed measures with difference and verdict, then n, other measured ones, exact ones."""
    detailed: list[Texts] = []
    measured: list[Texts] = []
    exact: list[Texts] = []
    for place, column in enumerate(table.columns):
        cells = [row.cells[place] for row in rows]
        group = exact if column.measure.exact else detailed if column.detail else measured
        group.append(_values(column, cells))
        if column.detail:
            group += _difference(column.measure, rows, cells)
    tail = [Texts("n", "n", "", "right", tuple(_count(row) for row in rows))]
    if any(row.not_done for row in rows):
        amiss = tuple(plain(row.not_done) for row in rows)
        tail.append(Texts("not_done", "not done", "", "left", amiss))
    return [*detailed, *tail, *measured, *exact]


def verdict(row: Row, cell: Cell) -> str:
    """What a difference allows to be said: real, within noise, or why nothing."""
    if row.baseline:
        return ""
    if cell.difference is None:
        return NOTHING
    if cell.difference.interval is None:
        return cell.difference.says or NOTHING
    return REAL if cell.difference.clear else NOISE


def difference_text(found: Difference, measure: Measure, places: int) -> str:
    """`−0.42 [−0.61, −0.23]`, without the interval where there is none."""
    mean = number(found.mean, measure, places, signed=True)
    if found.interval is None:
        return mean
    ends = (found.interval.low, found.interval.high)
    low, high = (number(end, measure, places, signed=True) for end in ends)
    return f"{mean} [{low}, {high}]"


def _count(row: Row) -> str:
    return f"{len(row.done)} of {len(row.runs)}" if row.not_done else str(len(row.done))


def _values(column: Column, cells: Sequence[Cell]) -> Texts:
    measure = column.measure
    shown = values(measure, cells, spread=column.detail)
    unit = f"({measure.unit})" if measure.unit else ""
    texts = tuple(field.text for field in shown.fields)
    return Texts(measure.name, measure.label, unit, "right", texts)


def _difference(measure: Measure, rows: Sequence[Row], cells: Sequence[Cell]) -> list[Texts]:
    places = decimals(measure, [cell.value for cell in cells if cell.value is not None])
    texts = []
    for row, cell in zip(rows, cells, strict=True):
        if row.baseline or cell.difference is None:
            texts.append("baseline" if row.baseline else NOTHING)
        else:
            texts.append(difference_text(cell.difference, measure, places))
    unit = measure.difference_heading.removeprefix(f"Δ {measure.label}").strip()
    if any(cell.difference and cell.difference.interval for cell in cells):
        unit = f"{unit} [{CONFIDENCE * 100:g} % CI]".strip()
    strong = frozenset(
        place for place, cell in enumerate(cells) if cell.difference and cell.difference.clear
    )
    verdicts = tuple(verdict(row, cell) for row, cell in zip(rows, cells, strict=True))
    name = measure.name
    return [
        Texts(f"{name}_difference", f"Δ {measure.label}", unit, "left", tuple(texts), strong),
        Texts(f"{name}_verdict", "verdict", "", "left", verdicts, strong),
    ]
