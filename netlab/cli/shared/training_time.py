"""Estimate the training time of a study, from runs in the lab or a few timed steps."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from netlab.format import join_with_and

if TYPE_CHECKING:
    from netlab.lab.records import Run
    from netlab.planning.plan import Plan
    from netlab.recipe.run_spec import RunSpec

WORKER_START_S = 5.0
"""Seconds that a worker needs to start and read its data, measured on two CPU cores."""
EVALUATION_TIME_SHARE = 1.0 / 3.0
"""Time to evaluate an image, as a share of its training time: one pass instead of three."""


@dataclass(frozen=True)
class TrainingTime:
    """Seconds to train the runs that are not done, one at a time, and the estimate's source."""

    seconds: float
    done_runs: int
    source: str


def estimate_training_time(plan: Plan, db: Path, device: str) -> TrainingTime:
    """Estimate the time to train the runs of `plan` that are not done, one at a time.

    Raises `DeviceError` if this machine has no `device`.
    """
    known = recorded_runs(db)
    done = {run.hash for run in known if run.state == "done"}
    left = [
        (index, spec)
        for index, variant in enumerate(plan.recipe.variants)
        for spec in plan.recipe.specs(variant)
        if spec.hash not in done
    ]
    finished = len(plan.specs()) - len(left)
    if not left:
        return TrainingTime(0.0, finished, "as every run is done already")
    recorded = recorded_speeds(known, device)
    measured: dict[str, float] = {}
    seconds = 0.0
    images = plan.data.train, plan.data.test
    for index, spec in left:
        key = _speed_key(spec)
        if key not in recorded and key not in measured:
            measured[key] = measure_speed(plan, index, spec, device)
        speed = recorded[key] if key in recorded else measured[key]
        seconds += WORKER_START_S + run_seconds(spec, images, speed)
    earlier = any(_speed_key(spec) in recorded for _index, spec in left)
    sources = ["earlier runs"] * earlier + ["a few timed steps"] * bool(measured)
    return TrainingTime(seconds, finished, f"from {join_with_and(sources)}, one run at a time")


def run_seconds(spec: RunSpec, images: tuple[int, int], speed: float) -> float:
    """Seconds to train one run at `speed` images per second; `images` are (training, test)."""
    held_out = spec.protocol.validation * images[0]
    each_epoch = images[0] - held_out + EVALUATION_TIME_SHARE * held_out
    return (spec.protocol.epochs * each_epoch + EVALUATION_TIME_SHARE * images[1]) / speed


def measure_speed(plan: Plan, index: int, spec: RunSpec, device: str) -> float:
    """Measure the images per second of one variant."""
    from netlab.training.device import choose_device
    from netlab.training.speed_estimate import train_speed

    return train_speed(spec, plan.analyses[index].cost.macs, choose_device(device))


def recorded_runs(db: Path) -> list[Run]:
    """Every run in a current entry; empty if there is no lab file yet."""
    if not db.exists():
        return []
    from netlab.lab.store import Lab

    with Lab.open(db, readonly=True) as lab:
        return [entry.run for entry in lab.runs.entries()]


def recorded_speeds(runs: list[Run], device: str) -> dict[str, float]:
    """Images per second of finished runs on this kind of device, by `_speed_key`."""
    from netlab.training.device import choose_device

    here = choose_device(device).name
    return {
        _speed_key(run.spec): run.results["images_per_s"]
        for run in runs
        if run.state == "done"
        and "images_per_s" in run.results
        and run.hardware.get("device_name") == here
    }


def _speed_key(spec: RunSpec) -> str:
    """A key that is equal for runs that should train at the same speed."""
    from netlab.recipe.run_spec import digest

    how = spec.protocol.model_dump(
        include={"batch_size", "precision", "layout", "compile", "optimizer"}, mode="json"
    )
    return digest({"network": spec.network.identity(), "how": how})
