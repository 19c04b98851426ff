"""Runs, studies and the lab as texts and signs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from netlab.format import format_clock, format_megabytes, format_speed, pluralize
from netlab.lab.db.run_rows import RunRow, StudyRows
from netlab.lab.time_left import total_time_left
from netlab.sanitize import sanitize
from netlab.suggest import suggest
from tui.lab.snapshot import LabSnapshot

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
"""The sign of each state: in Unicode, and in ASCII."""


def study_totals(group: StudyRows, waits_for: str = "") -> str:
    """How many runs of a study are done or in another state, and the time left.

    `waits_for` says which studies its first run waits for, such as `behind demo (7 runs)`.
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


def run_figures(row: RunRow) -> str:
    """Speed, memory, time left, learning rate and device of a run, as far as they are known."""
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


def progress_text(row: RunRow) -> str:
    """Such as `epoch 2 of 30, step 41 of 600`."""
    steps = f", step {row.step:,} of {row.steps:,}" if row.steps else ""
    return f"epoch {row.epoch} of {row.epochs}{steps}"


def end_text(row: RunRow) -> str:
    """Why a run ended; empty if it had no problem."""
    message, reason = row.message or "", row.reason or ""
    repeated = reason == row.state or message.startswith(reason.replace("-", " "))
    if row.state in ("failed", "diverged") and reason and not repeated:
        return sanitize(f"{reason}: {message}" if message else reason)
    return sanitize(message)


def waiting_for(groups: Sequence[StudyRows]) -> Mapping[int, str]:
    """By plan, such as `behind channel-shuffle (7 runs)`, for studies that wait and do not train.

    Runs start by their position in the queue; their study does not matter.
    """
    active = [group for group in groups if group.active]
    waits = [group for group in active if not group.counts["running"]]
    texts = {group.plan: _before(group, active) for group in waits}
    return {plan: text for plan, text in texts.items() if text}


def _before(group: StudyRows, active: Sequence[StudyRows]) -> str:
    own = {row.run for row in group.rows}
    first = min(row.queue_position for row in group.rows if row.state == "queued")
    before = {
        other.plan: {
            row.run
            for row in other.rows
            if row.run not in own
            and (row.state == "running" or (row.state == "queued" and row.queue_position < first))
        }
        for other in active
    }
    runs = frozenset().union(*before.values())
    if not runs:
        return ""
    studies = dict.fromkeys(other.study for other in active if before[other.plan])
    names = sanitize(next(iter(studies))) if len(studies) == 1 else f"{len(studies)} studies"
    return f"behind {names} ({pluralize(len(runs), 'run')})"


def notice_text(snapshot: LabSnapshot, starting: Sequence[str]) -> str:
    """Which studies are being started, and why the lab could not be read; usually empty."""
    notes = [f"starting {name}: its runs appear here in a moment …" for name in starting]
    if snapshot.problem is not None:
        notes.append(snapshot.problem)
    return "\n".join(notes)


LAB_GONE_TEXT = (
    "The lab file is gone: it was deleted or moved away while it was shown here.\n\n"
    "Where it is put back, its runs are here again. The next study that is started makes a new,\n"
    "empty lab: b trains the demo study, 2 plans one of your own."
)


def empty_lab_text(
    snapshot: LabSnapshot,
    starting: Sequence[str],
    lab: Path,
    *,
    lab_read: bool,
    lab_existed: bool = False,
) -> str:
    """Text shown instead of an empty list: how to get a first run.

    `lab_read`: the lab was looked for. `lab_existed`: its file has been there before.
    """
    if not lab_read:
        return "Reading the lab …"
    if snapshot.problem is not None:
        return "There is nothing to show of this lab."
    if starting:
        return "The first runs are about to appear."
    if snapshot.missing and lab_existed:
        return LAB_GONE_TEXT
    return (
        "No run yet.\n\n"
        "b  train the demo study: six small networks on built-in images\n"
        "2  plan a study of your own, and start it\n"
        "5  be led from a question to a verdict\n\n"
        f"Runs that {suggest('run', 'demo', lab=lab)} starts in any terminal appear here as well."
    )
