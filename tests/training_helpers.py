"""Tiny data, networks and runs for the tests of training."""

from __future__ import annotations

import io
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from netlab.datasets.data_spec import Data
from netlab.events import Event, EventWriter, read_events
from netlab.recipe.network import Network
from netlab.recipe.protocol import Protocol
from netlab.recipe.run_spec import RunSpec
from netlab.training import readers
from netlab.training.job import Job
from netlab.training.readers import DataArrays
from netlab.training.reporter import Reporter
from netlab.training.session import Session
from netlab.training.stop import StopFlag

CLASSES = ("ant", "bee", "cow")


def tiny_arrays(
    train: int = 60, test: int = 21, shape: tuple[int, int, int] = (3, 8, 8)
) -> DataArrays:
    """Noisy images whose brightness gives their class away."""
    numbers = np.random.default_rng(0)

    def images(count: int) -> tuple[Any, Any]:
        labels = np.arange(count) % len(CLASSES)
        noise = numbers.integers(0, 60, (count, *shape))
        return (noise + 80 * labels[:, None, None, None]).astype(np.uint8), labels.astype(np.int64)

    return DataArrays(*images(train), *images(test), CLASSES, (0.4,) * shape[0], (0.3,) * shape[0])


def use_arrays(monkeypatch: pytest.MonkeyPatch, arrays: DataArrays | None = None) -> None:
    """Let every data set be `arrays`."""
    given = arrays or tiny_arrays()
    monkeypatch.setattr(readers, "read_data", lambda *_: given)


def write_folder(root: Path, train: int = 12, test: int = 4) -> Path:
    """A folder of small PNG images by split and class, `train` and `test` of each class."""
    arrays = tiny_arrays(train * len(CLASSES), test * len(CLASSES))
    for part, images, labels in (
        ("train", arrays.train_images, arrays.train_labels),
        ("test", arrays.test_images, arrays.test_labels),
    ):
        for number, (image, label) in enumerate(zip(images, labels, strict=True)):
            place = root / part / CLASSES[label]
            place.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image.transpose(1, 2, 0)).save(place / f"{number:03}.png")
    return root


def tiny_network(dropout: float = 0.0, width: int = 4) -> Network:
    """A strided convolution and a classifier, for 8×8 images of three classes."""
    return Network.model_validate(
        {
            "input": [3, 8, 8],
            "classes": len(CLASSES),
            "blocks": [
                {"block": "conv", "channels": width, "stride": 2},
                {"block": "classifier", "dropout": dropout},
            ],
        }
    )


def tiny_spec(
    *,
    dropout: float = 0.0,
    width: int = 4,
    data: str = "fashion-mini",
    seed: int = 0,
    **protocol: Any,
) -> RunSpec:
    """A run of a second or less; `protocol` overrides its settings."""
    settings = {"epochs": 2, "batch_size": 16, "test_batch_size": 8, "augmentation": {"crop": 1}}
    return RunSpec(
        network=tiny_network(dropout, width),
        data=Data.model_validate(data),
        protocol=Protocol.model_validate({**settings, **protocol}),
        seed=seed,
    )


def start_session(spec: RunSpec, folder: Path, *, stop_after: int | None = None) -> Session:
    """A session in this process, on one thread of the CPU; asked to stop after some steps."""
    folder.mkdir(parents=True, exist_ok=True)
    job = Job(run="r", spec=spec, device="cpu", threads=1)
    stop = StopFlag()
    reporter = Reporter(EventWriter(folder / "events.jsonl"))
    session = Session(job, folder, reporter, stop)
    weakref.finalize(session, reporter.close)
    if stop_after is not None:

        def ask(*_: object) -> None:
            stop.requested = session.trainer.step + 1 >= stop_after

        session.trainer.model.register_forward_hook(ask)
    return session


def events_in(folder: Path, *kinds: str) -> list[Event]:
    """The events of a run's folder, of these kinds or all."""
    events, _ = read_events(folder / "events.jsonl")
    return [event for event in events if not kinds or event.kind in kinds]


def same_state(one: Any, other: Any) -> bool:
    """Whether two checkpoints hold the same bits, but for times and memory."""
    if isinstance(one, dict):
        skip = {"seconds", "train_time", "memory"}
        return one.keys() == other.keys() and all(
            same_state(one[key], other[key]) for key in one if key not in skip
        )
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same_state, one, other))
    if isinstance(one, torch.Tensor):
        return one.dtype == other.dtype and torch.equal(one, other)
    return bool(one == other)


def torch_bytes(value: Any) -> bytes:
    """`value` as torch saves it."""
    buffer = io.BytesIO()
    torch.save(value, buffer)
    return buffer.getvalue()
