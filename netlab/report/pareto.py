"""The Pareto front of a table: the variants that no other beats at once in accuracy and in cost."""

from __future__ import annotations

from dataclasses import dataclass

from netlab.report.table import Table


@dataclass(frozen=True)
class ParetoPoint:
    """A variant by cost and gain, each in its measure's plain unit."""

    variant: str
    cost: float
    gain: float
    on_front: bool
    """No other variant is at least as good in both and better in one."""
    baseline: bool


def pareto_points(table: Table, cost: str, gain: str = "accuracy") -> tuple[ParetoPoint, ...]:
    """The variants by `cost`, a measure of which less is better, and `gain`; cheapest first.

    Variants without a value of either are left out. Raises `KeyError` for a measure that is no
    column of `table`.
    """
    index = {column.measure.name: i for i, column in enumerate(table.columns)}
    values = [
        (row.cells[index[cost]].value, row.cells[index[gain]].value, row) for row in table.rows
    ]
    known = [(x, y, row) for x, y, row in values if x is not None and y is not None]
    known.sort(key=lambda point: (point[0], -point[1]))
    points = []
    best: tuple[float, float] | None = None
    for x, y, row in known:
        on_front = best is None or y > best[1] or (x, y) == best
        if on_front:
            best = (x, y)
        points.append(ParetoPoint(row.variant, x, y, on_front, row.baseline))
    return tuple(points)
