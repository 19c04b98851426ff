"""The right to supervise a lab, and what can be done with it besides training."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Self

from filelock import FileLock, Timeout

from netlab.lab.db.connection import translate_errors
from netlab.lab.process_id import ProcessId
from netlab.lab.records import Run
from netlab.lab.scheduler.workers import WorkerPool
from netlab.lab.store import Lab

POLL_INTERVAL_S = 0.2
"""Seconds between two looks at the workers."""


class SupervisorLock:
    """The right to supervise, tried for again and again and given back at the end."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._lock = FileLock(lab.folder / "supervisor.lock", timeout=0)
        self._held = False

    def __enter__(self) -> Self:
        with translate_errors(self._lab.path):
            self._lab.folder.mkdir(exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release(force=True)

    def try_acquire(self, workers: WorkerPool) -> bool:
        """Whether this process supervises; the first time that it does, `crew` adopts workers."""
        if not self._held:
            with translate_errors(self._lab.path):
                try:
                    self._lock.acquire()
                except Timeout:
                    return False
            workers.adopt_orphans()
            self._held = True
        return True


def wait_until_stopped(
    lab: Lab, runs: Sequence[str], *, timeout: float = 90.0, poll_interval: float = POLL_INTERVAL_S
) -> bool:
    """Wait until no worker has any of `runs`, supervising without starting any if nobody does.

    False if some is running still after `patience` seconds.
    """
    deadline = time.monotonic() + timeout
    crew = WorkerPool(lab, jobs=0)
    with SupervisorLock(lab) as lead:
        while any(_has_worker(run) for run in lab.runs.by_id(runs).values()):
            if time.monotonic() > deadline:
                return False
            if lead.try_acquire(crew):
                crew.step(starting=False)
            time.sleep(poll_interval)
    return True


def _has_worker(run: Run) -> bool:
    return run.state == "running" or bool(run.worker and ProcessId.parse(run.worker).is_alive())


def reconcile(lab: Lab) -> bool:
    """Make the states true after a supervisor has died; False where one is at work."""
    with SupervisorLock(lab) as lead:
        return lead.try_acquire(WorkerPool(lab, jobs=0))
