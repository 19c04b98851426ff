"""Progress of runs as plain lines, for logs, pipes and screens without a cursor."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from netlab.format import format_clock, format_speed
from netlab.lab.records import Entry, Run
from netlab.lab.run_state import state_with_reason
from netlab.measures import format_result

EPOCH_INTERVAL_S = 10.0
"""The shortest time between two epoch lines of the same run."""


class ProgressLogger:
    """Prints when runs start and how they end, and from time to time the epochs done."""

    def __init__(
        self, print_line: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._print = print_line
        self._clock = clock
        self._printed: dict[str, tuple[str, int]] = {}
        """The state and epoch of each run as last printed."""
        self._printed_at: dict[str, float] = {}
        """By run, when its last epoch line was printed."""

    def __call__(self, entries: Sequence[Entry]) -> None:
        """Print what has changed in `entries` since the last call."""
        if not self._printed:
            self._start(entries)
        for entry in entries:
            line = self._new_line(entry.run)
            if line:
                self._printed[entry.run.id] = (entry.run.state, entry.run.epoch)
                self._print(f"{entry.variant} · seed {entry.run.seed}: {line}")

    def _start(self, entries: Sequence[Entry]) -> None:
        # Runs that ended before, or now continue, get no line; earlier failures do.
        for run in (entry.run for entry in entries):
            state = run.state if run.state not in ("running", "failed", "diverged") else "queued"
            self._printed[run.id] = (state, run.epoch)
        done = sum(entry.run.state == "done" for entry in entries)
        if done:
            self._print(f"{done} of {len(entries)} runs are done already")

    def _new_line(self, run: Run) -> str | None:
        state, epoch = self._printed.get(run.id, ("queued", run.epoch))
        if run.state != state:
            has_begun = run.state != "running" or run.started is not None
            return _state_line(run) if has_begun else None
        if run.state != "running" or run.epoch <= epoch:
            return None
        now = self._clock()
        too_soon = now - self._printed_at.get(run.id, -EPOCH_INTERVAL_S) < EPOCH_INTERVAL_S
        if too_soon and run.epoch < run.epochs:
            return None
        self._printed_at[run.id] = now
        return _epoch_line(run)


def _epoch_line(run: Run) -> str:
    found = run.results
    parts = [f"epoch {run.epoch}/{run.epochs}"]
    if "train_loss" in found:
        parts.append(f"loss {found['train_loss']:.3f}")
    if "val_accuracy" in found:
        parts.append(f"val {found['val_accuracy']:.1f} %")
    if "images_per_s" in found:
        parts.append(format_speed(found["images_per_s"]))
    return ", ".join(parts)


def _result_line(run: Run) -> str:
    found = run.results
    parts = ["done"]
    if "accuracy" in found:
        parts.append(f"test {format_result('accuracy', found['accuracy'])}")
    if "train_time" in found:
        parts.append(f"trained in {format_clock(found['train_time'])}")
    return ", ".join(parts)


def _state_line(run: Run) -> str:
    if run.state == "running":
        after = f" after epoch {run.epoch}/{run.epochs}" if run.epoch else ""
        return f"started on {run.device}{after}"
    if run.state == "done":
        return _result_line(run)
    state = state_with_reason(run.state, run.reason)
    return f"{state}: {run.message}" if run.message else state
