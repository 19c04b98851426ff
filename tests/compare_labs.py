"""Labs with studies whose runs are done, failed or under way, for the tests of Compare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from lab_studies import run_events, study

from netlab.events import Event
from netlab.lab.records import Entry
from netlab.lab.store import Lab

EXPECTED = "[/a point] \u202emore\x1b[31m"

ACCURACY: dict[str, tuple[float, float, float]] = {
    "baseline": (90.0, 90.3, 89.75),
    "w8": (92.0, 92.5, 91.9),
    "w2": (86.0, 86.2, 85.6),
    "w4": (90.2, 90.1, 89.8),
    "w16": (90.4, 90.2, 89.9),
}
"""By variant and seed: w8 is really better than the baseline, w16 within noise."""


def worker_events(entry: Entry, epochs: int = 3) -> list[Event]:
    """What the worker of this run said; better variants reach more, wider ones take longer."""
    accuracy = ACCURACY[entry.variant][entry.run.seed % 3]
    wide = entry.run.spec.network.model_dump()["blocks"][0]["channels"]
    return list(_with_figures(run_events(epochs), accuracy, wide))


def _with_figures(events: Sequence[Event], accuracy: float, wide: int) -> Iterator[Event]:
    for event in events:
        data = dict(event.data)
        if event.kind == "evaluated":
            data |= {"accuracy": accuracy, "loss": 1 - accuracy / 100}
        if event.kind == "finished":
            data |= {"train_time": 2.0 + wide / 4, "memory": 60.0 + wide}
        if event.kind == "epoch":
            share = event.data["epoch"] / 3
            data |= {"val_accuracy": accuracy * share, "val_loss": 2 - share}
        yield Event(event.seq, event.at, event.kind, data)


def filled_lab(
    path: Path,
    name: str = "widths",
    channels: Sequence[int] = (4, 8, 2, 16),
    seeds: Sequence[int] = (0, 1, 2),
    data: str = "fashion-mini",
    done: bool = True,
) -> Path:
    """Enter a study in the lab at `path`, its runs finished if `done`.

    Of every variant something is expected, which is no plain text.
    """
    planned = study(name, channels, seeds, data=data)
    base, *others = planned.variants
    expecting = (base, *(replace(other, expect=EXPECTED) for other in others))
    with Lab.open(path, create=True) as lab:
        for entry in lab.studies.register(replace(planned, variants=expecting)):
            if done:
                lab.runs.ingest(entry.run.id, worker_events(entry))
    return path
