"""The learning rate as a pure function of the step."""

from __future__ import annotations

import math

from netlab.recipe.protocol import Schedule


def lr_factor(schedule: Schedule, step: int, steps: int, steps_per_epoch: int) -> float:
    """The share of the peak learning rate at `step` (from 0) of `steps`.

    With one-cycle and cosine exactly one step has the peak: the first if there is no warm-up. With
    a warm-up the first step has exactly `start`. The last step has exactly `end`.
    """
    if schedule.name == "constant":
        return 1.0
    if schedule.name == "step":
        return float(schedule.factor ** (step // steps_per_epoch // schedule.every))
    last = steps - 1
    peak = round(schedule.warmup * last)
    if step < peak:
        return schedule.start + (1 - schedule.start) * step / peak
    fallen = (step - peak) / (last - peak) if last > peak else 0.0
    if schedule.name == "cosine":
        fallen = (1 - math.cos(math.pi * fallen)) / 2
    return 1 + (schedule.end - 1) * fallen
