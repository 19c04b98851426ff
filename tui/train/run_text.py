"""States and figures of runs, in words and signs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlab.format import format_clock, format_megabytes, format_speed
from netlab.lab.time_left import total_time_left
from netlab.sanitize import sanitize
from tui.lab.run_rows import Group, Row

if TYPE_CHECKING:
    from netlab.lab.run_state import State

STATE_SIGNS: dict[State, tuple[str, str]] = {
    "queued": ("·", "."),
    "running": ("▶", ">"),
    "paused": ("‖", "="),
    "stopped": ("–", "-"),
    "interrupted": ("!", "!"),
    "failed": ("✗", "x"),
    "diverged": ("≈", "~"),
    "done": ("✓", "+"),
}
"""A sign for each state: as Unicode, and as ASCII."""


def study_totals(group: Group, waits_for: str = "") -> str:
    """How many runs of a study are in which state, and the time that all will take.

    `behind` says what its first run waits for.
    """
    parts = [f"{group.counts['done']} of {len(group.rows)} done"]
    parts += [
        f"{group.counts[state]} {state}"
        for state in STATE_SIGNS
        if group.counts[state] and state not in ("done", "queued")
    ]
    if waits_for:
        parts.append(f"queued {waits_for}")
    left = total_time_left(group.rows)
    if left is not None:
        parts.append(f"about {format_clock(left)} left")
    return " · ".join(parts)


def run_figures(row: Row) -> str:
    """Speed, memory, time left, learning rate and device of a run: those that are known."""
    kind = {"device": "on the device", "resident": "of the process"}.get(row.memory_kind or "", "")
    parts = [
        row.images_per_s is not None and format_speed(row.images_per_s),
        row.memory is not None and f"{format_megabytes(row.memory)} {kind}".rstrip(),
        row.time_left is not None
        and row.state == "running"
        and f"{format_clock(row.time_left)} left",
        row.train_time is not None and f"trained in {format_clock(row.train_time)}",
        row.lr is not None and f"learning rate {row.lr:.3g}",
        row.device is not None and f"on {row.device}",
    ]
    return " · ".join(part for part in parts if part)


def progress_text(row: Row) -> str:
    """How far a run has come."""
    steps = f", step {row.step:,} of {row.steps:,}" if row.steps else ""
    return f"epoch {row.epoch} of {row.epochs}{steps}"


def end_text(row: Row) -> str:
    """What a run has to say about its end; empty where all is as it should be."""
    message, reason = row.message or "", row.reason or ""
    told = reason == row.state or message.startswith(reason.replace("-", " "))
    if row.state in ("failed", "diverged") and reason and not told:
        return sanitize(f"{reason}: {message}" if message else reason)
    return sanitize(message)
