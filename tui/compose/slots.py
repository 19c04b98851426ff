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

from tui.compose.history import NotKept
from tui.compose.keeping import keep_draft, kept_file, read_kept, set_aside

MOST = 64
"""Files that are looked at for what was left in them."""


class Slot:
    """A file that this app alone keeps its work in, until `release`."""

    def __init__(self, file: Path, lock: int | None) -> None:
        self.file = file
        self._lock = lock

    @classmethod
    def claim(cls, lab: Path) -> Slot:
        """The first file for `lab` that no other app holds.

        Where nothing can be locked it is the lab's own: whoever writes there is told why not.
        """
        for number in count(1):
            file = numbered(lab, number)
            try:
                return cls(file, _locked(file))
            except BlockingIOError:
                continue
            except OSError:
                break
        return cls(kept_file(lab), None)

    def release(self) -> None:
        """Leave the file to whoever comes next."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def numbered(lab: Path, number: int) -> Path:
    """The file of the app that is the `number`th on a lab, from 1."""
    first = kept_file(lab)
    return first if number == 1 else first.with_name(f"{first.stem}-{number}.json")


def gather(lab: Path) -> int:
    """Put what apps that are no more have left with the drafts; how many there were to put.

    Raises `OSError` where one cannot be put there; it then stays where it is.
    """
    return sum(_gathered(file) for file in _left(lab))


def _left(lab: Path) -> Iterator[Path]:
    """Files of apps that are no more, each held while it is looked at."""
    for number in range(1, MOST + 1):
        file = numbered(lab, number)
        if file.exists():
            with contextlib.suppress(BlockingIOError):
                lock = _locked(file)
                try:
                    yield file
                finally:
                    os.close(lock)


def _gathered(file: Path) -> bool:
    try:
        kept = read_kept(file)
    except NotKept:
        set_aside(file)
        return True
    unsaved = kept is not None and (kept.unsaved or bool(kept.study.variants))
    if kept is not None and unsaved:
        keep_draft(kept)
    file.unlink()
    return unsaved


def _locked(file: Path) -> int:
    """A descriptor that holds the lock of `file`. Raises `BlockingIOError` where another has it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lock = os.open(file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise
    return lock
