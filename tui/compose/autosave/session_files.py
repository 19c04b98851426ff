"""Session files: each app on a lab writes its unsaved work to a separate file.

The first app uses the session file of the lab, later ones add a number to its name. Each app
locks its file, and the lock ends with the app even after a crash. An app that starts turns the
files of apps that have ended into drafts.
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
"""Number of session files to check for work left by apps that have ended."""


class SessionFile:
    """The file to which only this app writes its session, until `release`."""

    def __init__(self, file: Path, lock: FileLock | None) -> None:
        self.file = file
        self._lock = lock

    @classmethod
    def acquire(cls, lab: Path) -> SessionFile:
        """Lock the first file for `lab` that no other app has locked.

        If locking fails, return the lab's first file unlocked: saving to it reports the error.
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
    """The session file with number `number` (from 1) of `lab`."""
    first = session_file(lab)
    return first if number == 1 else first.with_name(f"{first.stem}-{number}.json")


def collect_orphans(lab: Path) -> int:
    """Turn the files of apps that have ended into drafts, or rename unreadable ones.

    Returns how many had unsaved work or were unreadable. Raises `OSError`; the file then stays.
    """
    return sum(_collect(file) for file in _orphans(lab))


def _orphans(lab: Path) -> Iterator[Path]:
    """The files of apps that have ended; each is locked until the next one is requested."""
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
