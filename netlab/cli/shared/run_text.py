"""Runs as text and as JSON values."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from netlab.cli.shared.output import align_columns, align_properties
from netlab.events import LOG_FILE
from netlab.format import format_age, format_duration
from netlab.lab.process_id import ProcessId
from netlab.lab.records import Entry, Epoch, Run
from netlab.lab.run_state import state_with_reason
from netlab.lab.scheduler.start_worker import log_tail
from netlab.lab.store import Lab
from netlab.measures import format_result
from netlab.recipe.yaml.yaml_text import flow_yaml, network_text

LOG_TAIL_LINES = 15
"""How many last lines of its worker's log are shown for a failed run."""


def runs_table(
    entries: Sequence[Entry], *, with_study: bool, now: float | None = None
) -> list[str]:
    """A line for each run, under a heading."""
    now = time.time() if now is None else now
    header = ["run", "study", "variant", "seed", "state", "epoch", "test %", "train s", "age"]
    rows = [_row(entry, now) for entry in entries]
    if not with_study:
        header, *rows = [[*row[:1], *row[2:]] for row in [header, *rows]]
    last = len(header)
    return align_columns(header, rows, right=(last - 6, *range(last - 4, last)))


def _row(entry: Entry, now: float) -> list[str]:
    run, found = entry.run, entry.run.results
    return [
        run.id,
        entry.study,
        entry.variant,
        str(run.seed),
        run.state,
        f"{run.epoch}/{run.epochs}",
        f"{found['accuracy']:.2f}" if "accuracy" in found else "",
        f"{found['train_time']:,.1f}" if "train_time" in found else "",
        format_age(now - (run.ended or run.started or run.created)),
    ]


def grouped_messages(entries: Sequence[Entry]) -> list[str]:
    """The distinct messages of the runs, each with the ids of its runs."""
    found: dict[str, list[str]] = {}
    for run in {entry.run.id: entry.run for entry in entries}.values():
        if run.message:
            found.setdefault(state_and_message(run), []).append(run.id)
    return [f"{_first_ids(ids)}: {message}" for message, ids in found.items()]


def state_and_message(run: Run) -> str:
    """The message of a run; the state comes first if it failed, diverged or has no message."""
    if run.message and run.state not in ("failed", "diverged"):
        return run.message
    return ": ".join(filter(None, (state_with_reason(run.state, run.reason), run.message)))


def _first_ids(ids: Sequence[str], limit: int = 3) -> str:
    more = f" and {len(ids) - limit} more" if len(ids) > limit else ""
    return ", ".join(ids[:limit]) + more


def run_as_dict(entry: Entry, lab: Lab) -> dict[str, Any]:
    """A run as a JSON value."""
    run = entry.run
    hidden = ("spec", "worker", "live_metrics", "hardware")
    keys = {"stop_request": "wanted", "requested_device": "target"}  # unchanged names in JSON
    flat = {keys.get(name, name): value for name, value in vars(run).items() if name not in hidden}
    return {
        "id": run.id,
        "study": entry.study,
        "variant": entry.variant,
        **flat,
        "folder": str(lab.run_folder(run.id)),
    }


def run_details_as_dict(entry: Entry, curve: Sequence[Epoch], lab: Lab) -> dict[str, Any]:
    """A run with its specification, hardware, process and epochs as a JSON value."""
    run = entry.run
    return {
        **run_as_dict(entry, lab),
        "spec": run.spec.model_dump(mode="json"),
        "hardware": run.hardware,
        "pid": ProcessId.parse(run.worker).pid if run.worker else None,
        "epochs_done": [asdict(epoch) for epoch in curve],
    }


def run_page(entry: Entry, curve: Sequence[Epoch], lab: Lab) -> Iterator[str]:
    """Everything about a run: properties, recipe, epochs, and the log if it failed."""
    run = entry.run
    yield f"run {run.id}: {entry.study}, {entry.variant}, seed {run.seed}"
    yield ""
    yield from align_properties(_properties(run, lab))
    yield ""
    yield from _recipe(run)
    if curve:
        yield ""
        yield from _epochs(curve)
    if run.state in ("failed", "diverged", "interrupted"):
        log = log_tail(lab.run_folder(run.id) / LOG_FILE, LOG_TAIL_LINES)
        if log:
            yield ""
            yield f"the end of {lab.run_folder(run.id) / LOG_FILE}:"
            yield from (f"  {line}" for line in log)


def _properties(run: Run, lab: Lab) -> Iterator[tuple[str, str]]:
    yield "state", state_with_reason(run.state, run.reason)
    if run.message:
        yield "message", run.message
    steps = f", step {run.step:,} of {run.steps:,}" if run.steps else ""
    yield "progress", f"epoch {run.epoch} of {run.epochs}{steps}"
    for name, value in run.results.items():
        yield name.replace("_", " "), format_result(name, value)
    if run.memory_kind:
        yield "memory kind", run.memory_kind
    for name, moment in (("entered", run.created), ("started", run.started), ("ended", run.ended)):
        if moment is not None:
            yield name, f"{datetime.fromtimestamp(moment).astimezone():%Y-%m-%d %H:%M:%S}"
    if run.started is not None and run.ended is not None:
        yield "from start to end", format_duration(run.ended - run.started)
    yield "device", run.device or f"{run.requested_device} (requested)"
    for name, value in run.hardware.items():
        yield name.replace("_", " "), _format_value(value)
    if run.worker:
        yield "worker", f"pid {ProcessId.parse(run.worker).pid}"
    yield "condition", run.condition
    yield "hash", run.hash
    yield "folder", str(lab.run_folder(run.id))


def _format_value(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {part}" for name, part in value.items())
    return f"{value:,}" if isinstance(value, int) else str(value)


def _recipe(run: Run) -> Iterator[str]:
    """The specification as in a recipe, without defaults."""
    spec, protocol = run.spec, run.spec.protocol
    yield from network_text(spec.network).splitlines()
    data = {"name": spec.data.name, **spec.data.model_dump(mode="json", exclude_defaults=True)}
    yield f"data: {flow_yaml(data)}"
    yield f"protocol:  # {protocol.label}"
    settings = protocol.model_dump(mode="json", exclude={"name", "version", "says"})
    yield from (f"  {name}: {flow_yaml(value)}" for name, value in settings.items() if value != "")


def _epochs(curve: Sequence[Epoch]) -> list[str]:
    header = ["epoch", "loss", "train %", "val loss", "val %", "lr", "s", "images/s"]
    rows = [
        [
            str(epoch.epoch),
            f"{epoch.train_loss:.4f}",
            f"{epoch.train_accuracy:.2f}",
            "" if epoch.val_loss is None else f"{epoch.val_loss:.4f}",
            "" if epoch.val_accuracy is None else f"{epoch.val_accuracy:.2f}",
            f"{epoch.lr:.3g}",
            f"{epoch.seconds:,.1f}",
            f"{epoch.images_per_s:,.0f}",
        ]
        for epoch in curve
    ]
    return align_columns(header, rows, right=range(len(header)))
