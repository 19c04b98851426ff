"""Where unsaved work is kept between two runs of the app, and how it is found again."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from netlab.atomic_write import write_atomic
from netlab.paths import state_folder
from netlab.recipe.study_draft import StudyDraft
from tui.compose.session_json import SessionUnreadable, session_from_json, session_to_json
from tui.model.network_document import NetworkDocument, PendingText
from tui.model.study_history import StudyHistory

DRAFT_STAMP_CHARS = len("20260131-235959-123456789-")
"""Characters before the name of a draft's file: when it was put away, so that names sort."""
MAX_DRAFTS = 50
"""How many drafts that were left unsaved are kept; the oldest go first."""
MIN_INTERVAL_S = 0.5
"""Seconds between two writes: what is typed is written a moment later, not at every key."""


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
    """What was kept in `file`; None where there is none. Raises `SessionUnreadable`."""
    try:
        told: Any = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise SessionUnreadable(str(error)) from None
    document, history, pending = session_from_json(told)
    return SavedSession(document, history.study, history, pending)


def quarantine(file: Path) -> Path:
    """Rename a file that cannot be read, so that nothing in it is lost."""
    aside = file.with_name(f"{file.stem}.unreadable-{int(time.time())}.json")
    file.replace(aside)
    return aside


def write_session(file: Path, kept: SavedSession) -> None:
    """Replace `file` by `kept`, and make its folder if need be. Raises `OSError`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(file, kept.to_json())


def list_drafts() -> list[tuple[str, Path]]:
    """The drafts with what they are called, the newest first."""
    files = sorted((state_folder() / "drafts").glob("*.json"), reverse=True)
    return [(f"{file.stem[DRAFT_STAMP_CHARS:]}  {_saved_at(file.stem)}", file) for file in files]


def save_draft(kept: SavedSession) -> Path:
    """Put away a document that makes place for another. Raises `OSError`."""
    folder = state_folder() / "drafts"
    name = "".join(c if c.isalnum() or c in "-_" else "-" for c in kept.study.name)[:40]
    stamp = f"{time.strftime('%Y%m%d-%H%M%S')}-{time.time_ns() % 10**9:09}"
    file = folder / f"{stamp}-{name or 'untitled'}.json"
    write_session(file, kept)
    for old in sorted(folder.glob("*.json"), reverse=True)[MAX_DRAFTS:]:
        old.unlink(missing_ok=True)
    return file


class Autosaver:
    """Writes the newest of what it is given, with a rest after each write, off the event loop."""

    def __init__(self, file: Path, on_error: Callable[[str], None]) -> None:
        self.file = file
        self._on_error = on_error
        """Hears why nothing can be written, once, until something could be."""
        self._failing = False
        self._newest: SavedSession | None = None
        self._task: asyncio.Task[None] | None = None
        self._finishing = asyncio.Event()

    def save(self, kept: SavedSession) -> None:
        """Have `kept` written soon; what was to be written before it need not be."""
        self._newest = kept
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._write_newest())

    async def finish(self) -> None:
        """Wait until all is written, which takes no rest any more."""
        self._finishing.set()
        if self._task is not None:
            await self._task

    async def _write_newest(self) -> None:
        while (kept := self._newest) is not None:
            self._newest = None
            try:
                await asyncio.to_thread(write_session, self.file, kept)
                self._failing = False
            except OSError as error:
                if not self._failing:
                    self._failing = True
                    self._on_error(f"Unsaved work cannot be kept in {self.file}: {error.strerror}")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._finishing.wait(), MIN_INTERVAL_S)


def _saved_at(stem: str) -> str:
    return f"{stem[:4]}-{stem[4:6]}-{stem[6:8]} {stem[9:11]}:{stem[11:13]}"
