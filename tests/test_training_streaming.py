"""Images too large to be held are read from the disk as needed, and nothing else changes."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import torch
from training_helpers import (
    events_in,
    same_state,
    start_session,
    tiny_spec,
    use_arrays,
    write_folder,
)

from netlab.training import run_data
from netlab.training.batches import ResidentTraining
from netlab.training.run_data import Images
from netlab.training.streaming import BATCHES_READ_AHEAD, StreamedTraining, read_ahead


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("NETLAB_CACHE", str(tmp_path / "cache"))
    return f"folder:{write_folder(tmp_path / 'images')}"


@pytest.mark.parametrize("crop_mode", ["reflect", "zero"])
def test_a_streamed_run_gives_the_bits_of_a_resident_one(
    tmp_path: Path, folder: str, monkeypatch: pytest.MonkeyPatch, crop_mode: str
) -> None:
    augmentation = {"crop": 2, "crop_mode": crop_mode, "cutout": 3}
    spec = tiny_spec(data=folder, augmentation=augmentation, validation=0.2, batch_size=5)
    resident = start_session(spec, tmp_path / "resident")
    assert isinstance(resident.trainer.batches, ResidentTraining)
    assert resident.train()

    monkeypatch.setattr(run_data, "RESIDENT_LIMIT_BYTES", 0)
    streamed = start_session(spec, tmp_path / "streamed")
    assert isinstance(streamed.trainer.batches, StreamedTraining)
    assert streamed.train()
    assert same_state(streamed.trainer.state(), resident.trainer.state())
    for kind, figure in (("epoch", "val_loss"), ("evaluated", "loss")):
        results = [
            [event.data[figure] for event in events_in(tmp_path / name, kind)]
            for name in ("resident", "streamed")
        ]
        assert results[0] == results[1] != []


def test_a_streamed_run_is_resumed_in_the_middle_of_an_epoch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_arrays(monkeypatch)
    monkeypatch.setattr(run_data, "RESIDENT_LIMIT_BYTES", 0)
    whole = start_session(tiny_spec(), tmp_path / "whole")
    assert whole.train()
    assert not start_session(tiny_spec(), tmp_path / "parts", stop_after=3).train()
    parts = start_session(tiny_spec(), tmp_path / "parts")
    assert parts.train()
    assert same_state(parts.trainer.state(), whole.trainer.state())


def streamed(count: int) -> Images:
    """One pixel each: the number of the image; every second one of those mapped is used."""
    pixels = torch.arange(2 * count, dtype=torch.uint8)[:, None, None, None]
    return Images(pixels, torch.arange(count), torch.arange(count) * 2)


@pytest.mark.parametrize("parts", [1, BATCHES_READ_AHEAD, BATCHES_READ_AHEAD + 3])
def test_parts_come_in_order_however_many_are_read_ahead(parts: int) -> None:
    wanted = [torch.tensor([number, 0]) for number in range(parts)]
    got = [pixels.flatten().tolist() for pixels in read_ahead(streamed(20), wanted)]
    assert got == [[2 * number, 0] for number in range(parts)]


def test_stopping_early_leaves_no_thread_behind() -> None:
    before = threading.active_count()
    reading = read_ahead(streamed(20), [torch.tensor([number]) for number in range(20)])
    next(reading)
    assert threading.active_count() == before + 1
    del reading
    assert threading.active_count() == before


def test_an_image_that_cannot_be_read_is_not_passed_over() -> None:
    with pytest.raises(IndexError):
        list(read_ahead(streamed(4), [torch.tensor([0]), torch.tensor([99])]))
