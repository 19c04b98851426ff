"""The measures of a variant, under the names that recipes, claims and exports use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from netlab.errors import NetlabError, did_you_mean

MAX_DECIMALS = 6


@dataclass(frozen=True)
class Measure:
    """One quantity: its name, the unit it is shown in, and whether more or less is better.

    The lab and all exports for machines have plain units (parameters, MACs, seconds, percent,
    MB = 2**20 bytes). Tables for people divide by `scale` and name `unit`. They show at
    least `min_decimals`; a column of small values gets more.
    """

    name: str
    label: str
    unit: str
    better: Literal["higher", "lower"]
    min_decimals: int
    method: str
    """How it is measured, for the notes under a table."""
    scale: float = 1.0
    static: bool = False
    """Known without training, and so the same for every seed."""
    from_timing: bool = False
    """Claims take it from rounds of `netlab time`, not from training."""
    deterministic: bool = False
    """It can be equal in every repetition, so a difference without spread is real."""

    @property
    def heading(self) -> str:
        """The heading of its column: `accuracy (%)`."""
        return f"{self.label} ({self.unit})" if self.unit else self.label

    @property
    def difference_heading(self) -> str:
        """The heading of its column of differences; percentages differ by percentage points."""
        unit = "pp" if self.unit == "%" else self.unit
        return f"Δ {self.label} ({unit})" if unit else f"Δ {self.label}"

    def decimals(self, values: Iterable[float]) -> int:
        """The number of decimals for all `values`: enough for two digits of the smallest."""
        places = self.min_decimals
        smallest = min((abs(value) / self.scale for value in values if value), default=1.0)
        while 0 < places < MAX_DECIMALS and smallest < 10 ** (1 - places):
            places += 1
        return places


MEMORY_KINDS = {
    "device": "peak memory allocated on the device",
    "resident": "peak resident set of the training process, Python and torch included",
}
"""What `memory` measures, by the run's `memory_kind`."""

TIMED_MEMORY_KINDS = {
    "device": "the most allocated on the device in training steps (1 MB = 2^20 bytes)",
    "rise": "how far the process grew in training steps, above Python and torch "
    "(1 MB = 2^20 bytes)",
}
"""What `memory` measures if `netlab time` measured it, by `memory_kind`."""

MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure("params", "params", "k", "lower", 1,
                "trainable parameters, each shared one once", scale=1e3, static=True),
        Measure("macs", "MACs", "M", "lower", 1,
                "multiply-accumulates of convolution and linear layers, batch 1, without bias; FLOPs = 2 × MACs; MACs are not speed", scale=1e6, static=True),
        Measure("memory", "memory", "MB", "lower", 0, "peak memory of a run", deterministic=True),
        Measure("train_time", "train time", "s", "lower", 1,
                "all training epochs, warm, without validation"),
        Measure("test_time", "test time", "s", "lower", 2, "one pass over the test images, warm"),
        Measure("images_per_s", "throughput", "images/s", "higher", 0,
                "training images per second over the run", from_timing=True),
        Measure("inference_ms", "inference, batch 1", "ms", "lower", 2,
                "a forward pass of one image, timed apart from training by netlab time", from_timing=True),
        Measure("inference_ms_100", "inference, batch 100", "ms", "lower", 2,
                "a forward pass of 100 images, timed apart from training by netlab time", from_timing=True),
        Measure("accuracy", "accuracy", "%", "higher", 2,
                "top-1 on the test images, scored once, after the last epoch"),
        Measure("top5", "top-5", "%", "higher", 2,
                "top-5 on the test images, scored once, after the last epoch"),
        Measure("loss", "test loss", "", "lower", 3, "on the test images, after the last epoch"),
        Measure("accuracy_flip", "accuracy with flip", "%", "higher", 2,
                "top-1 on the mean score of each test image and its mirror image"),
        Measure("val_accuracy", "validation accuracy", "%", "higher", 2,
                "top-1 on the held-out validation images, after the last epoch"),
        Measure("val_top5", "validation top-5", "%", "higher", 2,
                "top-5 on the held-out validation images, after the last epoch"),
        Measure("val_loss", "validation loss", "", "lower", 3,
                "on the held-out validation images, after the last epoch"),
        Measure("train_accuracy", "training accuracy", "%", "higher", 2,
                "top-1 on the augmented training images during the last epoch"),
        Measure("train_loss", "training loss", "", "lower", 3,
                "on the augmented training images during the last epoch"),
    )
}  # fmt: skip
"""Every measure, in the order in which tables show them."""

DEFAULT_MEASURES = ("params", "macs", "memory", "train_time", "test_time", "accuracy")


def format_result(name: str, value: float) -> str:
    """A result in its measure's unit and decimals: `92.31 %`, `16,980 images/s`."""
    measure = MEASURES.get(name)
    if measure is None:
        return f"{value:,.4g}"
    shown = f"{value / measure.scale:,.{measure.decimals([value])}f}"
    return f"{shown} {measure.unit}".strip()


def find_measures(names: Iterable[str]) -> tuple[Measure, ...]:
    """The measures called `names`, in that order, each once.

    Raises `NetlabError` if `names` is empty or has an unknown name (with the nearest known one).
    """
    wanted = tuple(dict.fromkeys(names))
    for name in wanted:
        if name not in MEASURES:
            raise NetlabError(f"no measure is called '{name}': {did_you_mean(name, MEASURES)}")
    if not wanted:
        raise NetlabError(f"name at least one measure: {', '.join(MEASURES)}")
    return tuple(MEASURES[name] for name in wanted)
