"""Where unsaved work is kept between two runs of the app, and how it is found again."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from netlab.paths import state_folder
from tui.compose.history import (
    VERSION,
    NotKept,
    document_from_json,
    document_to_json,
    past_from_json,
    past_to_json,
    study_from_json,
    study_to_json,
    unapplied_from_json,
    unapplied_to_json,
)
from tui.document import Document, Unapplied
from tui.draft import StudyDraft
from tui.past import StudyHistory

STAMP = len("20260131-235959-123456789-")
"""Characters before the name of a draft's file: when it was put away, so that names sort."""
DRAFTS = 50
"""How many drafts that were left unsaved are kept; the oldest go first."""
REST = 0.5
"""Seconds between two writes: what is typed is written a moment later, not at every key."""


@dataclass(frozen=True)
class Kept:
    """A document and the study that it belongs to."""

    document: Document
    study: StudyDraft
    history: StudyHistory = field(default_factory=StudyHistory)
    """What was done to the study."""
    unapplied: Unapplied | None = None
    """What stands in the YAML tab and was not applied to the document."""

    @property
    def unsaved(self) -> bool:
        """Whether the network, or the text that is to become one, would be lost."""
        return self.document.changed or self.unapplied is not None

    def text(self) -> str:
        """All of it as JSON, in ASCII: half a surrogate pair cannot be written as anything else."""
        told = {
            "version": VERSION,
            "document": document_to_json(self.document),
            "study": study_to_json(self.study),
            "history": past_to_json(self.history.of(self.study)),
            "unapplied": unapplied_to_json(self.unapplied),
        }
        return json.dumps(told)


def kept_file(lab: Path) -> Path:
    """The file for the document that goes with a lab."""
    name = hashlib.sha256(str(lab.resolve()).encode()).hexdigest()[:16]
    return state_folder() / "documents" / f"{name}.json"


def read_kept(file: Path) -> Kept | None:
    """What was kept in `file`; None where there is none. Raises `NotKept`."""
    try:
        told: Any = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise NotKept(str(error)) from None
    if not isinstance(told, dict) or told.get("version") != VERSION:
        raise NotKept("it is of another version")
    study = study_from_json(told.get("study"))
    history = past_from_json(told.get("history"), study)
    unapplied = unapplied_from_json(told.get("unapplied"))
    return Kept(document_from_json(told.get("document")), study, history, unapplied)


def set_aside(file: Path) -> Path:
    """Rename a file that cannot be read, so that nothing in it is lost."""
    aside = file.with_name(f"{file.stem}.unreadable-{int(time.time())}.json")
    file.replace(aside)
    return aside


def write_text(file: Path, text: str) -> None:
    """Replace `file` in one step, so that it is never half written. Raises `OSError`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(file)


def drafts() -> list[tuple[str, Path]]:
    """The drafts with what they are called, the newest first."""
    files = sorted((state_folder() / "drafts").glob("*.json"), reverse=True)
    return [(f"{file.stem[STAMP:]}  {_when(file.stem)}", file) for file in files]


def keep_draft(kept: Kept) -> Path:
    """Put away a document that makes place for another. Raises `OSError`."""
    folder = state_folder() / "drafts"
    name = "".join(c if c.isalnum() or c in "-_" else "-" for c in kept.study.name)[:40]
    stamp = f"{time.strftime('%Y%m%d-%H%M%S')}-{time.time_ns() % 10**9:09}"
    file = folder / f"{stamp}-{name or 'untitled'}.json"
    write_text(file, kept.text())
    for old in sorted(folder.glob("*.json"), reverse=True)[DRAFTS:]:
        old.unlink(missing_ok=True)
    return file


class Keeper:
    """Writes the newest of what it is given, with a rest after each write, off the event loop."""

    def __init__(self, file: Path, on_fault: Callable[[str], None]) -> None:
        self.file = file
        self._on_fault = on_fault
        """Hears why nothing can be written, once, until something could be."""
        self._faulty = False
        self._newest: Kept | None = None
        self._task: asyncio.Task[None] | None = None
        self._finishing = asyncio.Event()

    def keep(self, kept: Kept) -> None:
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
                await asyncio.to_thread(_write, self.file, kept)
                self._faulty = False
            except OSError as error:
                if not self._faulty:
                    self._faulty = True
                    self._on_fault(f"Unsaved work cannot be kept in {self.file}: {error.strerror}")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._finishing.wait(), REST)


def _write(file: Path, kept: Kept) -> None:
    write_text(file, kept.text())


def _when(stem: str) -> str:
    return f"{stem[:4]}-{stem[4:6]}-{stem[6:8]} {stem[9:11]}:{stem[11:13]}"
