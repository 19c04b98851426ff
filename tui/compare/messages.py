"""Work done in a thread for Compare, and the messages that it ends in.

Each answer carries the number of its question, so that only the newest is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from textual.message import Message

from netlab.errors import NetlabError
from netlab.lab.records import StudyInCondition
from netlab.report.load import StudyData
from netlab.report.table import Table, VariantRow
from tui.compare.curve_overlay import overlay_curves
from tui.compare.scatter_view import make_scatter
from tui.compare.table_view import TableView, make_table, make_view
from tui.compare.view_options import ViewOptions
from tui.lab.study_reads import read_curves, read_plans, read_study
from tui.widgets.plots.line_plot import LinePlotData
from tui.widgets.plots.scatter_plot import ScatterData


@dataclass(frozen=True)
class ShownStudy:
    """A study as it is shown: its runs, its table, and the lines of that."""

    loaded: StudyData
    options: ViewOptions
    table: Table
    view: TableView


class LoadFailed(Message):
    """The lab could not be read, in one sentence; for the table that question `table` was about."""

    def __init__(self, problem: str, table: int | None = None) -> None:
        super().__init__()
        self.problem = problem
        self.table = table


class StudiesLoaded(Message):
    """The studies of the lab, newest first."""

    def __init__(self, plans: tuple[StudyInCondition, ...]) -> None:
        super().__init__()
        self.plans = plans


class TableLoaded(Message):
    """The table that question `number` was about."""

    def __init__(self, number: int, shown: ShownStudy) -> None:
        super().__init__()
        self.number = number
        self.shown = shown


class PlotLoaded(Message):
    """The curves or the scatter that question `number` was about."""

    def __init__(self, number: int, plot: LinePlotData | ScatterData) -> None:
        super().__init__()
        self.number = number
        self.plot = plot


def load_plans(lab: Path) -> Message:
    """The list of studies."""
    try:
        return StudiesLoaded(read_plans(lab))
    except NetlabError as fault:
        return LoadFailed(str(fault))


def load_table(
    number: int, lab: Path, place: tuple[str, str], wanted: ViewOptions, known: StudyData | None
) -> Message:
    """The table of the study and condition `place`; its runs are read unless they are `known`."""
    try:
        loaded = known or read_study(lab, *place)
        made = make_table(loaded, wanted)
    except NetlabError as fault:
        return LoadFailed(str(fault), number)
    return TableLoaded(number, ShownStudy(loaded, wanted, made, make_view(made, wanted)))


def load_curves(
    number: int,
    lab: Path,
    rows: Sequence[VariantRow],
    what: str,
    *,
    each: bool,
    ascii: bool,  # noqa: A002
) -> Message:
    """The curves of these rows, laid over each other."""
    try:
        epochs = read_curves(lab, [run.id for row in rows for run in row.runs])
    except NetlabError as fault:
        return LoadFailed(str(fault))
    return PlotLoaded(number, overlay_curves(rows, epochs, what, each=each, ascii=ascii))


def load_scatter(number: int, loaded: StudyData, wanted: ViewOptions, cost: str) -> Message:
    """Accuracy against a cost."""
    return PlotLoaded(number, make_scatter(loaded, wanted, cost))
