"""The runs of a lab as rows of a list, with few columns, so that 10,000 are read quickly."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from netlab.lab.run_state import State, StopRequest, share_done, state_word
from netlab.lab.time_left import run_time_left
from netlab.sanitize import sanitize


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run of a variant and seed of a study, with only the fields that a list shows.

    Accuracies are in percent, memory in MB, times in seconds.
    """

    entry_id: int
    """The id of the entry; a run has one entry for each study that shows it."""
    study: str
    variant: str
    seed: int
    run: str
    queue_position: int
    """The queued run with the lowest position starts first."""
    state: State
    reason: str | None
    message: str | None
    stop_request: StopRequest | None
    epoch: int
    """Whole epochs done."""
    epochs: int
    step: int
    steps: int
    loss: float | None
    """The training loss reported last."""
    val_accuracy: float | None
    accuracy: float | None
    """On the test set, once the run is done."""
    images_per_s: float | None
    memory: float | None
    memory_kind: str | None
    lr: float | None
    device: str | None
    time_left: float | None
    """Seconds of training left at the current speed."""
    train_time: float | None

    @property
    def name(self) -> str:
        """Its short name within its study, sanitized for display."""
        return f"{sanitize(self.variant)} · {self.seed}"

    @property
    def title(self) -> str:
        """Its name within its study, sanitized for display."""
        return f"{sanitize(self.variant)} · seed {self.seed}"

    @property
    def share(self) -> float:
        return share_done(self.state, self.step, self.steps)

    @property
    def state_word(self) -> str:
        """Its state in one word; a running run may be `starting`, `stopping` or `pausing`."""
        return state_word(self.state, self.stop_request, self.steps)


@dataclass(frozen=True)
class StudyRows:
    """A study under one condition, with its runs in the order of the recipe, then by seed."""

    plan: int
    study: str
    label: str
    entered: float
    rows: tuple[RunRow, ...]

    @cached_property
    def counts(self) -> Counter[State]:
        return Counter(row.state for row in self.rows)

    @property
    def active(self) -> bool:
        return bool(self.counts["queued"] or self.counts["running"])


_SOURCES = {
    "entry_id": "entry.id",
    "study": "study.name",
    "variant": "entry.variant",
    "seed": "entry.seed",
    "run": "run.id",
    "loss": "run.train_loss",
    "lr": "NULL",
    "time_left": "NULL",
}
"""SQL for the fields of `RunRow` that are not a column of `run` with the same name."""

_FIELDS = tuple(field.name for field in fields(RunRow))
_AS_STORED = tuple(name for name in _FIELDS if name not in _SOURCES)

_SELECT_ROWS = f"""
    SELECT {", ".join(_SOURCES.get(name, f"run.{name}") + f" AS {name}" for name in _FIELDS)},
        plan.id AS plan, plan.label AS label, plan.entered AS entered
    FROM plan
    JOIN study ON study.id = plan.study
    JOIN entry ON entry.plan = plan.id AND entry.current = 1
    JOIN run ON run.id = entry.run
    LEFT JOIN variant ON variant.plan = plan.id AND variant.name = entry.variant
    ORDER BY plan.entered DESC, plan.id DESC, variant.position IS NULL, variant.position,
        entry.seed, entry.id
"""  # noqa: S608


def read_studies(conn: sqlite3.Connection) -> tuple[StudyRows, ...]:
    """Every study with its runs, the last entered first."""
    found: dict[tuple[int, str, str, float], list[RunRow]] = {}
    for row in conn.execute(_SELECT_ROWS):
        head = (row["plan"], row["study"], row["label"], row["entered"])
        found.setdefault(head, []).append(RunRow(*row[: len(_FIELDS)]))
    return tuple(StudyRows(*head, tuple(rows)) for head, rows in found.items())


def studies_fingerprint(conn: sqlite3.Connection) -> tuple[object, ...]:
    """A value that changes when a run is added, removed or changes state, or a study is registered.

    The queries use indexes, so they are quick for any number of runs. Positions in the queue are
    unique, so the sums change even if two runs swap their states.
    """
    states = conn.execute(
        "SELECT state, count(*), total(queue_position), max(queue_position) FROM run GROUP BY state"
    ).fetchall()
    entries = conn.execute("SELECT count(*), max(id), total(current) FROM entry").fetchone()
    plans = conn.execute("SELECT count(*), max(entered) FROM plan").fetchone()
    return (tuple(map(tuple, states)), tuple(entries), tuple(plans))


def live_fields(columns: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a `RunRow` that can change while it runs, from all columns of the run."""
    live = json.loads(columns["live_metrics"] or "{}")
    images = json.loads(columns["hardware"] or "{}").get("images", {}).get("train")
    speed = live.get("images_per_s") or columns["images_per_s"]
    return {
        **{name: columns[name] for name in _AS_STORED},
        "loss": live.get("loss", columns["train_loss"]),
        "lr": live.get("lr"),
        "images_per_s": speed,
        "time_left": run_time_left(
            share_done(columns["state"], columns["step"], columns["steps"]),
            columns["epochs"],
            images,
            speed,
        ),
    }
