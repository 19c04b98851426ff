"""Drafts: the newest unsaved documents that were replaced, listed under Open."""

from __future__ import annotations

import time
from pathlib import Path

from netlab.paths import state_folder
from tui.compose.autosave.session import SavedSession, write_session

DRAFT_STAMP_CHARS = len("20260131-235959-123456789-")
"""Characters of the time stamp before a draft's name; files sort by it."""
MAX_DRAFTS = 50
"""Most drafts to keep; the oldest are deleted first."""


def list_drafts() -> list[tuple[str, Path]]:
    """Label (name and time) and file of each draft, the newest first."""
    files = sorted((state_folder() / "drafts").glob("*.json"), reverse=True)
    return [(f"{file.stem[DRAFT_STAMP_CHARS:]}  {_saved_at(file.stem)}", file) for file in files]


def save_draft(session: SavedSession) -> Path:
    """Save `session` as a draft and delete the oldest drafts. Raises `OSError`."""
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
