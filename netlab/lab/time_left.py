"""Estimate the time left: of one run from its current speed, of several from the average run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from netlab.lab.run_state import State


class HasTimeLeft(Protocol):
    """What `total_time_left` reads from a run: the share from 0 to 1, times in seconds."""

    @property
    def state(self) -> State: ...
    @property
    def share(self) -> float: ...
    @property
    def time_left(self) -> float | None: ...
    @property
    def train_time(self) -> float | None: ...


def run_time_left(
    share: float, epochs: int, images: int | None, images_per_s: float | None
) -> float | None:
    """Seconds of training left in a run of which `share` (0 to 1) is done; None if unknown.

    `images` is the number of images per epoch, which a worker reports when it starts.
    """
    return (1 - share) * epochs * images / images_per_s if images and images_per_s else None


def total_time_left(runs: Iterable[HasTimeLeft]) -> float | None:
    """Seconds until all of `runs` are done; None if that is unknown or none is running.

    Queued runs are assumed to take the average time of the running and the done runs.
    """
    runs = list(runs)
    running = [run for run in runs if run.state == "running"]
    left = [run.time_left for run in running if run.time_left is not None]
    if not running or len(left) < len(running):
        return None
    totals = [run.time_left / (1 - run.share) for run in running if run.time_left]
    totals += [run.train_time for run in runs if run.train_time is not None]
    queued = sum(run.state == "queued" for run in runs)
    if queued and not totals:
        return None
    later = queued * sum(totals) / len(totals) if queued else 0.0
    return max(*left, (sum(left) + later) / len(running))
