"""What the lab takes and returns: plain immutable values that need no open database.

Times are Unix seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from netlab.lab.run_state import ACTIVE_STATES, State, StopRequest, share_done, state_word
from netlab.lab.time_left import run_time_left
from netlab.recipe.run_spec import RunSpec

RESULT_COLUMNS = (
    "accuracy", "top5", "loss", "accuracy_flip", "val_accuracy", "val_top5", "val_loss",
    "train_accuracy", "train_loss", "train_time", "test_time", "images_per_s", "memory",
)  # fmt: skip
"""The results of a run; the columns that hold them have the same names."""


@dataclass(frozen=True)
class VariantRegistration:
    """One variant of a study, as it goes into the lab, with a spec for each seed."""

    name: str
    because: str
    changes: tuple[str, ...]
    """The edits as text, empty for the baseline."""
    params: int
    macs: int
    specs: tuple[RunSpec, ...]
    expect: str = ""
    """The expected outcome, written down in advance."""


@dataclass(frozen=True)
class StudyRegistration:
    """A study as it goes into the lab; the baseline is the first variant."""

    name: str
    recipe_file: str
    recipe_text: str
    question: str
    claims: tuple[dict[str, Any], ...]
    """Each has `says` and `check`, and may have `source` and `figure`."""
    variants: tuple[VariantRegistration, ...]
    design: dict[str, Any] = field(default_factory=dict)
    """`design` (one-factor, factorial …) and `factors` as in the recipe; JSON values."""


@dataclass(frozen=True)
class Run:
    """One run as the lab knows it now. Accuracies are in percent, times in seconds, memory in MB."""

    id: str
    hash: str
    condition: str
    state: State
    reason: str | None
    """For `failed`: out-of-memory, disk-full, killed (a crash), bad-data or error; for
    `interrupted`: killed (by an outside signal), disk-full or None; for `diverged`: diverged."""
    message: str | None
    """What happened, in one sentence for people."""
    seed: int
    spec: RunSpec
    created: float
    started: float | None
    ended: float | None
    epoch: int
    """Whole epochs done."""
    epochs: int
    step: int
    steps: int
    device: str | None
    """As the worker reported it: `cpu`, `cuda:0` …"""
    hardware: dict[str, Any] = field(default_factory=dict)
    """device_name, precision, layout, threads, versions … of the last start, and jobs: the largest
    number of workers at the same time in any of its starts."""
    results: dict[str, float] = field(default_factory=dict)
    """By name, the `RESULT_COLUMNS` that are known so far."""
    memory_kind: str | None = None
    """`device` or `resident`: what `memory` measures."""
    live_metrics: dict[str, float] = field(default_factory=dict)
    """While it runs: epoch (in progress, from 1), loss, lr and images_per_s of the last report."""
    stop_request: StopRequest | None = None
    """Why a running run has to stop; None again once it has stopped."""
    worker: str | None = None
    """The process that trains it or trained it last, as `str(ProcessId)`."""
    requested_device: str = "auto"
    """The device that was requested: `auto`, `cpu` …"""

    @property
    def finished(self) -> bool:
        """Whether it keeps its state until someone requests a change."""
        return self.state not in ACTIVE_STATES

    @property
    def state_word(self) -> str:
        """Its state in one word; a running run may be `starting`, `stopping` or `pausing`."""
        return state_word(self.state, self.stop_request, self.steps)

    @property
    def share(self) -> float:
        return share_done(self.state, self.step, self.steps)

    @property
    def images_per_s(self) -> float | None:
        return self.live_metrics.get("images_per_s") or self.results.get("images_per_s")

    @property
    def time_left(self) -> float | None:
        """Seconds of training left at the current speed; None if unknown."""
        images = self.hardware.get("images", {}).get("train")
        return run_time_left(self.share, self.epochs, images, self.images_per_s)

    @property
    def train_time(self) -> float | None:
        """Seconds that training took; None unless the run is done."""
        return self.results.get("train_time")


@dataclass(frozen=True)
class Entry:
    """A run of a variant of a study."""

    study: str
    variant: str
    run: Run


@dataclass(frozen=True)
class StudyRecord:
    """A study as the lab knows it, its variants in the order of the recipe, baseline first."""

    name: str
    recipe_file: str
    recipe_text: str
    question: str
    claims: tuple[StudyClaim, ...]
    entered: float
    variants: tuple[StudyVariant, ...]
    design: dict[str, Any] = field(default_factory=dict)
    """`design` and `factors` as registered; empty if an older netlab registered the study."""
    condition: str = ""
    """Identifies the data and protocol under which the study was registered."""


@dataclass(frozen=True)
class StudyVariant:
    """A variant as the lab knows it."""

    name: str
    because: str
    changes: tuple[str, ...]
    params: int
    macs: int
    expect: str = ""
    series: str | None = None
    """The hash that its runs and timings share; None if an older netlab did not store one."""


@dataclass(frozen=True)
class StudyClaim:
    """A claim of a study, as it was when it was entered."""

    says: str
    check: str
    source: str
    figure: str
    hash: str
    """The hash of `says` and `check`."""
    fixed: float
    """When it was first entered."""
    changed: bool
    """Whether it was changed or added after a run of the study had started."""
    started: int | None = None
    """Runs of the study that had started by then, also if another study started them; None if an
    older netlab did not store it."""


class PastClaim(NamedTuple):
    """A claim that a study no longer makes."""

    claim: StudyClaim
    replaced: float
    """When it was changed or taken back."""
    late: bool
    """Whether a run of the study had started by then."""


class Prediction(NamedTuple):
    """What someone thought would come out."""

    claim: str | None
    """The hash of the claim that it is about; None for the study as a whole."""
    verdict: str | None
    """supported, refuted …; None if no verdict was predicted."""
    text: str
    at: float
    started: int
    """Runs of the study that had started by then, plus rounds of timing for a claim about speed.
    With 0, the prediction was made before any result existed."""


@dataclass(frozen=True)
class TimingRound:
    """One round of timing one network, in a process of its own with the machine to itself."""

    session: str
    """The id that all rounds of one command share; compare values only within a session."""
    series: str
    round: int
    """From 1. Each round times every network of the session once."""
    measures: dict[str, float]
    """By name (images_per_s, inference_ms …), the median of the blocks of the round."""
    blocks: dict[str, tuple[float, ...]] = field(default_factory=dict)
    """By name, the value of each block of the round; memory has no blocks."""
    hardware: dict[str, Any] = field(default_factory=dict)
    """device, device_name, precision, layout, threads, versions, batch_size, memory_kind, and
    others: the share of the CPUs (0 to 1) that other processes used during the round."""
    at: float = 0.0
    """When it was measured; with 0, the lab stores the current time."""


class StudyInCondition(NamedTuple):
    """A study under one condition (data and protocol), without its runs."""

    study: str
    question: str
    condition: str
    label: str
    """Data set, protocol and epochs, for people."""
    entered: float
    """When it was last entered."""
    runs: int
    done: int


@dataclass(frozen=True)
class Epoch:
    """One epoch of one run, as its event reported it."""

    epoch: int
    step: int
    train_loss: float
    train_accuracy: float
    val_loss: float | None
    val_accuracy: float | None
    val_top5: float | None
    lr: float
    seconds: float
    images_per_s: float
    memory: float | None = None
    """Peak memory so far, in MB."""
