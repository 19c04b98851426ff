"""Replace a file in one step: it has the old or the new content, even after a crash."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def replacing(path: Path, suffix: str = "") -> Iterator[Path]:
    """Yield a hidden file next to `path` for the body to write; afterwards it replaces `path`.

    Its name ends in `suffix`, and it gets the permissions of the file that it replaces. After an
    exception `path` is unchanged and the hidden file is removed.
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
    """Replace the content of `path`. Raises `OSError` if that fails; the old content then stays.

    `durable` waits for the disk, so that a power failure cannot undo the change or empty the file.
    If only that wait fails, the new content is already in place.
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
    """Write the folder's names to the disk, so that they survive a power failure, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
