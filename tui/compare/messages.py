"""Functions that do Compare's work in threads, and the messages that they return.

Messages carry the number of their request, so that only the answer to the newest is shown.
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
from tui.lab.study_reads import read_curves, read_studies, read_study
from tui.widgets.plots.line_plot import LinePlotData
from tui.widgets.plots.scatter_plot import ScatterData


@dataclass(frozen=True)
class ShownStudy:
    """A study as it is shown: its data, its options, its table, and the lines of the table."""

    loaded: StudyData
    options: ViewOptions
    table: Table
    view: TableView


@dataclass
class LoadFailed(Message):
    """The lab could not be read. `table` is the number of the request for a table, or None."""

    problem: str
    table: int | None = None


@dataclass
class StudiesLoaded(Message):
    """The studies of the lab, newest first."""

    studies: tuple[StudyInCondition, ...]


@dataclass
class TableLoaded(Message):
    """The table for request `number`."""

    number: int
    shown: ShownStudy


@dataclass
class PlotLoaded(Message):
    """The curves or the scatter for request `number`."""

    number: int
    plot: LinePlotData | ScatterData


def load_studies(lab: Path) -> Message:
    """Read the list of studies."""
    try:
        return StudiesLoaded(read_studies(lab))
    except NetlabError as error:
        return LoadFailed(str(error))


def load_table(
    number: int, lab: Path, selected: tuple[str, str], options: ViewOptions, known: StudyData | None
) -> Message:
    """Make the table of the study and condition `selected`; read these unless `known`."""
    try:
        loaded = known or read_study(lab, *selected)
        table = make_table(loaded, options)
    except NetlabError as error:
        return LoadFailed(str(error), number)
    return TableLoaded(number, ShownStudy(loaded, options, table, make_view(table, options)))


def load_curves(
    number: int,
    lab: Path,
    rows: Sequence[VariantRow],
    kind: str,
    *,
    each: bool,
    ascii: bool,  # noqa: A002
) -> Message:
    """The curves of these rows in one plot."""
    try:
        epochs = read_curves(lab, [run.id for row in rows for run in row.runs])
    except NetlabError as error:
        return LoadFailed(str(error))
    return PlotLoaded(number, overlay_curves(rows, epochs, kind, each=each, ascii=ascii))


def load_scatter(number: int, loaded: StudyData, options: ViewOptions, cost: str) -> Message:
    """The scatter of accuracy against a cost."""
    return PlotLoaded(number, make_scatter(loaded, options, cost))
