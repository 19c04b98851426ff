"""Replacing a file in one step: a reader, or a crash, finds the old content or the new."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def replacing(path: Path, suffix: str = "") -> Iterator[Path]:
    """A hidden file beside `path`, to be written in the body; it then takes the place of `path`.

    Its name ends in `suffix`, and it gets the permissions of the file that it replaces. If
    anything is raised, `path` stays as it was and nothing is left behind.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}{suffix}")
    try:
        yield draft
        if path.is_file():
            shutil.copymode(path, draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def write_atomic(path: Path, content: str | bytes | memoryview, *, durable: bool = False) -> None:
    """Replace the content of `path`. Raises `OSError`, with the old content in place.

    `durable` waits for the disk, so that a power failure cannot undo it or leave an empty file.
    """
    raw = content.encode() if isinstance(content, str) else content
    with replacing(path) as draft, draft.open("wb") as file:
        file.write(raw)
        if durable:
            file.flush()
            os.fsync(file.fileno())
    if durable:
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power failure, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
