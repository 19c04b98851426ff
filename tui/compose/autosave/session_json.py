"""Converts a session (document, study, their histories, unapplied text) to JSON and back.

The dataclasses below define the layout; pydantic reads and writes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from netlab.recipe.edits import Edit
from netlab.recipe.network import StoredNetwork
from netlab.recipe.study_draft import StudyDraft
from tui.model.network_document import NetworkDocument, PendingText
from tui.model.study_history import StudyHistory, StudySnapshot

SESSION_VERSION = 1
"""The version of the layout; files of other versions are not read."""

MAX_HISTORY_STEPS = 100
"""Most undo steps of a study to store, and most redo steps: each is a whole study."""


class SessionUnreadable(Exception):  # noqa: N818
    """The stored session is damaged or has another version."""


@dataclass(frozen=True)
class StoredDocument:
    """The network before all edits, and the edits that were made and undone."""

    start: StoredNetwork
    edits: tuple[Edit, ...]
    undone: tuple[Edit, ...]
    """In the order in which the user made them."""
    baseline: StoredNetwork
    saved: StoredNetwork | None

    @classmethod
    def of(cls, document: NetworkDocument) -> StoredDocument:
        return cls(
            document.past[0].before if document.past else document.network,
            tuple(step.edit for step in document.past),
            tuple(step.edit for step in reversed(document.future)),
            document.baseline,
            document.saved,
        )

    def replayed(self) -> NetworkDocument:
        """The document with its history, made by applying every edit. Raises `EditError`."""
        document = NetworkDocument(self.start, baseline=self.baseline, saved=self.saved)
        for edit in (*self.edits, *self.undone):
            document = document.edited(edit)
        for _edit in self.undone:
            document = document.undone()
        return document


@dataclass(frozen=True)
class StoredHistory:
    """The undo and redo steps of a study."""

    past: tuple[StudySnapshot, ...] = ()
    future: tuple[StudySnapshot, ...] = ()


@dataclass(frozen=True)
class StoredSession:
    """The content of one session file."""

    document: StoredDocument
    study: StudyDraft
    history: StoredHistory | None = None
    unapplied: PendingText | None = None
    version: int = SESSION_VERSION


def session_to_json(
    document: NetworkDocument, history: StudyHistory, pending: PendingText | None
) -> dict[str, Any]:
    """The session as JSON values; the study is `history.study`."""
    steps = StoredHistory(history.past[-MAX_HISTORY_STEPS:], history.future[-MAX_HISTORY_STEPS:])
    stored = StoredSession(StoredDocument.of(document), history.study, steps, pending)
    values: dict[str, Any] = _layout().dump_python(stored, mode="json", by_alias=True)
    return values


def session_from_json(values: Any) -> tuple[NetworkDocument, StudyHistory, PendingText | None]:
    """The inverse of `session_to_json`. Raises `SessionUnreadable`."""
    if not isinstance(values, dict) or values.get("version") != SESSION_VERSION:
        raise SessionUnreadable("it is of another version")
    try:
        stored = _layout().validate_python(values)
        document = stored.document.replayed()
    except Exception as error:  # a damaged file can raise any error
        raise SessionUnreadable(str(error)) from error
    steps = stored.history or StoredHistory()
    return document, StudyHistory(stored.study, steps.past, steps.future), stored.unapplied


@cache
def _layout() -> TypeAdapter[StoredSession]:
    return TypeAdapter(StoredSession)
