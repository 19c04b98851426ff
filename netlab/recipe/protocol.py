"""How a run is trained and measured: everything but the network and the data."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field

from netlab.blocks.types import StrictBool, StrictModel

Positive = Annotated[float, Field(strict=True, gt=0)]
Fraction = Annotated[float, Field(strict=True, ge=0, lt=1)]


class Optimizer(StrictModel):
    """The optimiser and its settings at the peak of the schedule."""

    name: Literal["sgd", "adam", "adamw"] = "sgd"
    lr: Positive = Field(0.2, description="peak learning rate")
    momentum: Fraction = Field(0.9, description="SGD only")
    nesterov: StrictBool = Field(True, description="SGD only")
    betas: tuple[Fraction, Fraction] = Field((0.9, 0.999), description="Adam and AdamW only")
    weight_decay: Annotated[float, Field(strict=True, ge=0)] = 0.0
    decay_vectors: StrictBool = Field(
        True, description="apply weight decay to biases and normalisation too"
    )


class Schedule(StrictModel):
    """The learning rate as a pure function of the step.

    `one-cycle` rises linearly from `start` × lr to lr over `warmup` of all steps, then falls
    linearly to `end` × lr; `cosine` rises the same way and falls along a half cosine; `step`
    multiplies by `factor` after every `every` epochs; `constant` stays at lr.
    """

    name: Literal["one-cycle", "cosine", "step", "constant"] = "one-cycle"
    warmup: Fraction = Field(0.2, description="share of all steps spent rising")
    start: Fraction = Field(0.0, description="first learning rate as a share of the peak")
    end: Fraction = Field(0.0, description="last learning rate as a share of the peak")
    every: Annotated[int, Field(strict=True, ge=1)] = Field(20, description="epochs; step only")
    factor: Annotated[float, Field(strict=True, gt=0, le=1)] = Field(1 / 3, description="step only")


class Augmentation(StrictModel):
    """What is done to training images, in whole batches on the device."""

    flip: Literal["none", "random", "alternating"] = Field(
        "random", description="left to right; alternating shows each image both ways in turn"
    )
    crop: Annotated[int, Field(strict=True, ge=0, le=64)] = Field(
        4, description="pixels of padding before a random crop back to size; 0 for none"
    )
    crop_mode: Literal["reflect", "zero"] = "reflect"
    cutout: Annotated[int, Field(strict=True, ge=0, le=512)] = Field(
        0, description="side of a square set to the mean, in pixels; 0 for none"
    )


class Protocol(StrictModel):
    """Training and measuring, hashed: only runs of one protocol may share a table."""

    name: str = "custom"
    version: Annotated[int, Field(strict=True, ge=1)] = 1
    says: str = Field("", description="what this protocol is for, in a sentence or two")
    changed: str = Field("", description="filled in by netlab: how it differs from the named one")
    epochs: Annotated[int, Field(strict=True, ge=1, le=100_000)] = 12
    batch_size: Annotated[int, Field(strict=True, ge=1, le=1_000_000)] = 128
    optimizer: Optimizer = Optimizer()
    schedule: Schedule = Schedule()
    augmentation: Augmentation = Augmentation()
    normalize: StrictBool = Field(
        True, description="subtract the data set's mean, divide by its SD"
    )
    label_smoothing: Fraction = 0.0
    precision: Literal["float32", "bfloat16"] = Field(
        "bfloat16", description="autocast type; float32 where the hardware lacks bfloat16"
    )
    layout: Literal["channels_last", "contiguous"] = "channels_last"
    compile: StrictBool = Field(False, description="compile the network in place before training")
    validation: Fraction = Field(
        0.1, description="share of the training images held out for every choice"
    )
    split_seed: Annotated[int, Field(strict=True, ge=0)] = Field(
        0, description="draws the validation images; the same for every run"
    )
    test_batch_size: Annotated[int, Field(strict=True, ge=1, le=1_000_000)] = 1000
    flip_test: StrictBool = Field(
        False, description="also score the mean over each test image and its mirror image"
    )

    @property
    def label(self) -> str:
        """`name@version`, and what was changed, as tables and messages show it."""
        label = f"{self.name}@{self.version}"
        return f"{label} with {self.changed}" if self.changed else label

    def with_epochs(self, epochs: int) -> Self:
        """The same protocol with this number of epochs; the label says so where it is another."""
        if epochs == self.epochs:
            return self
        earlier = [p for p in self.changed.split(", ") if p and not p.startswith("epochs ")]
        changes = ", ".join([*earlier, f"epochs {epochs}"])
        return self.model_copy(update={"epochs": epochs, "changed": changes})
