"""Studies of tiny networks for tests of the lab, and the commands that pretend to train them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from netlab.events import Event
from netlab.lab.records import StudyRegistration, VariantRegistration
from netlab.lab.scheduler.start_worker import WorkerCommand
from netlab.recipe.network import Network
from netlab.recipe.protocol import Protocol
from netlab.recipe.run_spec import RunSpec

Found = TypeVar("Found")

FAKE_WORKER = Path(__file__).with_name("fake_worker.py")


def spec(channels: int = 4, seed: int = 0, epochs: int = 3, data: str = "fashion-mini") -> RunSpec:
    network = Network.model_validate(
        {
            "input": [1, 28, 28],
            "blocks": [{"block": "conv", "channels": channels}, {"block": "classifier"}],
        }
    )
    return RunSpec.model_validate(
        {"network": network, "data": data, "protocol": Protocol(epochs=epochs), "seed": seed}
    )


def study(
    name: str = "widths",
    channels: Sequence[int] = (4, 8),
    seeds: Sequence[int] = (0, 1),
    epochs: int = 3,
    data: str = "fashion-mini",
) -> StudyRegistration:
    """A study whose first variant is the baseline and whose others have other widths."""
    return StudyRegistration(
        name=name,
        recipe_file=f"{name}.yaml",
        recipe_text="network: …",
        question="Does width pay?",
        claims=({"says": "wider is better", "check": "w8.accuracy > baseline.accuracy"},),
        variants=tuple(
            VariantRegistration(
                name="baseline" if place == 0 else f"w{width}",
                because="" if place == 0 else "twice the width",
                changes=() if place == 0 else (f"channels {channels[0]} → {width}",),
                params=width * 10,
                macs=width * 1000,
                specs=tuple(spec(width, seed, epochs, data) for seed in seeds),
            )
            for place, width in enumerate(channels)
        ),
    )


def fake_worker(*options: str) -> WorkerCommand:
    """The command of a worker that pretends, see `fake_worker.py`."""
    return lambda folder: [sys.executable, str(FAKE_WORKER), str(folder), *options]


def run_events(epochs: int = 3, steps: int = 10) -> list[Event]:
    """What the worker of a run that went well has said."""
    events: list[tuple[str, dict[str, object]]] = [
        ("started", {"step": 0, "steps": epochs * steps, "epochs": epochs, "epoch": 0,
                     "device": "cpu", "precision": "float32", "memory_kind": "resident"})
    ]  # fmt: skip
    for epoch in range(1, epochs + 1):
        events.append(("step", {"step": epoch * steps - 5, "epoch": epoch, "loss": 2.0 / epoch,
                              "lr": 0.1, "images_per_s": 900.0}))  # fmt: skip
        events.append(("epoch", {"epoch": epoch, "step": epoch * steps, "train_loss": 2.0 / epoch,
                               "train_accuracy": 50.0 + epoch, "val_loss": 1.0,
                               "val_accuracy": 60.0 + epoch, "val_top5": 90.0, "lr": 0.1,
                               "seconds": 0.5, "images_per_s": 950.0, "memory": 60.0 + epoch}))  # fmt: skip
    events.append(("evaluated", {"split": "test", "loss": 0.5, "accuracy": 80.0, "top5": 99.0,
                               "seconds": 0.1, "images": 100, "accuracy_flip": None}))  # fmt: skip
    events.append(("finished", {"train_time": 2.5, "test_time": 0.1, "memory": 64.0,
                              "memory_kind": "resident", "images_per_s": 940.0,
                              "epochs": epochs}))  # fmt: skip
    return [Event(seq, 100.0 + seq, kind, data) for seq, (kind, data) in enumerate(events, 1)]


def wait_for(what: Callable[[], Found | None], seconds: float = 120.0) -> Found:
    """The first true value of `what`, looked for until a deadline."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = what()
        if found:
            return found
        time.sleep(0.005)
    raise AssertionError(f"{what} did not become true within {seconds} s")
