"""Requests data from the lab for Compare, and decides which answers are still wanted.

Everything is read and computed in threads. Only answers to the newest request are used;
answers to older ones are ignored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from textual.message_pump import MessagePump

from netlab.lab.records import StudyInCondition
from netlab.report.table import VariantRow
from tui.background.jobs import run_in_background
from tui.compare import messages
from tui.compare.messages import PlotLoaded, ShownStudy, TableLoaded
from tui.compare.view_options import ViewOptions
from tui.lab.study_reads import lab_stamp


class ComparisonLoader:
    """Reads one lab for a screen, which gets the answers as messages."""

    def __init__(self, lab: Path, screen: MessagePump) -> None:
        self.lab = lab
        self.selected: tuple[str, str] | None = None
        """The study and condition that are shown or requested."""
        self.options = ViewOptions()
        self.shown: ShownStudy | None = None
        """The last table that was accepted; it may be of an earlier study than `selected`."""
        self._screen = screen
        self._table_number = 0
        self._plot_number = 0
        self._stamp: object = None

    def check_lab(self) -> None:
        """Read the lab if it has been written to since the last check."""
        now = lab_stamp(self.lab)
        if now != self._stamp:
            self._stamp = now
            self.reload()

    def reload(self) -> None:
        """Read the list of studies again, and the study that is shown."""
        lab = self.lab
        run_in_background(lambda: messages.load_studies(lab), self._screen)
        self.request_table(fresh=True)

    def select(self, study: StudyInCondition) -> None:
        """Show another study, with the usual options."""
        self.selected = (study.study, study.condition)
        self.options = ViewOptions()
        self.request_table(fresh=True)

    def deselect(self) -> None:
        """Show no study, because the one that was shown is gone."""
        self.selected, self.shown = None, None
        self._table_number += 1

    def set_options(self, options: ViewOptions) -> None:
        """Show the same study with other options."""
        self.options = options
        self.request_table()

    def change_options(self, **changes: Any) -> None:
        """Show the same study with some options changed."""
        self.set_options(replace(self.options, **changes))

    def request_table(self, *, fresh: bool = False) -> None:
        """Request the table with the current options; `fresh` reads its runs from the lab again."""
        if self.selected is None:
            return
        self._table_number += 1
        number, lab, selected, options = self._table_number, self.lab, self.selected, self.options
        known = self.shown.loaded if self.shown and not fresh else None
        if known and (known.study.name, known.condition.condition) != selected:
            known = None
        run_in_background(
            lambda: messages.load_table(number, lab, selected, options, known), self._screen
        )

    def request_scatter(self, shown: ShownStudy, cost: str) -> None:
        self._plot_number += 1
        number = self._plot_number
        run_in_background(
            lambda: messages.load_scatter(number, shown.loaded, shown.options, cost), self._screen
        )

    def request_curves(
        self,
        rows: Sequence[VariantRow],
        kind: str,
        *,
        each: bool,
        ascii: bool,  # noqa: A002
    ) -> None:
        self._plot_number += 1
        number, lab = self._plot_number, self.lab
        run_in_background(
            lambda: messages.load_curves(number, lab, rows, kind, each=each, ascii=ascii),
            self._screen,
        )

    def is_newest_table(self, table: int) -> bool:
        """Whether `table` is the number of the newest request for a table."""
        return table == self._table_number

    def accept(self, answer: TableLoaded | PlotLoaded) -> bool:
        """Whether an answer is to the newest request of its kind; if so, keep the table."""
        if isinstance(answer, PlotLoaded):
            return answer.number == self._plot_number
        if not self.is_newest_table(answer.number):
            return False
        self.shown = answer.shown
        return True
