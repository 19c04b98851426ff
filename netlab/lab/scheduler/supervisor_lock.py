"""The lock of a lab's one supervisor, and what can be done with it besides training."""

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
"""Seconds between two steps of the worker pool."""


class SupervisorLock:
    """The right to supervise a lab: held from the first `try_acquire` that gets it."""

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
        """Whether this process supervises; once it does, `workers` adopts those that there are."""
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


def reconcile(lab: Lab) -> bool:
    """Record what became of runs whose supervisor died; False if there is a live one."""
    with SupervisorLock(lab) as lock:
        return lock.try_acquire(WorkerPool(lab, jobs=0))
