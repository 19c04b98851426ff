"""What the Train screen shows of the lab's runs: lines, cursor and marks. No widgets here."""

from __future__ import annotations

from collections.abc import Iterable

from netlab.lab.db.run_rows import RunRow
from tui.lab.snapshot import LabSnapshot
from tui.train.run_lines import RunLine, RunListLine, StudyHeading, first_cursor_index, list_lines
from tui.widgets.plots.line_plot import MAX_RUNS


class RunSelection:
    """Keeps the cursor on its line and the marks on their runs while the lab changes."""

    def __init__(self) -> None:
        self.snapshot = LabSnapshot()
        self.rows: dict[str, RunRow] = {}
        """The runs of the snapshot by id."""
        self.lines: tuple[RunListLine, ...] = ()
        self.cursor_index = 0
        self.marked: tuple[str, ...] = ()
        self._cursor_key: tuple[str, int] | None = None
        self._unfolded: dict[int, bool] = {}
        self._query = ""
        self._started: frozenset[str] = frozenset()
        """Studies that were started; the cursor goes to their runs when these appear."""

    @property
    def line(self) -> RunListLine | None:
        return self.lines[self.cursor_index] if self.lines else None

    @property
    def run(self) -> str | None:
        return self.line.row.run if isinstance(self.line, RunLine) else None

    @property
    def slots(self) -> dict[str, int]:
        """The runs whose curves are drawn, each with its slot in the plots."""
        drawn = self.marked or ((self.run,) if self.run else ())
        return {run: slot for slot, run in enumerate(drawn)}

    def target_rows(self) -> list[RunRow]:
        """The runs that a request concerns: those of a study, the marked ones, or one."""
        if self.line is None:
            return []
        if isinstance(self.line, StudyHeading):
            return list(self.line.group.rows)
        if self.line.row.run not in self.marked:
            return [self.line.row]
        return [self.rows[run] for run in self.marked]

    def update(self, snapshot: LabSnapshot) -> None:
        """Use a new snapshot of the lab."""
        self.snapshot = snapshot
        self.rows = {row.run: row for group in snapshot.groups for row in group.rows}
        self.marked = tuple(run for run in self.marked if run in self.rows)
        self._list()
        if self._cursor_key is None and self.lines:
            self._set_cursor(self.lines[first_cursor_index(self.lines)].key)
        for group in snapshot.groups:
            if group.study in self._started and group.active:
                self._started -= {group.study}
                lines = list_lines([group], self._unfolded)
                self._set_cursor(lines[first_cursor_index(lines)].key)

    def expect(self, studies: Iterable[str]) -> None:
        """Move the cursor to these studies when they become active."""
        self._started |= frozenset(studies)

    def move_to(self, line: RunListLine) -> None:
        self._set_cursor(line.key)

    def search(self, query: str) -> None:
        """List only runs that have all words of `query`."""
        self._query = query
        self._list()

    def unfold(self, line: StudyHeading, *, open: bool | None) -> None:  # noqa: A002
        """Open or close a study; toggle it if `open` is None."""
        self._unfolded[line.group.plan] = (not line.open) if open is None else open
        self._list()

    def toggle_mark(self) -> bool:
        """Mark the run or all runs of the study under the cursor; if all are marked, unmark them.

        Returns False if not all of them could be marked.
        """
        line = self.line
        if line is None:
            return True
        rows = line.group.rows if isinstance(line, StudyHeading) else (line.row,)
        runs = tuple(dict.fromkeys(row.run for row in rows))
        if all(run in self.marked for run in runs):
            self.marked = tuple(run for run in self.marked if run not in runs)
            return True
        marked = tuple(dict.fromkeys((*self.marked, *runs)))
        self.marked = marked[:MAX_RUNS]
        return len(marked) <= MAX_RUNS

    def _list(self) -> None:
        self.lines = list_lines(self.snapshot.groups, self._unfolded, self._query)
        self._set_cursor(self._cursor_key)

    def _set_cursor(self, key: tuple[str, int] | None) -> None:
        """Put the cursor on the line with that key; without such a line, keep the position."""
        keys = [line.key for line in self.lines]
        if key in keys:
            self.cursor_index = keys.index(key)
        elif keys and key is not None:
            self.cursor_index = min(len(keys) - 1, self.cursor_index)
            key = keys[self.cursor_index]
        self._cursor_key = key
