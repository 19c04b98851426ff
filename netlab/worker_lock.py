"""The lock that a worker holds in its run's folder for as long as it lives.

The system frees the lock whenever the process ends, even after a crash, so a free lock means that
no process trains the run. The file contains the worker's machine and pid, for signals.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import platform
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

LOCK_FILE = "worker.lock"

ACQUIRE_TIMEOUT_S = 2.0
"""How long a worker tries, because `worker_lock_holder` also takes the lock for a moment."""


class LockHolder(NamedTuple):
    """The process that holds a lock."""

    host: str
    pid: int


@contextlib.contextmanager
def hold_worker_lock(folder: Path) -> Iterator[bool]:
    """Hold the lock of the run in `folder` within the body; False if another process has it.

    Also True on a file system without locks. Raises `OSError` if the file cannot be written.
    """
    file = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        held = _acquire(file)
        if held:
            os.ftruncate(file, 0)
            os.pwrite(file, f"{platform.node()}/{os.getpid()}".encode(), 0)
        yield held
    finally:
        os.close(file)


def worker_lock_holder(folder: Path) -> LockHolder | None:
    """The process that holds the lock of the run in `folder`; None if it is free or unreadable.

    The test takes a shared lock: it needs no write permission, and several tests can run together.
    """
    try:
        file = os.open(folder / LOCK_FILE, os.O_RDONLY)
    except OSError:
        return None
    try:
        if _try_lock(file, fcntl.LOCK_SH):
            return None
        return _read_holder(file)
    finally:
        os.close(file)


def _acquire(file: int) -> bool:
    deadline = time.monotonic() + ACQUIRE_TIMEOUT_S
    while not _try_lock(file, fcntl.LOCK_EX):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def _read_holder(file: int) -> LockHolder:
    # A worker that has just taken the lock may not have replaced the last worker's pid yet.
    for _ in range(20):
        host, _, pid = os.pread(file, 512, 0).decode(errors="replace").rpartition("/")
        if pid.isdecimal() and (host != platform.node() or _exists(int(pid))):
            return LockHolder(host, int(pid))
        time.sleep(0.01)
    return LockHolder("", 0)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError as error:
        return not isinstance(error, ProcessLookupError)
    return True


def _try_lock(file: int, kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        pass  # this file system has no locks
    return True
