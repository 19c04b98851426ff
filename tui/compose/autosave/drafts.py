"""Unsaved documents that made way for others: kept for a while, and listed under Open."""

from __future__ import annotations

import time
from pathlib import Path

from netlab.paths import state_folder
from tui.compose.autosave.session import SavedSession, write_session

DRAFT_STAMP_CHARS = len("20260131-235959-123456789-")
"""Characters before the name of a draft's file: when it was put away, so that names sort."""
MAX_DRAFTS = 50
"""How many drafts that were left unsaved are kept; the oldest go first."""


def list_drafts() -> list[tuple[str, Path]]:
    """The drafts with what they are called, the newest first."""
    files = sorted((state_folder() / "drafts").glob("*.json"), reverse=True)
    return [(f"{file.stem[DRAFT_STAMP_CHARS:]}  {_saved_at(file.stem)}", file) for file in files]


def save_draft(session: SavedSession) -> Path:
    """Keep a document that makes way for another. Raises `OSError`."""
    folder = state_folder() / "drafts"
    name = "".join(c if c.isalnum() or c in "-_" else "-" for c in session.study.name)[:40]
    stamp = f"{time.strftime('%Y%m%d-%H%M%S')}-{time.time_ns() % 10**9:09}"
    file = folder / f"{stamp}-{name or 'untitled'}.json"
    write_session(file, session)
    for old in sorted(folder.glob("*.json"), reverse=True)[MAX_DRAFTS:]:
        old.unlink(missing_ok=True)
    return file


def _saved_at(stem: str) -> str:
    return f"{stem[:4]}-{stem[4:6]}-{stem[6:8]} {stem[9:11]}:{stem[11:13]}"
