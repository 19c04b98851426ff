"""What is worth its price: the variants that no other beats at once in accuracy and in cost."""

from __future__ import annotations

from netlab.measures import MEASURES
from netlab.report.table import Table
from tui.compare.reading import Loaded
from tui.compare.view import table_of
from tui.compare.wanted import Wanted
from tui.widgets.points import Point, Scatter


def scatter_of(loaded: Loaded, wanted: Wanted, cost: str) -> Scatter:
    """Accuracy against `cost`, a measure of which less is better; unfinished variants are left out."""
    measures = Wanted(measures=("accuracy", cost), baseline=wanted.baseline)
    table = table_of(loaded, measures)
    measure = MEASURES[cost]
    return Scatter(
        points_of(table, measure.scale),
        across=measure.heading,
        up=MEASURES["accuracy"].heading,
        empty="No variant has a finished run yet.",
    )


def points_of(table: Table, scale: float) -> tuple[Point, ...]:
    """The variants of a table of accuracy and cost, cheapest first."""
    known = [
        (row.cells[cost].value, row.cells[gain].value, row)
        for gain, cost in [_places(table)]
        for row in table.rows
    ]
    measured = [(x, y, row) for x, y, row in known if x is not None and y is not None]
    measured.sort(key=lambda point: (point[0], -point[1]))
    points = []
    best: tuple[float, float] | None = None
    for x, y, row in measured:
        front = best is None or y > best[1] or (x, y) == best
        if front:
            best = (x, y)
        points.append(Point(row.variant, x / scale, y, front, row.baseline))
    return tuple(points)


def _places(table: Table) -> tuple[int, int]:
    """Where accuracy and cost stand among the columns."""
    gain = next(i for i, column in enumerate(table.columns) if column.measure.name == "accuracy")
    return gain, 1 - gain
