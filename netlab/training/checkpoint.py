"""Checkpoints: written atomically, read without running any code in them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import torch

from netlab.atomic_write import write_atomic
from netlab.errors import NetlabError

CHECKPOINT_VERSION = 1


class CheckpointError(NetlabError):
    """A checkpoint that cannot be resumed from."""


def save(path: Path, state: dict[str, Any]) -> None:
    """Replace the checkpoint at `path` by `state`, tensors and plain values only.

    After a crash at any moment `path` holds the old or the new checkpoint. Raises `OSError`,
    with the old one in place and no temporary file left behind.
    """
    # Serialised first: torch hides the error number of a failing disk behind a RuntimeError.
    buffer = io.BytesIO()
    torch.save({"version": CHECKPOINT_VERSION, **state}, buffer)
    write_atomic(path, buffer.getbuffer(), durable=True)


def load(path: Path, run_hash: str) -> dict[str, Any]:
    """The state at `path`, on the CPU. Raises `CheckpointError` unless it belongs to this run."""
    remedy = _remedy(path)
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # the unpickler raises all sorts of errors at a damaged file
        raise CheckpointError(f"the checkpoint cannot be read: {remedy}") from error
    if not isinstance(state, dict) or state.get("version") != CHECKPOINT_VERSION:
        raise CheckpointError(f"the checkpoint belongs to another version of netlab: {remedy}")
    if state.get("hash") != run_hash:
        raise CheckpointError(f"the checkpoint belongs to another run: {remedy}")
    return state


def mismatch_error(path: Path) -> CheckpointError:
    """The error for a state that does not fit: this version builds the network differently."""
    return CheckpointError(
        f"the checkpoint does not fit the network that this version builds: {_remedy(path)}"
    )


def _remedy(path: Path) -> str:
    return f"remove {path} and resume the run: it then starts from the beginning"
