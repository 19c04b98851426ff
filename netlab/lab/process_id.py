"""Which process is which, and which is alive: a pid alone may belong to another one later."""

from __future__ import annotations

import os
import platform
import time
from dataclasses import dataclass
from typing import Self

START_TIME_TOLERANCE_S = 2.0
"""How far two readings of one process's start may lie apart when the clock is set."""


@dataclass(frozen=True)
class ProcessId:
    """A process for good: its machine, its pid and its start (Unix seconds)."""

    host: str
    pid: int
    started: float

    @classmethod
    def of(cls, pid: int) -> Self:
        """The process that has `pid`; one that has just ended counts as started now."""
        import psutil

        try:
            started = psutil.Process(pid).create_time()
        except psutil.NoSuchProcess:
            started = time.time()
        return cls(platform.node(), pid, started)

    @classmethod
    def current(cls) -> Self:
        return cls.of(os.getpid())

    @classmethod
    def parse(cls, text: str) -> Self:
        """The identity that `str` wrote."""
        rest, _, started = text.rpartition("@")
        host, _, pid = rest.rpartition("/")
        return cls(host, int(pid), float(started))

    def __str__(self) -> str:
        return f"{self.host}/{self.pid}@{self.started:.2f}"

    @property
    def is_local(self) -> bool:
        """Whether it is, or was, a process of this machine."""
        return self.host == platform.node()

    def may_be_alive(self) -> bool:
        """Whether it runs here, or belongs to another machine, where we cannot look."""
        return self.is_alive() or not self.is_local

    def is_alive(self) -> bool:
        """Whether it still runs on this machine; a zombie does not."""
        import psutil

        if not self.is_local:
            return False
        try:
            process = psutil.Process(self.pid)
            running = process.status() != psutil.STATUS_ZOMBIE
            return running and abs(process.create_time() - self.started) < START_TIME_TOLERANCE_S
        except psutil.NoSuchProcess:
            return False
