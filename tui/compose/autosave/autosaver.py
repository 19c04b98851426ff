"""Writes the open session soon after every change, off the event loop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from tui.background.jobs import BackgroundJob
from tui.compose.autosave.session import SavedSession, write_session

MIN_INTERVAL_S = 0.5
"""Least seconds between two writes, so that typing does not write at every key press."""


class Autosaver:
    """Writes the newest session in a thread, with a pause after each write.

    The thread calls `on_error` with the reason at the first of several failures in a row.
    """

    def __init__(self, file: Path, on_error: Callable[[str], object]) -> None:
        self.file = file
        self._on_error = on_error
        self._newest: SavedSession | None = None
        self._changed, self._finishing = threading.Event(), threading.Event()
        self._job: BackgroundJob | None = None

    def save(self, session: SavedSession) -> None:
        """Write `session` soon; it replaces an older one that is not written yet."""
        self._newest = session
        self._changed.set()
        if self._job is None:
            self._job = BackgroundJob(self._write_changes)

    def finish(self) -> None:
        self._finishing.set()
        self._changed.set()
        if self._job is not None:
            self._job.wait()

    def _write_changes(self) -> None:
        written: SavedSession | None = None
        failing = False
        while not (self._finishing.is_set() and self._newest is written):
            self._changed.wait()
            self._changed.clear()
            session = self._newest
            if session is not None and session is not written:
                try:
                    write_session(self.file, session)
                    failing = False
                except OSError as error:
                    if not failing:
                        self._on_error(
                            f"Unsaved work cannot be kept in {self.file}: {error.strerror}"
                        )
                    failing = True
                written = session
            self._finishing.wait(MIN_INTERVAL_S)
