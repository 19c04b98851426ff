"""The lock that allows a lab only one supervisor."""

from __future__ import annotations

from typing import Self

from filelock import FileLock, Timeout

from netlab.lab.db.connection import translate_errors
from netlab.lab.scheduler.workers import WorkerPool
from netlab.lab.store import Lab

POLL_INTERVAL_S = 0.2
"""Seconds between two steps of the worker pool."""


class SupervisorLock:
    """The right to supervise a lab, from a successful `try_acquire` to the end of `with`."""

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
        """Whether this process supervises; when it starts to, `workers` adopts existing workers."""
        if not self._held:
            with translate_errors(self._lab.path):
                try:
                    self._lock.acquire()
                except Timeout:
                    return False
            workers.adopt_orphans()
            self._held = True
        return True
