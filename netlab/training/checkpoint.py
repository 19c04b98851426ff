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
    """Replace the checkpoint at `path` by `state`, which may have only tensors and plain values.

    After a crash at any moment `path` is the old or the new checkpoint. Raises `OSError` if it
    cannot be written, and then leaves no temporary file.
    """
    # Serialised first, because torch would turn the OSError of a failing disk into a RuntimeError.
    buffer = io.BytesIO()
    torch.save({"version": CHECKPOINT_VERSION, **state}, buffer)
    write_atomic(path, buffer.getbuffer(), durable=True)


def load(path: Path, run_hash: str) -> dict[str, Any]:
    """The state at `path`, on the CPU. Raises `CheckpointError` if this run cannot use it."""
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
    """The error for a state that does not fit the network that this version builds."""
    return CheckpointError(
        f"the checkpoint does not fit the network that this version builds: {_remedy(path)}"
    )


def _remedy(path: Path) -> str:
    return f"remove {path} and resume the run: it then starts from the beginning"
