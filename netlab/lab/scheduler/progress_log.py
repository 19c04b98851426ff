"""Plain lines about runs as they go on: for logs, pipes and screens without a cursor."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from netlab.format import format_speed
from netlab.lab.records import Entry, Run
from netlab.lab.run_state import state_with_reason

EPOCH_INTERVAL_S = 10.0
"""Seconds that must pass before another epoch of one run is told."""


class ProgressLogger:
    """A listener that says when runs start, where they are from time to time, and how they end."""

    def __init__(
        self, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._print = say
        self._clock = clock
        self._reported: dict[str, tuple[str, int]] = {}
        self._reported_at: dict[str, float] = {}

    def __call__(self, entries: Sequence[Entry]) -> None:
        """Tell what is new about `entries`."""
        if not self._reported:
            self._start(entries)
        for entry in entries:
            line = self._progress(entry.run)
            if line:
                self._print(f"{run_title(entry)}: {line}")

    def _start(self, entries: Sequence[Entry]) -> None:
        # What is over before the start is no news, nor is what will now go on; failures are.
        for run in (entry.run for entry in entries):
            seen = run.state if run.state not in ("running", "failed", "diverged") else "queued"
            self._reported[run.id] = (seen, run.epoch)
        done = sum(entry.run.state == "done" for entry in entries)
        if done:
            self._print(f"{done} of {len(entries)} runs are done already")

    def _progress(self, run: Run) -> str | None:
        state, epoch = self._reported.get(run.id, ("queued", run.epoch))
        if run.state == state == "running" and run.epoch > epoch:
            if (
                self._clock() - self._reported_at.get(run.id, -EPOCH_INTERVAL_S) < EPOCH_INTERVAL_S
                and run.epoch < run.epochs
            ):
                return None
            self._reported_at[run.id] = self._clock()
            self._reported[run.id] = (run.state, run.epoch)
            return epoch_line(run)
        if run.state == "running" and run.started is None:
            return None
        if run.state == state:
            return None
        self._reported[run.id] = (run.state, run.epoch)
        return _state_line(run)


def run_title(entry: Entry) -> str:
    """How people call a run: its variant and its seed."""
    return f"{entry.variant} · seed {entry.run.seed}"


def epoch_line(run: Run) -> str:
    """Where a run is after its last whole epoch."""
    found = run.results
    parts = [f"epoch {run.epoch}/{run.epochs}"]
    if "train_loss" in found:
        parts.append(f"loss {found['train_loss']:.3f}")
    if "val_accuracy" in found:
        parts.append(f"val {found['val_accuracy']:.1f} %")
    if "images_per_s" in found:
        parts.append(format_speed(found["images_per_s"]))
    return ", ".join(parts)


def result_line(run: Run) -> str:
    """What a run that is done has given."""
    found = run.results
    parts = ["done"]
    if "accuracy" in found:
        parts.append(f"test {found['accuracy']:.2f} %")
    if "train_time" in found:
        parts.append(f"trained in {found['train_time']:,.0f} s")
    return ", ".join(parts)


def _state_line(run: Run) -> str:
    if run.state == "running":
        after = f" after epoch {run.epoch}/{run.epochs}" if run.epoch else ""
        return f"started on {run.device}{after}"
    if run.state == "done":
        return result_line(run)
    state = state_with_reason(run.state, run.reason)
    return f"{state}: {run.message}" if run.message else state
