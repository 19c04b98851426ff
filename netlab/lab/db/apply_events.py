"""Compute how events change a run; applying the same events twice has no further effect."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from netlab.events import Event
from netlab.lab.run_state import State

ColumnValues = dict[str, Any]
"""Columns of one run (or of one epoch) by name."""

EPOCH_COLUMNS = (
    "epoch", "step", "train_loss", "train_accuracy", "val_loss", "val_accuracy", "val_top5", "lr",
    "seconds", "images_per_s", "memory",
)  # fmt: skip

_LATEST_EPOCH_COLUMNS = (
    "train_loss", "train_accuracy", "val_loss", "val_accuracy", "val_top5", "images_per_s",
)  # fmt: skip

_HARDWARE_FIELDS = (
    "device_name", "precision", "layout", "threads", "jobs", "versions", "params", "images",
)  # fmt: skip

STATE_AFTER_STOP: dict[str | None, tuple[State, str]] = {
    "stop": ("stopped", "stopped on request"),
    "pause": ("paused", "paused on request"),
    "interrupt": ("interrupted", "stopped by Ctrl-C"),
    None: ("interrupted", "its worker was stopped from outside netlab"),
}
"""By stop request: the state of a run after its worker has stopped, and the reason as text."""

NOT_RUNNING: ColumnValues = {"stop_request": None, "live_metrics": None}
"""Columns that are the same for every run without a worker."""


def apply_events(
    before: Mapping[str, Any], events: Iterable[Event]
) -> tuple[ColumnValues, list[ColumnValues]]:
    """The columns of a run that `events` change, and a row for each epoch that they report.

    `before` are the run's columns now. Events up to `before["seq"]` are skipped; events of an
    unknown kind change only `seq` and `last_event_at`.
    """
    run = dict(before)
    epochs: dict[int, ColumnValues] = {}
    for event in events:
        if event.seq <= run["seq"]:
            continue
        handler = _HANDLERS.get(event.kind)
        if handler:
            run.update(handler(run, event))
        if event.kind == "epoch":
            row = {name: event.data.get(name) for name in EPOCH_COLUMNS}
            epochs[event.data["epoch"]] = {**row, "seq": event.seq}
        run.update(seq=event.seq, last_event_at=event.at)
    changed = {name: value for name, value in run.items() if value != before[name]}
    return changed, list(epochs.values())


def _started(run: ColumnValues, event: Event) -> ColumnValues:
    data = event.data
    hardware = {name: data[name] for name in _HARDWARE_FIELDS if name in data}
    if "jobs" in hardware:
        # A run that once shared the machine was slowed down, even if it later has it to itself.
        earlier = json.loads(run["hardware"] or "{}").get("jobs", 1)
        hardware["jobs"] = max(earlier, hardware["jobs"])
    progress = ("step", "steps", "epoch", "epochs", "device", "memory_kind")
    return {
        "state": "running",
        "reason": None,
        "message": None,
        "started": run["started"] or event.at,
        "ended": None,
        "hardware": json.dumps(hardware),
        "live_metrics": None,
        **{name: data.get(name, run[name]) for name in progress},
    }


def _step(_run: ColumnValues, event: Event) -> ColumnValues:
    live = {name: event.data.get(name) for name in ("epoch", "loss", "lr", "images_per_s")}
    return {"step": event.data["step"], "live_metrics": json.dumps(live)}


def _epoch(run: ColumnValues, event: Event) -> ColumnValues:
    data = event.data
    peaks = [memory for memory in (run["memory"], data.get("memory")) if memory is not None]
    return {
        "epoch": data["epoch"],
        "step": data["step"],
        **{name: data.get(name) for name in _LATEST_EPOCH_COLUMNS},
        "memory": max(peaks, default=None),
    }


def _evaluated(_run: ColumnValues, event: Event) -> ColumnValues:
    if event.data.get("split") != "test":
        return {}
    names = ("accuracy", "top5", "loss", "accuracy_flip")
    results = {name: event.data.get(name) for name in names}
    return {**results, "test_time": event.data.get("seconds")}


def _finished(run: ColumnValues, event: Event) -> ColumnValues:
    names = ("train_time", "test_time", "memory", "memory_kind", "images_per_s")
    return {
        "state": "done",
        "reason": None,
        "message": None,
        "ended": event.at,
        "epoch": event.data.get("epochs", run["epochs"]),
        "step": run["steps"],
        **{name: event.data.get(name, run[name]) for name in names},
        **NOT_RUNNING,
    }


def _stopped(run: ColumnValues, event: Event) -> ColumnValues:
    step = event.data.get("step", run["step"])
    state, reason = STATE_AFTER_STOP[run["stop_request"]]
    where = f"after step {step:,} of {run['steps']:,}" if step else "before its first step"
    return {
        "state": state,
        "reason": None,
        "message": f"{reason} {where}",
        "step": step,
        "epoch": event.data.get("epoch", run["epoch"]),
        "ended": event.at,
        **NOT_RUNNING,
    }


def _failed(_run: ColumnValues, event: Event) -> ColumnValues:
    reason = event.data.get("reason", "error")
    return {
        "state": "diverged" if reason == "diverged" else "failed",
        "reason": reason,
        "message": event.data.get("message"),
        "ended": event.at,
        **NOT_RUNNING,
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
