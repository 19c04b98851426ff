"""Of several apps on one lab, each keeps its unsaved work in a file of its own.

The first has the lab's own file, the next one with a number, and so on. A file is held with a lock
that goes when its app does, however it ends; what an app left there that has not come back is put
with the drafts by the next that starts.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from tui.compose.autosave.autosaver import load_session, quarantine, save_draft, session_file
from tui.compose.session_json import SessionUnreadable

MAX_SESSION_FILES = 64
"""Files that are looked at for what was left in them."""


class SessionFile:
    """A file that this app alone keeps its work in, until `release`."""

    def __init__(self, file: Path, lock: int | None) -> None:
        self.file = file
        self._lock = lock

    @classmethod
    def acquire(cls, lab: Path) -> SessionFile:
        """The first file for `lab` that no other app holds.

        Where nothing can be locked it is the lab's own: whoever writes there is told why not.
        """
        for number in count(1):
            file = nth_session_file(lab, number)
            try:
                return cls(file, _lock(file))
            except BlockingIOError:
                continue
            except OSError:
                break
        return cls(session_file(lab), None)

    def release(self) -> None:
        """Leave the file to whoever comes next."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def nth_session_file(lab: Path, number: int) -> Path:
    """The file of the app that is the `number`th on a lab, from 1."""
    first = session_file(lab)
    return first if number == 1 else first.with_name(f"{first.stem}-{number}.json")


def collect_orphans(lab: Path) -> int:
    """Put what apps that are no more have left with the drafts; how many there were to put.

    Raises `OSError` where one cannot be put there; it then stays where it is.
    """
    return sum(_collect(file) for file in _orphans(lab))


def _orphans(lab: Path) -> Iterator[Path]:
    """Files of apps that are no more, each held while it is looked at."""
    for number in range(1, MAX_SESSION_FILES + 1):
        file = nth_session_file(lab, number)
        if file.exists():
            with contextlib.suppress(BlockingIOError):
                lock = _lock(file)
                try:
                    yield file
                finally:
                    os.close(lock)


def _collect(file: Path) -> bool:
    try:
        kept = load_session(file)
    except SessionUnreadable:
        quarantine(file)
        return True
    unsaved = kept is not None and (kept.unsaved or bool(kept.study.variants))
    if kept is not None and unsaved:
        save_draft(kept)
    file.unlink()
    return unsaved


def _lock(file: Path) -> int:
    """A descriptor that holds the lock of `file`. Raises `BlockingIOError` where another has it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lock = os.open(file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise
    return lock
