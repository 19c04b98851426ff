"""Identify processes and check if they are alive; a pid is not enough, because it may be reused."""

from __future__ import annotations

import os
import platform
import time
from dataclasses import dataclass
from typing import Self

START_TIME_TOLERANCE_S = 2.0
"""Largest difference between two readings of a process's start; setting the clock shifts them."""


@dataclass(frozen=True)
class ProcessId:
    """Identifies a process for ever: its machine, its pid and its start (Unix seconds)."""

    host: str
    pid: int
    started: float

    @classmethod
    def of(cls, pid: int) -> Self:
        """The process that has `pid`; if it has already ended, its start is set to now."""
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
        """Read the text that `str(process_id)` gives."""
        rest, _, started = text.rpartition("@")
        host, _, pid = rest.rpartition("/")
        return cls(host, int(pid), float(started))

    def __str__(self) -> str:
        return f"{self.host}/{self.pid}@{self.started:.2f}"

    @property
    def is_local(self) -> bool:
        """Whether the process is, or was, on this machine."""
        return self.host == platform.node()

    def may_be_alive(self) -> bool:
        """Whether it runs here, or is on another machine, which cannot be checked."""
        return self.is_alive() or not self.is_local

    def is_alive(self) -> bool:
        """Whether it still runs on this machine; a zombie counts as ended."""
        import psutil

        if not self.is_local:
            return False
        try:
            process = psutil.Process(self.pid)
            running = process.status() != psutil.STATUS_ZOMBIE
            return running and abs(process.create_time() - self.started) < START_TIME_TOLERANCE_S
        except psutil.NoSuchProcess:
            return False
