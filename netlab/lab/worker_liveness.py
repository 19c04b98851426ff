"""Whether the worker of a run is alive: by its lock, its process, or its event file."""

from __future__ import annotations

import platform
import time
from pathlib import Path

from netlab.events import EVENT_FILE
from netlab.lab.process_id import ProcessId
from netlab.worker_lock import worker_lock_holder

HEARTBEAT_TIMEOUT_S = 60.0
"""How long a change of its event file proves a worker on another machine alive."""


def find_live_worker(registered: str | None, folder: Path) -> ProcessId | None:
    """The worker of the run in `folder` if it is alive; `registered` is what the lab knows of it.

    Its lock says so. A worker that has only just been started, or is of an older netlab, is known
    by its process alone, and one on another machine by an event file that grows.
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
    """Whether a worker on another machine seems alive: its event file grew a moment ago."""
    if worker.is_local or not events.exists():
        return False
    return time.time() - events.stat().st_mtime < HEARTBEAT_TIMEOUT_S
