"""The current state of the runs of a lab, for a reader that watches it and never writes.

The lab lags behind the event files, and does not change while it has no supervisor.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from netlab.events import Event
from netlab.lab.db.apply_events import ColumnValues
from netlab.lab.db.connection import first_value
from netlab.lab.db.run_rows import RunRow, StudyRows, live_fields, read_studies, studies_fingerprint
from netlab.lab.scheduler.reconcile import ORPHANED_COLUMNS, unwritten_changes
from netlab.lab.store import Lab
from netlab.lab.worker_liveness import find_live_worker

CHECK_INTERVAL_S = 1.0
"""Seconds between two checks of the processes."""

SUPERVISOR_START_S = 10.0
"""Seconds that a queue may be without a supervisor after it has grown, because a command that has
just entered or requested runs is about to start one."""

NewEvents = Callable[[str, int], tuple[Sequence[Event], bool]]
"""Takes a run and a `seq`; gives the later events, and whether the file has more, unread ones."""


class LiveRuns:
    """All runs of a lab by study; reading them again is cheap. Use it from one thread."""

    def __init__(self) -> None:
        self.running: Mapping[str, ColumnValues] = {}
        """By id, the columns that the lab has for its running runs."""
        self.version: int | None = None
        """Changes whenever another process has written to the lab."""
        self._written: tuple[StudyRows, ...] = ()
        self._fingerprint: object = None
        self._positions: dict[str, list[tuple[int, int]]] = {}
        """By run, its places: (index of the study, index of the row in that study)."""
        self._processes = ProcessTracker()
        self._orphaned: tuple[tuple[StudyRows, ...], tuple[StudyRows, ...]] = ((), ())
        """`_written`, and a copy of it in which queued runs are interrupted."""

    def refresh(self, lab: Lab) -> None:
        """Read what has changed in the lab, and check the processes if the last check is old."""
        with lab.reading() as conn:
            version = first_value(conn, "PRAGMA data_version")
            if version != self.version:
                conn.execute("BEGIN")  # so that all reads see the same state of the lab
                try:
                    fingerprint = studies_fingerprint(conn)
                    if fingerprint != self._fingerprint:
                        self._written = read_studies(conn)
                        self._positions = _positions(self._written)
                    self.running = lab.queue.running_columns()
                finally:
                    conn.execute("COMMIT")
                self._fingerprint, self.version = fingerprint, version
        self._processes.update(lab, self.running, self._written)

    def current(
        self, lab: Lab, new_events: NewEvents
    ) -> tuple[tuple[StudyRows, ...], frozenset[str]]:
        """The studies, the last entered first, and the runs whose state in the lab is outdated.

        The lab calls those runs queued or running, but no process works on them.
        """
        studies = list(self._written)
        stale: set[str] = set()
        if self._processes.orphaned:
            stale.update(row.run for s in studies for row in s.rows if row.state == "queued")
            studies = list(self._without_queue())
        changed: dict[int, list[RunRow]] = {}
        for run, columns in self.running.items():
            events, has_more = new_events(run, columns["seq"])
            gone = run in self._processes.without_worker and not has_more
            if gone:
                stale.add(run)
            now = columns | unwritten_changes(
                columns, events, lab.run_folder(run), worker_gone=gone
            )
            for study, position in self._positions.get(run, ()):
                rows = changed.setdefault(study, list(studies[study].rows))
                rows[position] = replace(rows[position], **live_fields(now))
        for study, rows in changed.items():
            studies[study] = replace(studies[study], rows=tuple(rows))
        return tuple(studies), frozenset(stale)

    def _without_queue(self) -> tuple[StudyRows, ...]:
        # Cached, so that callers who compare by identity see unchanged studies as the same.
        if self._orphaned[0] is not self._written:
            self._orphaned = (self._written, tuple(map(_interrupt_queued, self._written)))
        return self._orphaned[1]


class ProcessTracker:
    """Knows which processes of a lab are alive; checks them at most once a second.

    While a supervisor is alive, the lab is correct or soon will be. Without one, running runs
    without a worker are interrupted, and after `SUPERVISOR_START_S` queued runs are too.
    """

    def __init__(self) -> None:
        self.orphaned = False
        """Whether no process is left that would start queued runs."""
        self.without_worker: frozenset[str] = frozenset()
        """Running runs whose worker is gone."""
        self._checked_at: float | None = None
        self._unsupervised_since: float | None = None
        self._queued: Mapping[int, int] = {}
        """How many runs were queued at the last check, by plan id."""

    def update(
        self, lab: Lab, running: Mapping[str, ColumnValues], studies: Sequence[StudyRows]
    ) -> None:
        """Check the processes, unless the last check was less than `CHECK_INTERVAL_S` ago."""
        now = time.monotonic()
        if self._checked_at is not None and now - self._checked_at < CHECK_INTERVAL_S:
            return
        first_look = self._checked_at is None
        self._checked_at = now
        before, self._queued = self._queued, {s.plan: s.counts["queued"] for s in studies}
        if lab.queue.live_requesters():
            self._unsupervised_since, self.orphaned = None, False
            self.without_worker = frozenset()
            return
        queue_grew = any(count > before.get(plan, 0) for plan, count in self._queued.items())
        if first_look and _queue_is_old(studies):
            self._unsupervised_since = now - SUPERVISOR_START_S
        elif self._unsupervised_since is None or queue_grew:
            self._unsupervised_since = now
        self.orphaned = now - self._unsupervised_since >= SUPERVISOR_START_S
        self.without_worker = frozenset(
            run
            for run, columns in running.items()
            if find_live_worker(columns["worker"], lab.run_folder(run)) is None
        )


def _queue_is_old(studies: Sequence[StudyRows]) -> bool:
    return all(
        time.time() - study.entered > SUPERVISOR_START_S
        for study in studies
        if study.counts["queued"]
    )


def _positions(studies: Sequence[StudyRows]) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = {}
    for number, study in enumerate(studies):
        for position, row in enumerate(study.rows):
            found.setdefault(row.run, []).append((number, position))
    return found


def _interrupt_queued(study: StudyRows) -> StudyRows:
    if not study.counts["queued"]:
        return study
    rows = (
        replace(row, **ORPHANED_COLUMNS) if row.state == "queued" else row for row in study.rows
    )
    return replace(study, rows=tuple(rows))
