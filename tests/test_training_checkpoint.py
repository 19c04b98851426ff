from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
import torch
from training_helpers import same_state, torch_bytes

from netlab.training import checkpoint
from netlab.training.checkpoint import CheckpointError

STATE = {"hash": "abc", "model": {"weight": torch.arange(6.0).view(2, 3)}, "step": 7}


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    checkpoint.save(path, STATE)
    assert same_state(
        checkpoint.load(path, "abc"), {"version": checkpoint.CHECKPOINT_VERSION, **STATE}
    )
    assert [file.name for file in tmp_path.iterdir()] == ["checkpoint.pt"]


@pytest.mark.parametrize("fails", ["fsync", "replace"])
def test_a_disk_that_fails_leaves_the_old_checkpoint_and_no_rubbish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    path = tmp_path / "checkpoint.pt"
    checkpoint.save(path, STATE)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setattr(os if fails == "fsync" else Path, fails, full)
    with pytest.raises(OSError, match="no space left") as error:
        checkpoint.save(path, {**STATE, "step": 8})
    assert error.value.errno == errno.ENOSPC
    assert checkpoint.load(path, "abc")["step"] == 7
    assert [file.name for file in tmp_path.iterdir()] == ["checkpoint.pt"]


class Bomb:
    """Runs code when it is unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        return (os.mkdir, ("exploded",))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "cannot be read"),
        (b"not a checkpoint", "cannot be read"),
        (b"rubbish", "cannot be read"),
        (torch_bytes(STATE)[:-100], "cannot be read"),
        (torch_bytes([1, 2]), "another version"),
        (torch_bytes({"version": 99, "hash": "abc"}), "another version"),
        (torch_bytes({"version": checkpoint.CHECKPOINT_VERSION, "hash": "other"}), "another run"),
    ],
    ids=["empty", "text", "pickle-like text", "torn", "list", "version", "run"],
)
def test_a_checkpoint_of_no_use_is_an_error_that_says_how_to_go_on(
    tmp_path: Path, content: bytes, why: str
) -> None:
    path = tmp_path / "checkpoint.pt"
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match=why) as error:
        checkpoint.load(path, "abc")
    assert f"remove {path}" in str(error.value)


def test_loading_runs_no_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "checkpoint.pt"
    path.write_bytes(torch_bytes({**STATE, "model": Bomb()}))
    with pytest.raises(CheckpointError, match="cannot be read"):
        checkpoint.load(path, "abc")
    assert not (tmp_path / "exploded").exists()
