"""The session (what is open in Compose), stored in a file for the next start of the app."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from netlab.atomic_write import write_atomic
from netlab.paths import state_folder
from netlab.recipe.study_draft import StudyDraft
from tui.compose.autosave.session_json import SessionUnreadable, session_from_json, session_to_json
from tui.model.network_document import NetworkDocument, PendingText
from tui.model.study_history import StudyHistory


@dataclass(frozen=True)
class SavedSession:
    """A document, its study and the text that is not applied yet."""

    document: NetworkDocument
    study: StudyDraft
    history: StudyHistory = field(default_factory=StudyHistory)
    """The undo and redo steps of the study."""
    pending_text: PendingText | None = None
    """The text of the YAML tab that is not applied to the document."""

    @property
    def unsaved(self) -> bool:
        """Whether the network has unsaved changes or the YAML tab has unapplied text."""
        return self.document.changed or self.pending_text is not None

    def to_json(self) -> str:
        """The session as ASCII JSON, because UTF-8 cannot encode a lone surrogate."""
        history = self.history.for_study(self.study)
        return json.dumps(session_to_json(self.document, history, self.pending_text))


def session_file(lab: Path) -> Path:
    """The session file of the first app on `lab`."""
    name = hashlib.sha256(str(lab.resolve()).encode()).hexdigest()[:16]
    return state_folder() / "documents" / f"{name}.json"


def load_session(file: Path) -> SavedSession | None:
    """The session in `file`; None if it does not exist. Raises `SessionUnreadable`."""
    try:
        values: Any = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise SessionUnreadable(str(error)) from None
    document, history, pending = session_from_json(values)
    return SavedSession(document, history.study, history, pending)


def quarantine(file: Path) -> Path:
    """Rename an unreadable file, so that it is not overwritten; returns the new path."""
    aside = file.with_name(f"{file.stem}.unreadable-{int(time.time())}.json")
    file.replace(aside)
    return aside


def write_session(file: Path, session: SavedSession) -> None:
    """Write `session` to `file`; make the folder if needed. Raises `OSError`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(file, session.to_json())
