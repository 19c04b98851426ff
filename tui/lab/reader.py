"""Reading a lab again and again: what is new since the last look, at little cost."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

from netlab.errors import LabError
from netlab.lab.db.apply_events import apply_events
from netlab.lab.db.connection import LabUnavailableError, translate_errors
from netlab.lab.db.run_queue import ORPHANED_MESSAGE
from netlab.lab.store import Lab
from tui.lab.event_tail import EventTail, LogTail, RunCurves, curves_from_epochs
from tui.lab.liveness import Truth
from tui.lab.run_rows import Group, Row, fingerprint, live_fields, read_groups, read_running
from tui.lab.snapshot import LabSnapshot, Subscription

LOCK_TIMEOUT_MS = 250
"""Milliseconds that a look waits for a lab that another process has locked."""

MIN_FREE_BYTES = 2**16
"""Bytes below which a disk counts as full: the lab can take nothing in, nor can events be told."""


class LabReader:
    """An open lab that is looked at again and again. Use it from one thread; it never writes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.subscription = Subscription()
        self._lab: Lab | None = None
        self._file_id: tuple[int, int] | None = None
        self._snapshot = LabSnapshot()
        self._reset()

    @property
    def has_more(self) -> bool:
        """Whether there is more to read at once."""
        return any(tail.has_more for tail in self._tails.values())

    def close(self) -> None:
        """Close the lab; the next look opens it again."""
        if self._lab is not None:
            self._lab.close()
        self._lab, self._file_id = None, None
        self._reset()

    def poll(self) -> LabSnapshot:
        """The lab as it is now; the same value where nothing has changed."""
        try:
            with translate_errors(self.path):
                snapshot = self._read()
        except LabUnavailableError:
            busy = f"{self.path.name} is in use by another process; this is what was read last"
            snapshot = replace(self._snapshot, problem=busy)
        except LabError as fault:
            self.close()
            snapshot = replace(self._snapshot, problem=str(fault), missing=False)
        if snapshot != self._snapshot:
            self._snapshot = snapshot
        return self._snapshot

    def _reset(self) -> None:
        self._version: int | None = None
        self._fingerprint: tuple[object, ...] | None = None
        self._groups: tuple[Group, ...] = ()
        self._positions: dict[str, list[tuple[int, int]]] = {}
        self._running: dict[str, dict[str, Any]] = {}
        self._tails: dict[str, EventTail] = {}
        self._stored: dict[str, tuple[int, RunCurves]] = {}
        self._log: LogTail | None = None
        self._liveness = Truth()
        self._interrupted_cache: tuple[tuple[Group, ...], tuple[Group, ...]] = ((), ())

    def _read(self) -> LabSnapshot:
        if not self.path.exists():
            self.close()
            return LabSnapshot(missing=True)
        lab = self._open_lab()
        with lab.reading() as conn:
            self._refresh_groups(conn)
        self._liveness.look(lab, self._running, self._groups)
        self._read_tails(lab)
        changes, untrue = self._live_changes(lab)
        return LabSnapshot(
            groups=self._with_changes(changes),
            curves={run: self._curves(lab, run) for run in self.subscription.curves},
            log=self._log.text if self._log else None,
            problem=self._disk_problem() if self._running else None,
            stale_runs=untrue,
        )

    def _disk_problem(self) -> str | None:
        """Why all stands still where the disk is full."""
        if shutil.disk_usage(self.path.absolute().parent).free >= MIN_FREE_BYTES:
            return None
        return f"no space left on the disk of {self.path.name}: free some, and what runs do is seen"

    def _open_lab(self) -> Lab:
        found = self.path.stat()
        if self._lab is not None and self._file_id == (found.st_dev, found.st_ino):
            return self._lab
        self.close()
        self._lab = Lab.open(self.path, readonly=True)
        self._file_id = (found.st_dev, found.st_ino)
        with self._lab.reading() as conn:
            conn.execute(f"PRAGMA busy_timeout = {LOCK_TIMEOUT_MS}")
        return self._lab

    def _refresh_groups(self, conn: sqlite3.Connection) -> None:
        version = conn.execute("PRAGMA data_version").fetchone()[0]
        if version == self._version:
            return
        conn.execute("BEGIN")
        try:
            now = fingerprint(conn)
            if now != self._fingerprint:
                self._groups = read_groups(conn)
                self._positions = _run_positions(self._groups)
            self._running = read_running(conn)
        finally:
            conn.execute("COMMIT")
        self._fingerprint, self._version = now, version

    def _read_tails(self, lab: Lab) -> None:
        wanted = {*self._running, *self.subscription.curves}
        self._tails = {run: tail for run, tail in self._tails.items() if run in wanted}
        for run in wanted:
            tail = self._tails.setdefault(run, EventTail(lab.run_folder(run)))
            tail.read_new()
            if run not in self._running:
                tail.events_after(2**63)
        name = self.subscription.log
        if name is None:
            self._log = None
        elif self._log is None or self._log.text.run != name:
            self._log = LogTail(name, lab.run_folder(name))
        if self._log is not None:
            self._log.read_new()

    def _live_changes(self, lab: Lab) -> tuple[dict[str, dict[str, Any]], frozenset[str]]:
        """What is to be shown of running runs beyond what the list was read with.

        Their event files are ahead of the lab, and where no supervisor is, the lab stands still.
        """
        changes: dict[str, dict[str, Any]] = {}
        untrue = set()
        for run, facts in self._running.items():
            now = facts | apply_events(facts, self._tails[run].events_after(facts["seq"]))[0]
            if self._liveness.lacks_worker(run) and not self._tails[run].has_more:
                untrue.add(run)
                now |= self._liveness.end_of(lab, run, now)
            changes[run] = live_fields(now)
        if self._liveness.abandoned:
            untrue.update(
                row.run for group in self._groups if group.active for row in group.rows
                if row.state == "queued"
            )  # fmt: skip
        return changes, frozenset(untrue)

    def _with_changes(self, changes: dict[str, dict[str, Any]]) -> tuple[Group, ...]:
        groups = list(self._base_groups())
        edited: dict[int, list[Row]] = {}
        for run, fields in changes.items():
            for at, place in self._positions.get(run, ()):
                rows = edited.setdefault(at, list(groups[at].rows))
                rows[place] = replace(rows[place], **fields)
        for at, rows in edited.items():
            groups[at] = replace(groups[at], rows=tuple(rows))
        return tuple(groups)

    def _base_groups(self) -> tuple[Group, ...]:
        """The groups as read, with abandoned runs told as such."""
        if not self._liveness.abandoned:
            return self._groups
        if self._interrupted_cache[0] is not self._groups:
            self._interrupted_cache = (self._groups, tuple(map(_mark_interrupted, self._groups)))
        return self._interrupted_cache[1]

    def _curves(self, lab: Lab, run: str) -> RunCurves:
        tail = self._tails[run]
        if tail.exists:
            return tail.curves()
        version = self._version or 0
        if run not in self._stored or self._stored[run][0] != version:
            self._stored[run] = (version, curves_from_epochs(lab.runs.epochs(run)))
        return self._stored[run][1]


def _run_positions(groups: tuple[Group, ...]) -> dict[str, list[tuple[int, int]]]:
    """Where each run stands: in which group, and in which of its rows."""
    places: dict[str, list[tuple[int, int]]] = {}
    for at, group in enumerate(groups):
        for place, row in enumerate(group.rows):
            places.setdefault(row.run, []).append((at, place))
    return places


def _mark_interrupted(group: Group) -> Group:
    if not group.counts["queued"]:
        return group
    rows = (
        replace(row, state="interrupted", message=ORPHANED_MESSAGE)
        if row.state == "queued"
        else row
        for row in group.rows
    )
    return replace(group, rows=tuple(rows))
