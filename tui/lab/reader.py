"""Polls a lab for changes at little cost."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from netlab.errors import LabError
from netlab.events import Event
from netlab.lab.db.connection import LabUnavailableError, translate_errors
from netlab.lab.live import LiveRuns
from netlab.lab.store import Lab
from tui.lab.event_tail import EventTail, LogTail, RunCurves, curves_from_epochs
from tui.lab.snapshot import LabSnapshot, Subscription

BUSY_TIMEOUT_S = 0.25
"""Most seconds that a poll waits for a lab that another process has locked."""

MIN_FREE_BYTES = 2**16
"""Free bytes below which a disk counts as full, so that lab and event files cannot grow."""


class LabReader:
    """Polls a lab and keeps it open, read-only. Use it from one thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.subscription = Subscription()
        self._lab: Lab | None = None
        self._file_id: tuple[int, int] | None = None
        self._snapshot = LabSnapshot()
        self._reset()

    @property
    def has_more(self) -> bool:
        return any(tail.has_more for tail in self._tails.values())

    def close(self) -> None:
        if self._lab is not None:
            self._lab.close()
        self._lab, self._file_id = None, None
        self._reset()

    def poll(self) -> LabSnapshot:
        """A snapshot of the lab; the same object as before if nothing has changed."""
        try:
            with translate_errors(self.path):
                snapshot = self._read()
        except LabUnavailableError:
            busy = f"{self.path.name} is in use by another process; what is shown was read before"
            snapshot = replace(self._snapshot, problem=busy)
        except LabError as error:
            self.close()
            snapshot = replace(self._snapshot, problem=str(error), missing=False)
        if snapshot != self._snapshot:
            self._snapshot = snapshot
        return self._snapshot

    def _reset(self) -> None:
        self._live = LiveRuns()
        self._tails: dict[str, EventTail] = {}
        self._stored: dict[str, tuple[int, RunCurves]] = {}
        self._log: LogTail | None = None

    def _read(self) -> LabSnapshot:
        if not self.path.exists():
            self.close()
            return LabSnapshot(missing=True)
        lab = self._open_lab()
        # Check processes first: the files of ended workers are then complete when they are read.
        self._live.refresh(lab)
        self._read_tails(lab)
        studies, stale_runs = self._live.current(lab, self._new_events)
        return LabSnapshot(
            groups=studies,
            curves={run: self._curves(lab, run) for run in self.subscription.curves},
            log=self._log.text if self._log else None,
            problem=self._disk_problem() if self._live.running else None,
            stale_runs=stale_runs,
        )

    def _disk_problem(self) -> str | None:
        if shutil.disk_usage(self.path.absolute().parent).free >= MIN_FREE_BYTES:
            return None
        return f"no space left on the disk of {self.path.name}: free some to see progress again"

    def _open_lab(self) -> Lab:
        found = self.path.stat()
        if self._lab is not None and self._file_id == (found.st_dev, found.st_ino):
            return self._lab
        self.close()
        self._lab = Lab.open(self.path, readonly=True)
        self._file_id = (found.st_dev, found.st_ino)
        self._lab.set_busy_timeout(BUSY_TIMEOUT_S)
        return self._lab

    def _read_tails(self, lab: Lab) -> None:
        followed = {*self._live.running, *self.subscription.curves}
        self._tails = {run: tail for run, tail in self._tails.items() if run in followed}
        for run in followed:
            tail = self._tails.setdefault(run, EventTail(lab.run_folder(run)))
            tail.read_new()
            if run not in self._live.running:
                tail.events_after(2**63)
        name = self.subscription.log
        if name is None:
            self._log = None
        elif self._log is None or self._log.text.run != name:
            self._log = LogTail(name, lab.run_folder(name))
        if self._log is not None:
            self._log.read_new()

    def _new_events(self, run: str, seq: int) -> tuple[Sequence[Event], bool]:
        return self._tails[run].events_after(seq), self._tails[run].has_more

    def _curves(self, lab: Lab, run: str) -> RunCurves:
        tail = self._tails[run]
        if tail.exists:
            return tail.curves()
        version = self._live.version or 0
        if run not in self._stored or self._stored[run][0] != version:
            self._stored[run] = (version, curves_from_epochs(lab.runs.epochs(run)))
        return self._stored[run][1]
