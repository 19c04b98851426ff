"""The training loop: steps, reports and epochs; it can stop and resume at any step.

Metrics are summed on the device and fetched only for reports (at most two per second) and at the
end of an epoch, so that no step waits for the one before it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from netlab.recipe.protocol import Protocol
from netlab.training.batches import TrainingBatches
from netlab.training.device import Device, Precision
from netlab.training.failures import DivergedError
from netlab.training.optimizer import build_optimizer, set_lr
from netlab.training.schedule import lr_factor
from netlab.training.stop import StopFlag

REPORT_INTERVAL_S = 0.5


@dataclass(frozen=True)
class StepReport:
    """Progress within an epoch (from 1); `loss` is the mean since the last report."""

    step: int
    epoch: int
    loss: float
    lr: float
    images_per_s: float


@dataclass(frozen=True)
class EpochResult:
    """A completed epoch (from 1): means over its augmented images; seconds without evaluation."""

    epoch: int
    step: int
    train_loss: float
    train_accuracy: float
    lr: float
    seconds: float
    images_per_s: float


class Trainer:
    """Trains a network: call `train_epoch` until `epoch` is `protocol.epochs`."""

    def __init__(
        self,
        model: nn.Module,
        batches: TrainingBatches,
        protocol: Protocol,
        device: Device,
        *,
        on_report: Callable[[StepReport], None],
        stop: StopFlag,
    ) -> None:
        self.model = model
        self.batches = batches
        self.protocol = protocol
        self.device = device
        self.precision: Precision = device.precision(protocol.precision)
        self.optimizer = build_optimizer(model, protocol.optimizer)
        self.steps = protocol.epochs * batches.steps
        self.step = 0
        self.train_time = 0.0
        """Seconds of training so far, over all resumes, without evaluation."""
        self._on_report = on_report
        self._stop = stop
        self._begin_epoch()

    @property
    def epoch(self) -> int:
        """Completed epochs."""
        return self.step // self.batches.steps

    def train_epoch(self) -> EpochResult | None:
        """Train to the end of the current epoch; None if a stop was requested within it.

        Raises `DivergedError` if the loss is not finite.
        """
        self.model.train()
        epoch = self.epoch
        self.device.synchronize()
        clock = _ReportMark(time.perf_counter(), self._loss.clone(), self._images)
        started = clock.at
        for images, labels in self.batches.epoch(epoch, self.step % self.batches.steps):
            self._train_step(images, labels)
            if time.perf_counter() - clock.at >= REPORT_INTERVAL_S:
                clock = self._report(clock, epoch)
            if self._stop.requested:
                break
        self.device.synchronize()
        seconds = time.perf_counter() - started
        self._seconds += seconds
        self.train_time += seconds
        return self._end_epoch() if self.epoch > epoch else None

    def warm_up(self) -> None:
        """Run forward and backward on a first and a last batch, then restore all state.

        This selects and compiles kernels. Without it the first step of a process and the first step
        with a smaller batch would be slow, for reasons that have nothing to do with the network.
        """
        buffers = {name: buffer.clone() for name, buffer in self.model.named_buffers()}
        rng = self.device.rng_state()
        self.model.train()
        for number in sorted({0, self.batches.steps - 1}):
            images, labels = next(self.batches.epoch(self.epoch, number))
            _backward(self._loss_of(self._forward(images), labels))
            self.optimizer.zero_grad()
        with torch.no_grad():
            for name, buffer in self.model.named_buffers():
                buffer.copy_(buffers[name])
        self.device.set_rng_state(rng)

    def state(self) -> dict[str, Any]:
        """The state that a resumed run needs to continue as if it had never stopped."""
        return {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "rng": self.device.rng_state(),
            "loss": self._loss,
            "correct": self._correct,
            "images": self._images,
            "seconds": self._seconds,
            "train_time": self.train_time,
        }

    def resume(self, state: dict[str, Any]) -> None:
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step = state["step"]
        self.device.set_rng_state(state["rng"])
        self._loss = state["loss"].to(self.device.torch_device)
        self._correct = state["correct"].to(self.device.torch_device)
        self._images = state["images"]
        self._seconds = state["seconds"]
        self.train_time = state["train_time"]

    def _begin_epoch(self) -> None:
        self._loss = torch.zeros((), device=self.device.torch_device)
        self._correct = torch.zeros((), dtype=torch.int64, device=self.device.torch_device)
        self._images = 0
        self._seconds = 0.0

    def _end_epoch(self) -> EpochResult:
        loss = self._loss.item() / self._images
        self._check_finite(loss)
        result = EpochResult(
            epoch=self.epoch,
            step=self.step,
            train_loss=loss,
            train_accuracy=100 * self._correct.item() / self._images,
            lr=self._lr(self.step - 1),
            seconds=self._seconds,
            images_per_s=self._images / self._seconds,
        )
        self._begin_epoch()
        return result

    def _train_step(self, images: Tensor, labels: Tensor) -> None:
        set_lr(self.optimizer, self._lr(self.step))
        scores = self._forward(images)
        loss = self._loss_of(scores, labels)
        _backward(loss)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self._loss += loss.detach() * len(labels)
        self._correct += (scores.detach().argmax(1) == labels).sum()
        self._images += len(labels)
        self.step += 1

    def _forward(self, images: Tensor) -> Tensor:
        with torch.autocast(
            self.device.torch_device.type, torch.bfloat16, enabled=self.precision == "bfloat16"
        ):
            scores: Tensor = self.model(images)
        return scores.float()

    def _loss_of(self, scores: Tensor, labels: Tensor) -> Tensor:
        return functional.cross_entropy(
            scores, labels, label_smoothing=self.protocol.label_smoothing
        )

    def _lr(self, step: int) -> float:
        share = lr_factor(self.protocol.schedule, step, self.steps, self.batches.steps)
        return self.protocol.optimizer.lr * share

    def _report(self, last: _ReportMark, epoch: int) -> _ReportMark:
        images = self._images - last.images
        loss = (self._loss - last.loss).item() / images  # waits for the device
        self._check_finite(loss)
        now = time.perf_counter()
        speed = images / (now - last.at)
        self._on_report(StepReport(self.step, epoch + 1, loss, self._lr(self.step - 1), speed))
        return _ReportMark(now, self._loss.clone(), self._images)

    def _check_finite(self, loss: float) -> None:
        if not math.isfinite(loss):
            raise DivergedError(
                f"the training loss became {loss} by step {self.step} of {self.steps}: "
                "a lower learning rate or a longer warm-up would help"
            )


@dataclass(frozen=True)
class _ReportMark:
    """The time of the last report, and the sums at that time."""

    at: float
    loss: Tensor
    images: int


def _backward(loss: Tensor) -> None:
    loss.backward()  # type: ignore[no-untyped-call]
