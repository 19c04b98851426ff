"""Reading a lab again and again: what is new since the last look, at little cost."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

from netlab.errors import LabError
from netlab.lab.connection import LabUnavailableError, explained
from netlab.lab.fold import fold
from netlab.lab.queue import ABANDONED
from netlab.lab.store import Lab
from tui.labrows import Group, Row, fingerprint, live_fields, read_groups, read_running
from tui.labsnapshot import Snapshot, Wish
from tui.labtail import LogTail, RunCurves, Tail, curves_of
from tui.labtruth import Truth

PATIENCE = 250
"""Milliseconds that a look waits for a lab that another process has locked."""

FULL = 2**16
"""Bytes below which a disk counts as full: the lab can take nothing in, nor can events be told."""


class LabReader:
    """An open lab that is looked at again and again. Use it from one thread; it never writes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.wish = Wish()
        self._lab: Lab | None = None
        self._file: tuple[int, int] | None = None
        self._snapshot = Snapshot()
        self._forget()

    @property
    def behind(self) -> bool:
        """Whether there is more to read at once."""
        return any(tail.behind for tail in self._tails.values())

    def close(self) -> None:
        """Close the lab; the next look opens it again."""
        if self._lab is not None:
            self._lab.close()
        self._lab, self._file = None, None
        self._forget()

    def look(self) -> Snapshot:
        """The lab as it is now; the same value where nothing has changed."""
        try:
            with explained(self.path):
                snapshot = self._look()
        except LabUnavailableError:
            busy = f"{self.path.name} is in use by another process; this is what was read last"
            snapshot = replace(self._snapshot, problem=busy)
        except LabError as fault:
            self.close()
            snapshot = replace(self._snapshot, problem=str(fault), missing=False)
        if snapshot != self._snapshot:
            self._snapshot = snapshot
        return self._snapshot

    def _forget(self) -> None:
        self._version: int | None = None
        self._print: tuple[object, ...] | None = None
        self._groups: tuple[Group, ...] = ()
        self._places: dict[str, list[tuple[int, int]]] = {}
        self._running: dict[str, dict[str, Any]] = {}
        self._tails: dict[str, Tail] = {}
        self._stored: dict[str, tuple[int, RunCurves]] = {}
        self._log: LogTail | None = None
        self._truth = Truth()
        self._orphaned: tuple[tuple[Group, ...], tuple[Group, ...]] = ((), ())

    def _look(self) -> Snapshot:
        if not self.path.exists():
            self.close()
            return Snapshot(missing=True)
        lab = self._opened()
        with lab.reading() as conn:
            self._reread(conn)
        self._truth.look(lab, self._running, self._groups)
        self._follow(lab)
        changes, untrue = self._changes(lab)
        return Snapshot(
            groups=self._shown(changes),
            curves={run: self._curves(lab, run) for run in self.wish.curves},
            log=self._log.text if self._log else None,
            problem=self._full() if self._running else None,
            untrue=untrue,
        )

    def _full(self) -> str | None:
        """Why all stands still where the disk is full."""
        if shutil.disk_usage(self.path.absolute().parent).free >= FULL:
            return None
        return f"no space left on the disk of {self.path.name}: free some, and what runs do is seen"

    def _opened(self) -> Lab:
        found = self.path.stat()
        if self._lab is not None and self._file == (found.st_dev, found.st_ino):
            return self._lab
        self.close()
        self._lab = Lab.open(self.path, readonly=True)
        self._file = (found.st_dev, found.st_ino)
        with self._lab.reading() as conn:
            conn.execute(f"PRAGMA busy_timeout = {PATIENCE}")
        return self._lab

    def _reread(self, conn: sqlite3.Connection) -> None:
        version = conn.execute("PRAGMA data_version").fetchone()[0]
        if version == self._version:
            return
        conn.execute("BEGIN")
        try:
            now = fingerprint(conn)
            if now != self._print:
                self._groups = read_groups(conn)
                self._places = _places(self._groups)
            self._running = read_running(conn)
        finally:
            conn.execute("COMMIT")
        self._print, self._version = now, version

    def _follow(self, lab: Lab) -> None:
        wanted = {*self._running, *self.wish.curves}
        self._tails = {run: tail for run, tail in self._tails.items() if run in wanted}
        for run in wanted:
            tail = self._tails.setdefault(run, Tail(lab.run_folder(run)))
            tail.advance()
            if run not in self._running:
                tail.since(2**63)
        name = self.wish.log
        if name is None:
            self._log = None
        elif self._log is None or self._log.text.run != name:
            self._log = LogTail(name, lab.run_folder(name))
        if self._log is not None:
            self._log.advance()

    def _changes(self, lab: Lab) -> tuple[dict[str, dict[str, Any]], frozenset[str]]:
        """What is to be shown of running runs beyond what the list was read with.

        Their event files are ahead of the lab, and where no supervisor is, the lab stands still.
        """
        changes: dict[str, dict[str, Any]] = {}
        untrue = set()
        for run, facts in self._running.items():
            now = facts | fold(facts, self._tails[run].since(facts["seq"]))[0]
            if self._truth.lacks_worker(run) and not self._tails[run].behind:
                untrue.add(run)
                now |= self._truth.end_of(lab, run, now)
            changes[run] = live_fields(now)
        if self._truth.abandoned:
            untrue.update(
                row.run for group in self._groups if group.active for row in group.rows
                if row.state == "queued"
            )  # fmt: skip
        return changes, frozenset(untrue)

    def _shown(self, changes: dict[str, dict[str, Any]]) -> tuple[Group, ...]:
        groups = list(self._based())
        edited: dict[int, list[Row]] = {}
        for run, fields in changes.items():
            for at, place in self._places.get(run, ()):
                rows = edited.setdefault(at, list(groups[at].rows))
                rows[place] = replace(rows[place], **fields)
        for at, rows in edited.items():
            groups[at] = replace(groups[at], rows=tuple(rows))
        return tuple(groups)

    def _based(self) -> tuple[Group, ...]:
        """The groups as read, with abandoned runs told as such."""
        if not self._truth.abandoned:
            return self._groups
        if self._orphaned[0] is not self._groups:
            self._orphaned = (self._groups, tuple(map(_abandoned, self._groups)))
        return self._orphaned[1]

    def _curves(self, lab: Lab, run: str) -> RunCurves:
        tail = self._tails[run]
        if tail.exists:
            return tail.curves()
        version = self._version or 0
        if run not in self._stored or self._stored[run][0] != version:
            self._stored[run] = (version, curves_of(lab.curve(run)))
        return self._stored[run][1]


def _places(groups: tuple[Group, ...]) -> dict[str, list[tuple[int, int]]]:
    """Where each run stands: in which group, and in which of its rows."""
    places: dict[str, list[tuple[int, int]]] = {}
    for at, group in enumerate(groups):
        for place, row in enumerate(group.rows):
            places.setdefault(row.run, []).append((at, place))
    return places


def _abandoned(group: Group) -> Group:
    if not group.counts["queued"]:
        return group
    rows = (
        replace(row, state="interrupted", message=ABANDONED) if row.state == "queued" else row
        for row in group.rows
    )
    return replace(group, rows=tuple(rows))
