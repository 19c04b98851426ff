"""Check from its lock, its process or its event file if the worker of a run is alive."""

from __future__ import annotations

import platform
import time
from pathlib import Path

from netlab.events import EVENT_FILE
from netlab.lab.process_id import ProcessId
from netlab.worker_lock import worker_lock_holder

HEARTBEAT_TIMEOUT_S = 60.0
"""A worker on another machine counts as alive this long after its event file last changed."""


def find_live_worker(registered: str | None, folder: Path) -> ProcessId | None:
    """The worker of the run in `folder`, or None if it is gone.

    A live worker holds the lock in `folder`. `registered` is the worker in the lab: if nobody holds
    the lock yet, its process is checked, or on another machine, whether its event file grows.
    """
    known = ProcessId.parse(registered) if registered else None
    holder = worker_lock_holder(folder)
    if known is not None and holder in {None, (known.host, known.pid)}:
        alive = known.is_alive() or _remote_worker_active(known, folder / EVENT_FILE)
        if alive:
            return known
    if holder is None:
        return None
    if holder.host == platform.node():
        return ProcessId.of(holder.pid)
    return ProcessId(*holder, started=0.0)


def _remote_worker_active(worker: ProcessId, events: Path) -> bool:
    """Whether a worker is on another machine and its event file changed recently."""
    if worker.is_local or not events.exists():
        return False
    return time.time() - events.stat().st_mtime < HEARTBEAT_TIMEOUT_S
