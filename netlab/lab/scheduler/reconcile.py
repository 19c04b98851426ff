"""The true states of runs whose supervisor or worker is gone.

A supervisor writes them when it takes over. If the lab cannot be written, they are computed.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from netlab.events import EVENT_FILE, Event, read_events
from netlab.lab.db.apply_events import ColumnValues, apply_events
from netlab.lab.db.connection import LabUnavailableError, ReadOnlyLabError
from netlab.lab.db.row_mapping import to_run
from netlab.lab.db.run_queue import ORPHANED_MESSAGE
from netlab.lab.process_id import ProcessId
from netlab.lab.records import Entry, Run
from netlab.lab.scheduler.exit_status import state_after_exit
from netlab.lab.scheduler.supervisor_lock import POLL_INTERVAL_S, SupervisorLock
from netlab.lab.scheduler.workers import WorkerPool
from netlab.lab.store import Lab
from netlab.lab.worker_liveness import find_live_worker

log = logging.getLogger(__name__)

ORPHANED_COLUMNS: ColumnValues = {"state": "interrupted", "message": ORPHANED_MESSAGE}
"""The changed columns of a queued run that no process will start."""


def unwritten_changes(
    columns: Mapping[str, Any], events: Iterable[Event], folder: Path, *, worker_gone: bool
) -> ColumnValues:
    """The changes that a supervisor would now make to the columns of a running run.

    `events` may be missing in the lab so far; with `worker_gone`, no more events will follow.
    """
    changed, _ = apply_events(columns, events)
    now = {**columns, **changed}
    if worker_gone and now["state"] == "running":
        changed |= state_after_exit(now, None, folder)
    return changed


def reconcile(lab: Lab) -> bool:
    """Record what became of runs whose supervisor died; False if a supervisor is alive."""
    with SupervisorLock(lab) as lock:
        return lock.try_acquire(WorkerPool(lab, jobs=0))


def reconciled_entries(lab: Lab, study: str | None = None, *, past: bool = False) -> list[Entry]:
    """The entries with their true states, which are also written to the lab if possible."""
    if not lab.readonly:
        try:
            reconcile(lab)
            return lab.runs.entries(study, past=past)
        except (ReadOnlyLabError, LabUnavailableError):
            log.debug("%s: states are computed, not written", lab.path)
    return inferred_entries(lab, lab.runs.entries(study, past=past))


def inferred_entries(lab: Lab, entries: Sequence[Entry]) -> list[Entry]:
    """`entries` with the states that a supervisor would write now; writes nothing."""
    current = {}
    for run, columns in lab.queue.running_columns().items():
        folder = lab.run_folder(run)
        # Check before reading: if the worker is gone, the file then has all of its events.
        gone = find_live_worker(columns["worker"], folder) is None
        events, _ = read_events(folder / EVENT_FILE)
        changed = unwritten_changes(columns, events, folder, worker_gone=gone)
        current[run] = to_run(columns | changed)
    if not lab.queue.live_requesters():
        for entry in entries:
            if entry.run.state == "queued":
                current[entry.run.id] = replace(entry.run, **ORPHANED_COLUMNS)
    return [replace(entry, run=current.get(entry.run.id, entry.run)) for entry in entries]


def wait_until_stopped(
    lab: Lab, runs: Sequence[str], *, timeout: float = 90.0, poll_interval: float = POLL_INTERVAL_S
) -> bool:
    """Wait until no worker trains any of `runs`; False if that takes over `timeout` seconds.

    If the lab has no supervisor, this process takes its place, but starts no workers.
    """
    deadline = time.monotonic() + timeout
    workers = WorkerPool(lab, jobs=0)
    with SupervisorLock(lab) as lock:
        while any(_has_worker(run) for run in lab.runs.by_id(runs).values()):
            if time.monotonic() > deadline:
                return False
            if lock.try_acquire(workers):
                workers.step(starting=False)
            time.sleep(poll_interval)
    return True


def _has_worker(run: Run) -> bool:
    return run.state == "running" or bool(run.worker and ProcessId.parse(run.worker).is_alive())
