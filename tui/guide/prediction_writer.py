"""Writes the user's predictions to the lab."""

from __future__ import annotations

from collections.abc import Callable

from tui.background.jobs import run_in_background
from tui.guide.guide_library import GuideLibrary
from tui.guide.guide_reader import GuideForm, NotesWritten, PendingNotes, write_notes
from tui.shell.mode_screen import ModeScreen

Notes = dict[str | None, str | None]


class PredictionWriter:
    """Writes the notes of one guide at a time. `screen` gets `NotesWritten`."""

    def __init__(self, screen: ModeScreen, library: GuideLibrary) -> None:
        self._screen = screen
        self._lab = screen.workspace.lab_path
        self._library = library
        self._drafts: dict[GuideForm, Notes] = {}
        """Still to be written."""
        self._unread: dict[GuideForm, Notes] = {}
        """Written since the lab was last read."""
        self._writing = False
        self._when_written: Callable[[], None] | None = None

    def pending(self, form: GuideForm | None) -> PendingNotes:
        """Notes on a guide that the last reading of the lab did not contain yet."""
        if form is None:
            return {}
        return {**self._unread.get(form, {}), **self._drafts.get(form, {})}

    def add(self, form: GuideForm, claim: str | None, text: str | None) -> None:
        """Write a note about a claim, given by its hash, or about the whole study if it is None."""
        self._drafts.setdefault(form, {})[claim] = text
        self._write_next()

    def when_all_is_written(self, action: Callable[[], None]) -> None:
        """Call `action` when all notes are written; never if one cannot be written."""
        self._when_written = action
        self._write_next()

    @property
    def unread(self) -> set[GuideForm]:
        """Forms about which something was written since the lab was last read."""
        return set(self._unread)

    def lab_was_read(self) -> None:
        """Forget what was written, because the statuses now contain it."""
        self._unread.clear()

    def notes_written(self, message: NotesWritten) -> None:
        self._writing = False
        drafts = self._drafts[message.form]
        for claim, text in message.notes.items():
            if drafts.get(claim) == text:
                del drafts[claim]
        if message.problem is not None:
            drafts.clear()
            self._when_written = None
        else:
            self._unread.setdefault(message.form, {}).update(message.notes)
        self._library.read_statuses()
        self._write_next()

    def _write_next(self) -> None:
        if self._writing:
            return
        statuses = self._library.statuses
        form = next((one for one, notes in self._drafts.items() if notes and one in statuses), None)
        if form is not None:
            self._writing = True
            lab, notes, condition = self._lab, dict(self._drafts[form]), statuses[form].condition
            run_in_background(lambda: write_notes(lab, form, condition, notes), self._screen)
        elif self._when_written is not None:
            action, self._when_written = self._when_written, None
            action()
