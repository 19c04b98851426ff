"""The right to supervise a lab, and what can be done with it besides training."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Self

from filelock import FileLock, Timeout

from netlab.lab.connection import explained
from netlab.lab.crew import Crew
from netlab.lab.process import Identity
from netlab.lab.records import Run
from netlab.lab.store import Lab

TICK = 0.2
"""Seconds between two looks at the workers."""


class Lead:
    """The right to supervise, tried for again and again and given back at the end."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._lock = FileLock(lab.folder / "supervisor.lock", timeout=0)
        self._held = False

    def __enter__(self) -> Self:
        with explained(self._lab.path):
            self._lab.folder.mkdir(exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release(force=True)

    def taken(self, crew: Crew) -> bool:
        """Whether this process supervises; the first time that it does, `crew` adopts workers."""
        if not self._held:
            with explained(self._lab.path):
                try:
                    self._lock.acquire()
                except Timeout:
                    return False
            crew.adopt()
            self._held = True
        return True


def settle(lab: Lab, runs: Sequence[str], *, patience: float = 90.0, tick: float = TICK) -> bool:
    """Wait until no worker has any of `runs`, supervising without starting any if nobody does.

    False if some is running still after `patience` seconds.
    """
    deadline = time.monotonic() + patience
    crew = Crew(lab, jobs=0)
    with Lead(lab) as lead:
        while any(_busy(run) for run in lab.runs(runs).values()):
            if time.monotonic() > deadline:
                return False
            if lead.taken(crew):
                crew.tick(starting=False)
            time.sleep(tick)
    return True


def _busy(run: Run) -> bool:
    return run.state == "running" or bool(run.worker and Identity.parse(run.worker).alive())


def reconcile(lab: Lab) -> bool:
    """Make the states true after a supervisor has died; False where one is at work."""
    with Lead(lab) as lead:
        return lead.taken(Crew(lab, jobs=0))
