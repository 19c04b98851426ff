"""Of several apps on one lab, each writes its unsaved work to a file of its own.

The first has the lab's own file, the next one with a number, and so on. A lock holds the file and
goes when its app ends, however it ends. The next app to start makes drafts of what ended apps
left.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from filelock import FileLock, Timeout

from tui.compose.autosave.drafts import save_draft
from tui.compose.autosave.session import load_session, quarantine, session_file
from tui.compose.autosave.session_json import SessionUnreadable

MAX_SESSION_FILES = 64
"""Files that are searched for what ended apps have left."""


class SessionFile:
    """A file that this app alone writes its session to, until `release`."""

    def __init__(self, file: Path, lock: FileLock | None) -> None:
        self.file = file
        self._lock = lock

    @classmethod
    def acquire(cls, lab: Path) -> SessionFile:
        """The first file for `lab` that no other app holds.

        Where nothing can be locked it is the lab's own: writing there will say why not.
        """
        for number in count(1):
            file = nth_session_file(lab, number)
            try:
                lock = _lock_of(file)
                lock.acquire(blocking=False)
                return cls(file, lock)
            except Timeout:
                continue
            except OSError:
                break
        return cls(session_file(lab), None)

    def release(self) -> None:
        if self._lock is not None:
            self._lock.release()


def nth_session_file(lab: Path, number: int) -> Path:
    """The file of the app that is the `number`th on a lab, from 1."""
    first = session_file(lab)
    return first if number == 1 else first.with_name(f"{first.stem}-{number}.json")


def collect_orphans(lab: Path) -> int:
    """Make drafts of what ended apps have left; returns how many there were.

    Raises `OSError` where one cannot be written; it then stays where it is.
    """
    return sum(_collect(file) for file in _orphans(lab))


def _orphans(lab: Path) -> Iterator[Path]:
    """Files of apps that have ended, each locked while it is read."""
    for number in range(1, MAX_SESSION_FILES + 1):
        file = nth_session_file(lab, number)
        if file.exists():
            with contextlib.suppress(Timeout), _lock_of(file).acquire(blocking=False):
                yield file


def _collect(file: Path) -> bool:
    try:
        session = load_session(file)
    except SessionUnreadable:
        quarantine(file)
        return True
    unsaved = session is not None and (session.unsaved or bool(session.study.variants))
    if session is not None and unsaved:
        save_draft(session)
    file.unlink()
    return unsaved


def _lock_of(file: Path) -> FileLock:
    file.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(file.with_suffix(".lock"), mode=0o600)
