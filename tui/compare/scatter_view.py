"""Accuracy against cost as a scatter plot, with the Pareto front marked."""

from __future__ import annotations

from netlab.measures import MEASURES
from netlab.report.load import StudyData
from netlab.report.pareto import pareto_points
from netlab.report.tabulate import tabulate
from tui.compare.view_options import ViewOptions
from tui.widgets.plots.scatter_plot import ScatterData, ScatterPoint


def make_scatter(loaded: StudyData, options: ViewOptions, cost: str) -> ScatterData:
    """Accuracy against `cost`, of which less is better; unfinished variants are left out."""
    table = tabulate(loaded, ("accuracy", cost), baseline=options.baseline)
    measure = MEASURES[cost]
    return ScatterData(
        tuple(
            ScatterPoint(
                one.variant, one.cost / measure.scale, one.gain, one.on_front, one.baseline
            )
            for one in pareto_points(table, cost)
        ),
        x_label=measure.heading,
        y_label=MEASURES["accuracy"].heading,
        empty="No variant has a finished run yet.",
    )
