"""One run from its spec to its result: set up, train epoch by epoch, test once."""

from __future__ import annotations

import math
import os
import platform
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from torch import nn

from netlab.events import CHECKPOINT_FILE
from netlab.modules.build import build_stack
from netlab.recipe.run_spec import RunSpec
from netlab.training import checkpoint, run_data
from netlab.training.batches import EvaluationBatches
from netlab.training.device import Device, choose_device
from netlab.training.evaluate import Evaluator, Score, score
from netlab.training.failures import DivergedError
from netlab.training.job import Job
from netlab.training.loop import StepReport, Trainer
from netlab.training.normalise import Normaliser, build_normaliser
from netlab.training.reporter import Reporter
from netlab.training.seeds import derive_seed
from netlab.training.stop import StopFlag
from netlab.training.streaming import evaluation_batches, training_batches


class Session:
    """A run in this process. `train` completes it, from its checkpoint if it has one."""

    def __init__(self, job: Job, folder: Path, reporter: Reporter, stop: StopFlag) -> None:
        self.job = job
        self.spec = job.spec
        self.reporter = reporter
        self.stop = stop
        self.checkpoint = folder / CHECKPOINT_FILE
        self.device = prepare_process(job.device, job.threads)
        sets = run_data.load_data(self.spec).to(self.device.torch_device)
        protocol = self.spec.protocol
        normaliser = build_normaliser(sets, protocol, self.device.torch_device)
        self.layout = normaliser.layout
        self.validation = self._evaluation(sets.validation, normaliser)
        test = self._evaluation(sets.test, normaliser)
        assert test is not None
        self.test = test
        self.images = {
            "train": len(sets.train),
            "validation": len(sets.validation) if sets.validation else 0,
            "test": len(sets.test),
        }
        self.trainer = Trainer(
            build_model(self.spec, self.device, normaliser.layout),
            training_batches(sets.train, protocol, normaliser, self.spec.seed),
            protocol,
            self.device,
            on_report=self._emit_step,
            stop=stop,
        )
        self.evaluator = Evaluator(self.trainer.model, self.device, self.trainer.precision)
        self._earlier_memory = 0.0

    def train(self) -> bool:
        """Train, test, and write events; False if a stop was requested before the end."""
        resumed = self._resume()
        self._emit_started(resumed)
        if self.trainer.epoch < self.spec.protocol.epochs:
            self.trainer.warm_up()
        while self.trainer.epoch < self.spec.protocol.epochs:
            self._epoch()
            self._save()
            if self.stop.requested:
                self.reporter.emit("stopped", step=self.trainer.step, epoch=self.trainer.epoch)
                return False
        self._test()
        return True

    def memory(self) -> float:
        """Peak memory in MB (2**20 bytes) over all resumes."""
        return max(self._earlier_memory, self.device.peak_memory())

    def _evaluation(
        self, images: run_data.Images | None, normaliser: Normaliser
    ) -> EvaluationBatches | None:
        if images is None:
            return None
        return evaluation_batches(images, self.spec.protocol.test_batch_size, normaliser)

    def _resume(self) -> bool:
        if not self.checkpoint.exists():
            return False
        state = checkpoint.load(self.checkpoint, self.spec.hash)
        try:
            self.trainer.resume(state)
        except (RuntimeError, ValueError, KeyError) as error:
            raise checkpoint.mismatch_error(self.checkpoint) from error
        self._earlier_memory = state["memory"]
        return True

    def _save(self) -> None:
        checkpoint.save(
            self.checkpoint,
            {"hash": self.spec.hash, "memory": self.memory(), **self.trainer.state()},
        )

    def _epoch(self) -> None:
        done = self.trainer.train_epoch()
        if done is None:
            return
        measured: dict[str, Any] = dict.fromkeys(("val_loss", "val_accuracy", "val_top5"))
        if self.validation is not None:
            result = score(self.evaluator.scores(self.validation), self.validation.labels)
            check_finite(result, "validation")
            measured = {
                "val_loss": result.loss,
                "val_accuracy": result.accuracy,
                "val_top5": result.top5,
            }
        self.reporter.emit("epoch", **asdict(done), **measured, memory=self.memory())

    def _test(self) -> None:
        """Evaluate the trained network on the test set, and write the results."""
        scores, seconds = self.evaluator.timed_scores(self.test, self.layout)
        result = score(scores, self.test.labels)
        check_finite(result, "test")
        flipped = None
        if self.spec.protocol.flip_test:
            mirrored = self.evaluator.scores(self.test, mirrored=True)
            flipped = score((scores + mirrored) / 2, self.test.labels).accuracy
        self.reporter.emit(
            "evaluated", split="test", **asdict(result), seconds=seconds, accuracy_flip=flipped
        )
        trainer, epochs = self.trainer, self.spec.protocol.epochs
        self.reporter.emit(
            "finished",
            train_time=trainer.train_time,
            test_time=seconds,
            memory=self.memory(),
            memory_kind=self.device.memory_kind,
            images_per_s=trainer.batches.images * epochs / trainer.train_time,
            epochs=epochs,
        )

    def _emit_step(self, report: StepReport) -> None:
        self.reporter.emit("step", **asdict(report))

    def _emit_started(self, resumed: bool) -> None:
        trainer = self.trainer
        self.reporter.emit(
            "started",
            step=trainer.step,
            steps=trainer.steps,
            epochs=self.spec.protocol.epochs,
            epoch=trainer.epoch,
            resumed=resumed,
            device=str(self.device.torch_device),
            device_name=self.device.name,
            precision=trainer.precision,
            layout=self.spec.protocol.layout,
            threads=torch.get_num_threads(),
            jobs=self.job.jobs,
            versions=versions(),
            params=sum(parameter.numel() for parameter in trainer.model.parameters()),
            images=self.images,
            pid=os.getpid(),
            memory_kind=self.device.memory_kind,
        )


def prepare_process(requested_device: str, threads: int | None) -> Device:
    """Set up this process: threads, determinism, device. Raises `DeviceError`."""
    if threads is not None:
        torch.set_num_threads(threads)
    device = choose_device(requested_device)
    if device.is_cpu:
        torch.use_deterministic_algorithms(True, warn_only=True)
        # Reproducible without it, because nothing here reads memory before writing it.
        torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    else:
        torch.backends.cudnn.benchmark = True
    return device


def build_model(spec: RunSpec, device: Device, layout: torch.memory_format) -> nn.Module:
    """The network of a run with weights drawn from its seed, the same on every device.

    Afterwards the generator for layers such as dropout is seeded again, so that it does not depend
    on the number of weights. Raises `BlockError`.
    """
    torch.manual_seed(derive_seed(spec.seed, "weights"))
    model = build_stack(spec.network.resolved_blocks(), spec.network.input)
    torch.manual_seed(derive_seed(spec.seed, "layers"))
    model.to(device.torch_device).to(memory_format=layout)
    if spec.protocol.compile:
        model.compile()
    return model


def check_finite(result: Score, split: str) -> None:
    """Raise `DivergedError` if the loss is not finite: weights or running means are then broken."""
    if not math.isfinite(result.loss):
        raise DivergedError(
            f"the {split} loss became {result.loss}: a lower learning rate would help"
        )


def versions() -> dict[str, str]:
    """The versions of software that a result may depend on."""
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "netlab": version("netlab"),
    }
