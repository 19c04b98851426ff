"""Measures a network on this machine: training throughput, inference time and peak memory.

The inputs are random numbers that are already on the device, so the figures do not include the
time to read, move or augment images. Speeds are measured in blocks after a warm-up, and each is the
median of its blocks; memory is one peak.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from netlab.recipe.protocol import Protocol
from netlab.recipe.run_spec import RunSpec
from netlab.training.batches import Batch
from netlab.training.device import Device
from netlab.training.evaluate import Evaluator
from netlab.training.loop import Trainer
from netlab.training.memory import MemoryMeter
from netlab.training.normalise import memory_format
from netlab.training.session import build_model
from netlab.training.stop import StopFlag

TIMED_BLOCKS = 5
MIN_BLOCK_S = 0.2
"""The minimum length of a block, so that clock resolution and short pauses matter little."""
MAX_REPEATS = 1000
"""The most passes in a block, for tiny networks."""
NEGLIGIBLE_LR = 1e-12
"""A learning rate at which each step does all of its work, but the weights stay finite."""
INFERENCE_BATCH_SIZES = {"inference_ms": 1, "inference_ms_100": 100}


@dataclass(frozen=True)
class TimedFigure:
    """The median of the blocks, and the blocks in order (none for memory)."""

    median: float
    blocks: tuple[float, ...] = ()


def measure_speed(
    spec: RunSpec, device: Device, meter: MemoryMeter, *, min_block_s: float = MIN_BLOCK_S
) -> dict[str, TimedFigure]:
    """The figures of one network on `device`, by measure.

    `images_per_s`: training images per second; a step is forward, backward and the optimiser on a
    batch of the protocol's size. `memory`: its peak memory in MB, from `meter`. `inference_ms`
    and `inference_ms_100`: milliseconds of one synchronous forward pass of 1 and of 100 images, in
    eval mode. Raises `BlockError`, and torch's errors if memory runs out.
    """
    layout = memory_format(spec.protocol)
    generator = torch.Generator().manual_seed(0)

    def images(count: int) -> Tensor:
        drawn = torch.randn((count, *spec.network.input), generator=generator)
        return drawn.to(device.torch_device).contiguous(memory_format=layout)

    model = build_model(spec, device, layout)
    size = spec.protocol.batch_size
    labels = (torch.arange(size) % spec.network.classes).to(device.torch_device)
    found = {
        "images_per_s": _time_training(
            model, (images(size), labels), spec.protocol, device, min_block_s
        )
    }
    found["memory"] = TimedFigure(meter.peak())
    evaluator = Evaluator(model, device, device.precision(spec.protocol.precision))
    for name, count in INFERENCE_BATCH_SIZES.items():
        found[name] = _time_inference(evaluator, images(count), min_block_s)
    return found


class _SameBatch:
    """An epoch that repeats one batch."""

    def __init__(self, batch: Batch, steps: int) -> None:
        self._batch = batch
        self.steps = steps
        self.images = steps * len(batch[1])

    def epoch(self, _epoch: int, first: int = 0) -> Iterator[Batch]:
        for _ in range(first, self.steps):
            yield self._batch


def _time_training(
    model: torch.nn.Module, batch: Batch, protocol: Protocol, device: Device, block: float
) -> TimedFigure:
    optimizer = protocol.optimizer.model_copy(update={"lr": NEGLIGIBLE_LR})
    protocol = protocol.model_copy(update={"epochs": TIMED_BLOCKS + 1, "optimizer": optimizer})

    def trainer(steps: int) -> Trainer:
        made = Trainer(
            model,
            _SameBatch(batch, steps),
            protocol,
            device,
            on_report=lambda _report: None,
            stop=StopFlag(),
        )
        made.warm_up()
        return made

    def epoch(trained: Trainer) -> float:
        done = trained.train_epoch()
        assert done is not None
        return done.images_per_s

    step = len(batch[1]) / epoch(trainer(1))
    ready = trainer(_repeats(step, block))
    epoch(ready)
    return _median_figure([epoch(ready) for _ in range(TIMED_BLOCKS)])


def _time_inference(evaluator: Evaluator, images: Tensor, block: float) -> TimedFigure:
    evaluator.model.eval()
    with torch.inference_mode(), evaluator.autocast:

        def one() -> None:
            evaluator.model(images)
            evaluator.device.synchronize()

        one()
        repeats = _repeats(_seconds(one, 1), block)
        _seconds(one, repeats)
        return _median_figure([1e3 * _seconds(one, repeats) for _ in range(TIMED_BLOCKS)])


def _seconds(one: Callable[[], None], repeats: int) -> float:
    """The mean time of `repeats` calls in a row."""
    start = time.perf_counter()
    for _ in range(repeats):
        one()
    return (time.perf_counter() - start) / repeats


def _repeats(each: float, block: float) -> int:
    return max(1, min(MAX_REPEATS, math.ceil(block / max(each, 1e-6))))


def _median_figure(blocks: list[float]) -> TimedFigure:
    return TimedFigure(statistics.median(blocks), tuple(blocks))
