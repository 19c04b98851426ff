"""What events change about a run: a pure function, so that taking them in twice is harmless."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from netlab.events import Event
from netlab.lab.run_state import State

ColumnValues = dict[str, Any]
"""Columns of one run (or of one epoch) by name."""

EPOCH_COLUMNS = (
    "epoch",
    "step",
    "train_loss",
    "train_accuracy",
    "val_loss",
    "val_accuracy",
    "val_top5",
    "lr",
    "seconds",
    "images_per_s",
    "memory",
)

_LATEST_EPOCH_COLUMNS = (
    "train_loss",
    "train_accuracy",
    "val_loss",
    "val_accuracy",
    "val_top5",
    "images_per_s",
)

_HARDWARE_FIELDS = (
    "device_name",
    "precision",
    "layout",
    "threads",
    "jobs",
    "versions",
    "params",
    "images",
)


def apply_events(
    before: Mapping[str, Any], events: Iterable[Event]
) -> tuple[ColumnValues, list[ColumnValues]]:
    """The columns of a run that `events` change, and its epochs as rows, one per epoch.

    `before` holds the run's columns now. Events that are in it already (`seq`) change nothing;
    kinds that this version does not know are counted and otherwise passed over.
    """
    facts = dict(before)
    epochs: dict[int, ColumnValues] = {}
    for event in events:
        if event.seq <= facts["seq"]:
            continue
        change = _HANDLERS.get(event.kind)
        if change:
            facts.update(change(facts, event))
        if event.kind == "epoch":
            row = {name: event.data.get(name) for name in EPOCH_COLUMNS}
            epochs[event.data["epoch"]] = {**row, "seq": event.seq}
        facts.update(seq=event.seq, last_event_at=event.at)
    changed = {name: value for name, value in facts.items() if value != before[name]}
    return changed, list(epochs.values())


STATE_AFTER_STOP: dict[str | None, tuple[State, str]] = {
    "stop": ("stopped", "stopped on request"),
    "pause": ("paused", "paused on request"),
    "interrupt": ("interrupted", "stopped by Ctrl-C"),
    None: ("interrupted", "its worker was told to stop from outside netlab"),
}
"""The state of a run whose worker stopped, and why it did, by what had been asked of it."""


def _started(facts: ColumnValues, event: Event) -> ColumnValues:
    data = event.data
    hardware = {n: data[n] for n in _HARDWARE_FIELDS if n in data}
    if "jobs" in hardware:
        # A run that once had company was slowed by it, though it went on alone.
        earlier = json.loads(facts["hardware"] or "{}").get("jobs", 1)
        hardware["jobs"] = max(earlier, hardware["jobs"])
    return {
        "state": "running",
        "reason": None,
        "message": None,
        "started": facts["started"] or event.at,
        "ended": None,
        **{n: data.get(n, facts[n]) for n in ("step", "steps", "epoch", "epochs", "device")},
        "hardware": json.dumps(hardware),
        "memory_kind": data.get("memory_kind", facts["memory_kind"]),
        "live_metrics": None,
    }


def _step(_facts: ColumnValues, event: Event) -> ColumnValues:
    live = {n: event.data.get(n) for n in ("epoch", "loss", "lr", "images_per_s")}
    return {"step": event.data["step"], "live_metrics": json.dumps(live)}


def _epoch(facts: ColumnValues, event: Event) -> ColumnValues:
    data = event.data
    peak = [m for m in (facts["memory"], data.get("memory")) if m is not None]
    return {
        "epoch": data["epoch"],
        "step": data["step"],
        **{name: data.get(name) for name in _LATEST_EPOCH_COLUMNS},
        "memory": max(peak, default=None),
    }


def _evaluated(_facts: ColumnValues, event: Event) -> ColumnValues:
    if event.data.get("split") != "test":
        return {}
    names = ("accuracy", "top5", "loss", "accuracy_flip")
    found = {name: event.data.get(name) for name in names}
    return {**found, "test_time": event.data.get("seconds")}


def _finished(facts: ColumnValues, event: Event) -> ColumnValues:
    names = ("train_time", "test_time", "memory", "memory_kind", "images_per_s")
    return {
        "state": "done",
        "reason": None,
        "message": None,
        "ended": event.at,
        "epoch": event.data.get("epochs", facts["epochs"]),
        "step": facts["steps"],
        "stop_request": None,
        "live_metrics": None,
        **{name: event.data.get(name, facts[name]) for name in names},
    }


def _stopped(facts: ColumnValues, event: Event) -> ColumnValues:
    step, steps = event.data.get("step", facts["step"]), facts["steps"]
    state, how = STATE_AFTER_STOP[facts["stop_request"]]
    where = f"after step {step:,} of {steps:,}" if step else "before its first step"
    return {
        "state": state,
        "reason": None,
        "message": f"{how} {where}",
        "stop_request": None,
        "live_metrics": None,
        "step": step,
        "epoch": event.data.get("epoch", facts["epoch"]),
        "ended": event.at,
    }


def _failed(_facts: ColumnValues, event: Event) -> ColumnValues:
    diverged = event.data.get("reason") == "diverged"
    return {
        "state": "diverged" if diverged else "failed",
        "reason": event.data.get("reason", "error"),
        "message": event.data.get("message"),
        "ended": event.at,
        "stop_request": None,
        "live_metrics": None,
    }


_HANDLERS: dict[str, Callable[[ColumnValues, Event], ColumnValues]] = {
    "started": _started,
    "step": _step,
    "epoch": _epoch,
    "evaluated": _evaluated,
    "finished": _finished,
    "stopped": _stopped,
    "failed": _failed,
}
