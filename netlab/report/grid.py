"""A table as a grid of formatted text, which markdown, LaTeX and the terminal dress in turn.

Numbers are formatted alike everywhere, whatever the locale: a point, no grouping, U+2212 for
minus. A column has one number of decimals, and its parts stand below each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from netlab.measures import Measure
from netlab.report.intervals import CONFIDENCE, Interval
from netlab.report.table import Cell, Row, Table

NOTHING = "–"
"""Stands where a value is missing."""
MOST_DECIMALS = 6


@dataclass(frozen=True)
class Field:
    """The text of one cell; `strong` marks a clear difference."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class Series:
    """A column of the grid: `key` is `variant`, `n`, `not_done`, a measure, or its difference.

    `key` ends in `_difference` for the last. `written` is text that a person wrote, which may
    hold anything; `wide` is text that may be long and go over several lines.
    """

    key: str
    heading: str
    align: Literal["left", "right"]
    fields: tuple[Field, ...]
    written: bool = False
    wide: bool = False


@dataclass(frozen=True)
class Part:
    """A titled grid below a table; `notes` say what its columns are."""

    title: str
    columns: tuple[Series, ...]
    notes: tuple[str, ...] = ()


def grid(table: Table) -> tuple[Series, ...]:
    """The columns of `table` as text: variant, exact measures, n, measured ones, what is amiss."""
    rows = table.rows
    before: list[Series] = []
    after: list[Series] = []
    for place, column in enumerate(table.columns):
        cells = [row.cells[place] for row in rows]
        (before if column.measure.exact else after).append(
            values(column.measure, cells, spread=column.detail)
        )
        if column.detail:
            after.append(differences(column.measure, rows, cells))
    runs = Series("n", "n", "right", tuple(Field(_count(row)) for row in rows))
    why = tuple(Field(row.not_done) for row in rows)
    amiss = Series("not_done", "not done", "left", why, wide=True)
    return (
        variants(rows),
        *before,
        runs,
        *after,
        *([amiss] if any(row.not_done for row in rows) else []),
    )


def variants(rows: Sequence[Row]) -> Series:
    """The names of the rows."""
    names = tuple(Field(row.variant) for row in rows)
    return Series("variant", "variant", "left", names, written=True)


def values(measure: Measure, cells: Sequence[Cell], *, spread: bool) -> Series:
    """A measure's values, or means, with their SDs where `spread` is asked for."""
    places = decimals(measure, [cell.value for cell in cells if cell.value is not None])
    means = [NOTHING if c.value is None else number(c.value, measure, places) for c in cells]
    sds = ["" if c.sd is None or not spread else number(c.sd, measure, places) for c in cells]
    widest = max(map(len, sds), default=0)
    texts = [
        f"{mean} ± {sd:>{widest}}" if sd else mean + " " * (3 + widest if widest and c.n else 0)
        for mean, sd, c in zip(means, sds, cells, strict=True)
    ]
    return Series(measure.name, measure.heading, "right", tuple(map(Field, texts)))


def differences(measure: Measure, rows: Sequence[Row], cells: Sequence[Cell]) -> Series:
    """A measure's differences from the baseline, each with its interval or why it has none."""
    places = decimals(measure, [cell.value for cell in cells if cell.value is not None])
    brackets = [_bracket(measure, cell, places) for cell in cells]
    widest = max((len(bracket) for bracket in brackets), default=0)
    fields = []
    for row, cell, bracket in zip(rows, cells, brackets, strict=True):
        if row.baseline or cell.difference is None:
            fields.append(Field("baseline" if row.baseline else NOTHING))
        else:
            mean = number(cell.difference.mean, measure, places, signed=True)
            fields.append(Field(f"{mean} {bracket:<{widest}}", cell.difference.clear))
    heading = measure.difference_heading
    if any(cell.difference and cell.difference.interval for cell in cells):
        heading += f" [{CONFIDENCE * 100:g} % CI]"
    return Series(f"{measure.name}_difference", heading, "right", tuple(fields))


def decimals(measure: Measure, numbers: Sequence[float]) -> int:
    """Decimals for a column: the measure's own, or enough for two figures of the smallest."""
    places = measure.digits
    smallest = min((abs(one) / measure.scale for one in numbers if one), default=1.0)
    while places < MOST_DECIMALS and places > 0 and smallest < 10 ** (1 - places):
        places += 1
    return places


def number(value: float, measure: Measure, places: int, *, signed: bool = False) -> str:
    """`value` in the measure's unit, rounded; a sign is that of the value before rounding."""
    shown = f"{abs(value) / measure.scale:.{places}f}"
    return f"−{shown}" if value < 0 else f"+{shown}" if signed and value > 0 else shown


def ends(interval: Interval, measure: Measure, places: int) -> str:
    """`[−2.33, −1.53]`."""
    both = (interval.low, interval.high)
    low, high = (number(end, measure, places, signed=True) for end in both)
    return f"[{low}, {high}]"


def _bracket(measure: Measure, cell: Cell, places: int) -> str:
    found = cell.difference
    if found is None:
        return ""
    if found.interval is None:
        return f"({found.says})"
    return ends(found.interval, measure, places)


def _count(row: Row) -> str:
    done, all_ = len(row.done), len(row.runs)
    return f"{done} of {all_}" if done < all_ else str(done)
