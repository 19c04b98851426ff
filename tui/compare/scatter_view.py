"""What is worth its price: the variants that no other beats at once in accuracy and in cost."""

from __future__ import annotations

from netlab.measures import MEASURES
from netlab.report.table import Table
from tui.compare.reading import LoadedStudy
from tui.compare.table_view import make_table
from tui.compare.view_options import ViewOptions
from tui.widgets.plots.scatter_plot import ScatterData, ScatterPoint


def make_scatter(loaded: LoadedStudy, wanted: ViewOptions, cost: str) -> ScatterData:
    """Accuracy against `cost`, a measure of which less is better; unfinished variants are left out."""
    measures = ViewOptions(measures=("accuracy", cost), baseline=wanted.baseline)
    table = make_table(loaded, measures)
    measure = MEASURES[cost]
    return ScatterData(
        pareto_points(table, measure.scale),
        x_label=measure.heading,
        y_label=MEASURES["accuracy"].heading,
        empty="No variant has a finished run yet.",
    )


def pareto_points(table: Table, scale: float) -> tuple[ScatterPoint, ...]:
    """The variants of a table of accuracy and cost, cheapest first."""
    known = [
        (row.cells[cost].value, row.cells[gain].value, row)
        for gain, cost in [_column_indexes(table)]
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
        points.append(ScatterPoint(row.variant, x / scale, y, front, row.baseline))
    return tuple(points)


def _column_indexes(table: Table) -> tuple[int, int]:
    """Where accuracy and cost stand among the columns."""
    gain = next(i for i, column in enumerate(table.columns) if column.measure.name == "accuracy")
    return gain, 1 - gain
