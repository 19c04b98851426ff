"""The runs of a lab as rows of a list: little of each, so that ten thousand are read at once."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from netlab.lab.run_state import ACTIVE_STATES, State, StopRequest, share_done, state_word
from netlab.lab.time_left import run_time_left
from netlab.sanitize import sanitize


@dataclass(frozen=True, slots=True)
class Row:
    """One run in its place: as much as a list shows of it.

    Accuracies are in percent, memory in MB, times in seconds.
    """

    place: int
    """Which place in which study; a run may have several."""
    study: str
    variant: str
    seed: int
    run: str
    queue_position: int
    """Its place in the queue, for one that waits: the lowest starts first."""
    state: State
    reason: str | None
    message: str | None
    stop_request: StopRequest | None
    """What it was asked to do and has not done yet."""
    epoch: int
    """Whole epochs done."""
    epochs: int
    step: int
    steps: int
    loss: float | None
    """Training loss, as last reported."""
    val_accuracy: float | None
    accuracy: float | None
    """On the test set, once it is done."""
    images_per_s: float | None
    memory: float | None
    memory_kind: str | None
    lr: float | None
    device: str | None
    time_left: float | None
    """Seconds of training before it, at its speed now."""
    train_time: float | None

    @property
    def name(self) -> str:
        """How it is called within its study, in short; safe to be shown."""
        return f"{sanitize(self.variant)} · {self.seed}"

    @property
    def title(self) -> str:
        """How it is called within its study; safe to be shown."""
        return f"{sanitize(self.variant)} · seed {self.seed}"

    @property
    def active(self) -> bool:
        """Whether something will happen to it without anyone asking."""
        return self.state in ACTIVE_STATES

    @property
    def share(self) -> float:
        """How much of it is done, from 0 to 1."""
        return share_done(self.state, self.step, self.steps)

    @property
    def state_word(self) -> str:
        """Its state in one word; while it runs perhaps `starting`, `stopping` or `pausing`."""
        return state_word(self.state, self.stop_request, self.steps)


@dataclass(frozen=True)
class Group:
    """A study under one condition, with its runs in the order of the recipe, then by seed."""

    plan: int
    study: str
    label: str
    entered: float
    rows: tuple[Row, ...]

    @cached_property
    def counts(self) -> Counter[State]:
        """How many runs are in each state."""
        return Counter(row.state for row in self.rows)

    @property
    def active(self) -> bool:
        """Whether some of its runs wait or train."""
        return bool(self.counts["queued"] or self.counts["running"])


Facts = Mapping[str, Any]
"""Columns of a run by name."""

_COLUMNS = (
    "state", "reason", "message", "stop_request", "epoch", "epochs", "step", "steps", "val_accuracy",
    "accuracy", "memory", "memory_kind", "device", "train_time",
)  # fmt: skip
"""Columns of a run that a row shows as they are."""

_ELSEWHERE = {
    "place": "entry.id",
    "study": "study.name",
    "variant": "entry.variant",
    "seed": "entry.seed",
    "run": "run.id",
    "loss": "run.train_loss",
    "lr": "NULL",
    "time_left": "NULL",
}
"""Where the fields of a row come from that are no columns of a run by the same name."""

_FIELDS = tuple(field.name for field in fields(Row))

_PLACES = f"""
    SELECT {", ".join(_ELSEWHERE.get(name, f"run.{name}") + f" AS {name}" for name in _FIELDS)},
        plan.id AS plan, plan.label AS label, plan.entered AS entered
    FROM plan
    JOIN study ON study.id = plan.study
    JOIN entry ON entry.plan = plan.id AND entry.current = 1
    JOIN run ON run.id = entry.run
    LEFT JOIN variant ON variant.plan = plan.id AND variant.name = entry.variant
    ORDER BY plan.entered DESC, plan.id DESC, variant.position IS NULL, variant.position,
        entry.seed, entry.id
"""  # noqa: S608


def read_groups(conn: sqlite3.Connection) -> tuple[Group, ...]:
    """Every study with its runs, the last entered first."""
    found: dict[tuple[int, str, str, float], list[Row]] = {}
    for place in conn.execute(_PLACES):
        head = (place["plan"], place["study"], place["label"], place["entered"])
        found.setdefault(head, []).append(Row(*place[: len(_FIELDS)]))
    return tuple(Group(*head, tuple(rows)) for head, rows in found.items())


def fingerprint(conn: sqlite3.Connection) -> tuple[object, ...]:
    """Changes when any run enters, leaves or changes its state, or any study is entered anew.

    It stands on indexes: quick for any number of runs. Tickets are unique, so that runs that
    swap their states change the sums.
    """
    states = conn.execute(
        "SELECT state, count(*), total(queue_position), max(queue_position) FROM run GROUP BY state"
    ).fetchall()
    places = conn.execute("SELECT count(*), max(id), total(current) FROM entry").fetchone()
    plans = conn.execute("SELECT count(*), max(entered) FROM plan").fetchone()
    return (tuple(map(tuple, states)), tuple(places), tuple(plans))


def read_running(conn: sqlite3.Connection) -> dict[str, dict[str, Any]]:
    """All columns of the runs that a worker has, by id."""
    rows = conn.execute("SELECT * FROM run WHERE state = 'running'")
    return {row["id"]: dict(row) for row in rows}


def live_fields(facts: Facts) -> dict[str, Any]:
    """What a row shows of a run with all these columns."""
    live = json.loads(facts["live_metrics"] or "{}")
    images = json.loads(facts["hardware"] or "{}").get("images", {}).get("train")
    speed = live.get("images_per_s") or facts["images_per_s"]
    return {
        **{name: facts[name] for name in _COLUMNS},
        "loss": live.get("loss", facts["train_loss"]),
        "lr": live.get("lr"),
        "images_per_s": speed,
        "time_left": run_time_left(
            share_done(facts["state"], facts["step"], facts["steps"]),
            images and facts["epochs"] * images,
            speed,
        ),
    }
