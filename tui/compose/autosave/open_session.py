"""The open session: restored at the start, written after every change."""

from __future__ import annotations

from functools import partial

from tui.background.jobs import call_from_thread
from tui.compose.autosave.autosaver import Autosaver
from tui.compose.autosave.session import SavedSession, load_session, quarantine
from tui.compose.autosave.session_files import SessionFile, collect_orphans
from tui.compose.autosave.session_json import SessionUnreadable
from tui.workspace import Workspace


class OpenSession:
    """The session of this app; until `close`, no other app writes to its file."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._file = SessionFile.acquire(workspace.lab_path)
        show_error = partial(call_from_thread, workspace, self._show_error)
        self._autosaver: Autosaver | None = Autosaver(self._file.file, show_error)

    def restore(self) -> None:
        """Show the session of the last app; rename its file if it cannot be read."""
        self._collect_orphans()
        file = self._file.file
        try:
            session = load_session(file)
        except SessionUnreadable as error:
            text = f"The network that was left open cannot be read ({error})."
            try:
                text += f" It is kept as {quarantine(file)}."
            except OSError:
                self._autosaver = None  # do not overwrite the unreadable file
            self._workspace.notify(text, severity="warning", timeout=15, markup=False)
            return
        if session is not None and not self._workspace.document.past:
            self.show(session)

    def save(self) -> None:
        if self._autosaver is not None:
            self._autosaver.save(self.current())

    def current(self) -> SavedSession:
        workspace = self._workspace
        return SavedSession(
            workspace.document, workspace.study, workspace.study_history, workspace.pending_text
        )

    def show(self, session: SavedSession) -> None:
        workspace = self._workspace
        workspace.study_history = session.history
        workspace.study = session.study
        workspace.document = session.document
        workspace.pending_text = session.pending_text  # last: watchers compare it with the network

    def close(self) -> None:
        """Write what is not written yet, then release the file for the next app."""
        if self._autosaver is not None:
            self._autosaver.finish()
        self._file.release()

    def _collect_orphans(self) -> None:
        try:
            number = collect_orphans(self._workspace.lab_path)
        except OSError as error:
            self._show_error(f"What another window left unsaved cannot be read: {error.strerror}")
            return
        if number:
            text = "What another window left unsaved is under Open, Left unsaved."
            self._workspace.notify(text, timeout=15, markup=False)

    def _show_error(self, text: str) -> None:
        self._workspace.notify(text, severity="error", timeout=15, markup=False)
