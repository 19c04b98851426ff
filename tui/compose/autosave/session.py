"""What is open in Compose, as a file that the next start of the app reads."""

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
    """A document and the study that it belongs to."""

    document: NetworkDocument
    study: StudyDraft
    history: StudyHistory = field(default_factory=StudyHistory)
    """What was done to the study."""
    pending_text: PendingText | None = None
    """What stands in the YAML tab and was not applied to the document."""

    @property
    def unsaved(self) -> bool:
        """Whether the network, or the text that is to become one, would be lost."""
        return self.document.changed or self.pending_text is not None

    def to_json(self) -> str:
        """All of it as JSON, in ASCII: half a surrogate pair cannot be written as anything else."""
        history = self.history.for_study(self.study)
        return json.dumps(session_to_json(self.document, history, self.pending_text))


def session_file(lab: Path) -> Path:
    """The file for the document that goes with a lab."""
    name = hashlib.sha256(str(lab.resolve()).encode()).hexdigest()[:16]
    return state_folder() / "documents" / f"{name}.json"


def load_session(file: Path) -> SavedSession | None:
    """The session in `file`; None where there is no file. Raises `SessionUnreadable`."""
    try:
        values: Any = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise SessionUnreadable(str(error)) from None
    document, history, pending = session_from_json(values)
    return SavedSession(document, history.study, history, pending)


def quarantine(file: Path) -> Path:
    """Rename a file that cannot be read, so that nothing in it is lost."""
    aside = file.with_name(f"{file.stem}.unreadable-{int(time.time())}.json")
    file.replace(aside)
    return aside


def write_session(file: Path, session: SavedSession) -> None:
    """Replace `file` by `session`, and make its folder if need be. Raises `OSError`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(file, session.to_json())
