"""Which process is which: a pid alone may name another process later."""

from __future__ import annotations

import os
import platform
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from netlab.events import EVENT_FILE

START_TIME_TOLERANCE_S = 2.0
"""Seconds by which two readings of one process's start may differ when the clock is set."""

HEARTBEAT_TIMEOUT_S = 60.0
"""Seconds for which a changing event file proves a worker on another machine alive."""


@dataclass(frozen=True)
class ProcessId:
    """One process for good: its machine, its pid and when it started (Unix seconds)."""

    host: str
    pid: int
    started: float

    @classmethod
    def of(cls, pid: int) -> Self:
        """The process that has `pid` now; one that has just ended counts as started now."""
        import psutil

        try:
            started = psutil.Process(pid).create_time()
        except psutil.NoSuchProcess:
            started = time.time()
        return cls(platform.node(), pid, started)

    @classmethod
    def current(cls) -> Self:
        """This process."""
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
        """Whether it runs here, or belongs to another machine, where nobody can tell."""
        return self.is_alive() or not self.is_local

    def is_alive(self) -> bool:
        """Whether it still runs here. One that has ended and waits to be collected does not."""
        import psutil

        if not self.is_local:
            return False
        try:
            process = psutil.Process(self.pid)
            running = process.status() != psutil.STATUS_ZOMBIE
            return running and abs(process.create_time() - self.started) < START_TIME_TOLERANCE_S
        except psutil.NoSuchProcess:
            return False


def scan_for_worker(folder: Path) -> ProcessId | None:
    """The live process that was started to train the run in `folder`.

    For a worker whose identity was not written down: its supervisor died between starting it and
    saying so, or the clock has been set since. A worker leads its own session, which others that
    name the folder (`tail`, an editor, a loss surface being worked out) do not.
    """
    import psutil

    name = str(folder.absolute())
    for process in psutil.process_iter(["cmdline", "status"]):
        command = process.info["cmdline"] or []
        running = process.info["status"] != psutil.STATUS_ZOMBIE
        if name in command and running and _is_session_leader(process.pid):
            return ProcessId.of(process.pid)
    return None


def _is_session_leader(pid: int) -> bool:
    try:
        return os.getsid(pid) == pid
    except OSError:  # it has ended meanwhile, or is another user's
        return False


def find_live_worker(written: str | None, folder: Path) -> ProcessId | None:
    """The worker of the run in `folder` if it is alive; `written` is what the lab says it was."""
    known = ProcessId.parse(written) if written else None
    if known is not None and (known.is_alive() or remote_worker_active(known, folder / EVENT_FILE)):
        return known
    return scan_for_worker(folder)


def remote_worker_active(worker: ProcessId, events: Path) -> bool:
    """Whether a worker on another machine seems alive: its event file grew a moment ago."""
    if worker.is_local or not events.exists():
        return False
    return time.time() - events.stat().st_mtime < HEARTBEAT_TIMEOUT_S
