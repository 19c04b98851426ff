"""What has become of runs whose supervisor or worker is gone.

A supervisor writes it down when it takes over. Where nobody can write, it is only computed.
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
"""What becomes of a queued run that nobody will start."""


def unwritten_changes(
    columns: Mapping[str, Any], events: Iterable[Event], folder: Path, *, worker_gone: bool
) -> ColumnValues:
    """The columns of a running run that a supervisor would change now.

    `events` are those that the lab may not have yet; `worker_gone` says that none will follow.
    """
    changed, _ = apply_events(columns, events)
    now = {**columns, **changed}
    if worker_gone and now["state"] == "running":
        changed |= state_after_exit(now, None, folder)
    return changed


def reconcile(lab: Lab) -> bool:
    """Record what became of runs whose supervisor died; False if there is a live one."""
    with SupervisorLock(lab) as lock:
        return lock.try_acquire(WorkerPool(lab, jobs=0))


def reconciled_entries(lab: Lab, study: str | None = None, *, past: bool = False) -> list[Entry]:
    """The entries with their true states, which are written to the lab where that is possible."""
    if not lab.readonly:
        try:
            reconcile(lab)
            return lab.runs.entries(study, past=past)
        except (ReadOnlyLabError, LabUnavailableError):
            log.debug("%s: states are computed, not written", lab.path)
    return inferred_entries(lab, lab.runs.entries(study, past=past))


def inferred_entries(lab: Lab, entries: Sequence[Entry]) -> list[Entry]:
    """`entries` as a supervisor would write them now, without writing anything."""
    current = {}
    for run, columns in lab.queue.running_columns().items():
        folder = lab.run_folder(run)
        # Looked at first: what a worker wrote before its end is then all in the file.
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
    """Wait until no worker has any of `runs`; False if one still has after `timeout` seconds.

    If nobody supervises meanwhile, this process does, without starting workers.
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
