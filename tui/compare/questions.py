"""What Compare has asked of the lab, and which answers still count.

Everything is read and computed in threads. The newest question wins: an answer to an older one is
passed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from textual.message_pump import MessagePump

from netlab.lab.records import Plan
from netlab.report.table import Row
from tui.background import in_background
from tui.compare import answers
from tui.compare.answers import Plotted, Shown, TableMade
from tui.compare.reading import stamp
from tui.compare.wanted import Wanted


class Questions:
    """Asks about one lab on behalf of a screen, which gets the answers as messages."""

    def __init__(self, lab: Path, screen: MessagePump) -> None:
        self.lab = lab
        self.place: tuple[str, str] | None = None
        """The study and condition that are shown or asked for."""
        self.wanted = Wanted()
        self.shown: Shown | None = None
        """The last answer, of whichever study."""
        self._screen = screen
        self._table = 0
        self._plot = 0
        self._stamp: object = None

    def look(self) -> None:
        """Read the lab if anything was written to it since the last look."""
        now = stamp(self.lab)
        if now != self._stamp:
            self._stamp = now
            self.reload()

    def reload(self) -> None:
        """Read the list of studies and the one that is shown anew."""
        lab = self.lab
        in_background(lambda: answers.plans(lab), self._screen)
        self.ask(fresh=True)

    def go_to(self, plan: Plan) -> None:
        """Show another study, as it is by default."""
        self.place = (plan.study, plan.condition)
        self.wanted = Wanted()
        self.ask(fresh=True)

    def leave(self) -> None:
        """Show no study: the one that was shown is gone."""
        self.place, self.shown = None, None
        self._table += 1

    def want(self, wanted: Wanted) -> None:
        """Show the same study otherwise."""
        self.wanted = wanted
        self.ask()

    def ask(self, *, fresh: bool = False) -> None:
        """Ask for the table as it is wanted now; `fresh` reads its runs anew."""
        if self.place is None:
            return
        self._table += 1
        number, lab, place, wanted = self._table, self.lab, self.place, self.wanted
        known = self.shown.loaded if self.shown and not fresh else None
        if known and (known.study.name, known.condition.condition) != place:
            known = None
        in_background(lambda: answers.table(number, lab, place, wanted, known), self._screen)

    def plot_scatter(self, shown: Shown, cost: str) -> None:
        """Ask for accuracy against `cost`."""
        self._plot += 1
        number = self._plot
        in_background(
            lambda: answers.scatter(number, shown.loaded, shown.wanted, cost), self._screen
        )

    def plot_curves(
        self,
        rows: Sequence[Row],
        what: str,
        *,
        each: bool,
        ascii: bool,  # noqa: A002
    ) -> None:
        """Ask for the curves of these rows."""
        self._plot += 1
        number, lab = self._plot, self.lab
        in_background(
            lambda: answers.curves(number, lab, rows, what, each=each, ascii=ascii), self._screen
        )

    def waits_for(self, table: int) -> bool:
        """Whether question `table` is the newest about a table."""
        return table == self._table

    def takes(self, answer: TableMade | Plotted) -> bool:
        """Whether an answer is to the newest question of its kind; a table is kept as shown."""
        if isinstance(answer, Plotted):
            return answer.number == self._plot
        if not self.waits_for(answer.number):
            return False
        self.shown = answer.shown
        return True
