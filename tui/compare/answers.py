"""Work done in a thread for Compare, and the messages that it ends in.

Each answer carries the number of its question, so that only the newest is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from textual.message import Message

from netlab.errors import NetlabError
from netlab.lab.records import Plan
from netlab.report.table import Row, Table
from tui.compare.curves import overlaid
from tui.compare.pareto import scatter_of
from tui.compare.reading import Loaded, read_curves, read_plans, read_study
from tui.compare.view import View, table_of, view_of
from tui.compare.wanted import Wanted
from tui.widgets.plot import Plot
from tui.widgets.points import Scatter


@dataclass(frozen=True)
class Shown:
    """A study as it is shown: its runs, its table, and the lines of that."""

    loaded: Loaded
    wanted: Wanted
    table: Table
    view: View


class Failed(Message):
    """The lab could not be read, in one sentence; for the table that question `table` was about."""

    def __init__(self, problem: str, table: int | None = None) -> None:
        super().__init__()
        self.problem = problem
        self.table = table


class PlansRead(Message):
    """The studies of the lab, newest first."""

    def __init__(self, plans: tuple[Plan, ...]) -> None:
        super().__init__()
        self.plans = plans


class TableMade(Message):
    """The table that question `number` was about."""

    def __init__(self, number: int, shown: Shown) -> None:
        super().__init__()
        self.number = number
        self.shown = shown


class Plotted(Message):
    """The curves or the scatter that question `number` was about."""

    def __init__(self, number: int, plot: Plot | Scatter) -> None:
        super().__init__()
        self.number = number
        self.plot = plot


def plans(lab: Path) -> Message:
    """The list of studies."""
    try:
        return PlansRead(read_plans(lab))
    except NetlabError as fault:
        return Failed(str(fault))


def table(
    number: int, lab: Path, place: tuple[str, str], wanted: Wanted, known: Loaded | None
) -> Message:
    """The table of the study and condition `place`; its runs are read unless they are `known`."""
    try:
        loaded = known or read_study(lab, *place)
        made = table_of(loaded, wanted)
    except NetlabError as fault:
        return Failed(str(fault), number)
    return TableMade(number, Shown(loaded, wanted, made, view_of(made, wanted)))


def curves(
    number: int,
    lab: Path,
    rows: Sequence[Row],
    what: str,
    *,
    each: bool,
    ascii: bool,  # noqa: A002
) -> Message:
    """The curves of these rows, laid over each other."""
    try:
        epochs = read_curves(lab, [run.id for row in rows for run in row.runs])
    except NetlabError as fault:
        return Failed(str(fault))
    return Plotted(number, overlaid(rows, epochs, what, each=each, ascii=ascii))


def scatter(number: int, loaded: Loaded, wanted: Wanted, cost: str) -> Message:
    """Accuracy against a cost."""
    return Plotted(number, scatter_of(loaded, wanted, cost))
