"""Estimate how fast a network trains here, from a few steps on random images."""

from __future__ import annotations

import torch

from netlab.recipe.run_spec import RunSpec
from netlab.training.batches import ResidentTraining
from netlab.training.device import Device
from netlab.training.loop import Trainer
from netlab.training.normalise import build_normaliser
from netlab.training.run_data import Images, RunData
from netlab.training.session import build_model
from netlab.training.stop import StopFlag

TIMED_STEPS = 4
MAX_BATCH_MACS = 10_000_000_000
"""The most multiply-accumulates in the forward pass of a timed batch, so that none takes long."""


def train_speed(spec: RunSpec, macs: int, device: Device) -> float:
    """Training images per second of one run on `device`.

    Times the protocol's own step, augmentation included, on random images: a batch of the
    protocol's size, or smaller for a network with many `macs` per image.
    """
    channels, height, width = spec.network.input
    batch = max(2, min(spec.protocol.batch_size, MAX_BATCH_MACS // max(macs, 1)))
    protocol = spec.protocol.model_copy(update={"batch_size": batch, "compile": False})
    images = Images(
        torch.randint(256, (TIMED_STEPS * batch, height, width, channels), dtype=torch.uint8),
        torch.arange(TIMED_STEPS * batch) % spec.network.classes,
    )
    sets = RunData(images, None, images, (0.5,) * channels, (0.25,) * channels).to(
        device.torch_device
    )
    normaliser = build_normaliser(sets, protocol, device.torch_device)
    with torch.random.fork_rng():
        trainer = Trainer(
            build_model(spec.model_copy(update={"protocol": protocol}), device, normaliser.layout),
            ResidentTraining(sets.train, protocol, normaliser, spec.seed),
            protocol,
            device,
            on_report=lambda _report: None,
            stop=StopFlag(),
        )
        trainer.warm_up()
        done = trainer.train_epoch()
    assert done is not None
    return done.images_per_s
