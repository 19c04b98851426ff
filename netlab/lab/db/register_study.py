"""Registering a study: its plan, its variants, and a run for each variant and seed."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Container, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netlab.lab.db import claim_history
from netlab.lab.records import StudyRegistration
from netlab.lab.run_state import ALLOWED_STATES, State
from netlab.recipe.run_spec import RunSpec

if TYPE_CHECKING:
    from sqlite_utils import Database

RUN_ID_DIGITS = 8
"""Length of the start of a run's hash that is its id, so that it is the same in every lab."""


def register(
    db: Database, study: StudyRegistration, folder: Path, *, again: bool, retry_failed: bool
) -> list[str]:
    """Register a study within a transaction; gives the ids of its runs in recipe order.

    `folder` contains the run folders. Raises `ValueError` as `register_plan` does.
    """
    plan = register_plan(db, study)
    runs = _find_or_queue_runs(db, study, folder, again=again)
    if retry_failed:
        for run in runs.values():
            requeue(db.conn, run, only=ALLOWED_STATES["retry"])
    for name, spec in _in_queue_order(study):
        _link_run(db, plan, name, spec.seed, runs[spec.hash])
    return [runs[spec.hash] for variant in study.variants for spec in variant.specs]


def register_plan(db: Database, study: StudyRegistration) -> int:
    """Register a study without its runs, within a transaction; fixes its claims.

    Gives the id of its plan. Raises `ValueError` for specs under several conditions, which a
    recipe cannot express.
    """
    specs = [spec for variant in study.variants for spec in variant.specs]
    conditions = {spec.condition for spec in specs}
    if len(conditions) != 1:
        raise ValueError(f"a study is entered under one condition, not {len(conditions)}")
    plan = _upsert_plan(db, study, conditions.pop())
    _replace_variants(db, plan, study)
    _archive_stale(db, plan, study)
    claim_history.record_claims(db, plan, study.claims, {spec.hash for spec in specs})
    return plan


def requeue(conn: sqlite3.Connection, run: str, only: tuple[State, ...]) -> None:
    """Put `run` at the end of the queue if its state is one of `only`."""
    conn.execute(
        "UPDATE run SET state = 'queued', reason = NULL, message = NULL, ended = NULL,"
        " stop_request = NULL,"
        " queue_position = (SELECT coalesce(max(queue_position), 0) + 1 FROM run)"
        " WHERE id = ? AND state IN (SELECT value FROM json_each(?))",
        (run, json.dumps(only)),
    )


def series_hash(spec: RunSpec) -> str:
    """The hash that all seeds of one network under one condition share."""
    return spec.model_copy(update={"seed": 0}).hash


def _in_queue_order(study: StudyRegistration) -> Iterator[tuple[str, RunSpec]]:
    # Every variant gets its first seed before any gets its second, so that a study that is
    # stopped early still compares all of its variants.
    for nth in range(max(len(variant.specs) for variant in study.variants)):
        for variant in study.variants:
            if nth < len(variant.specs):
                yield variant.name, variant.specs[nth]


def _upsert_plan(db: Database, study: StudyRegistration, condition: str) -> int:
    db.table("study").insert({"name": study.name}, ignore=True)
    key = {
        "study": next(db.query("SELECT id FROM study WHERE name = ?", [study.name]))["id"],
        "condition": condition,
    }
    plan = {
        "label": _condition_label(study.variants[0].specs[0]),
        "recipe_file": study.recipe_file,
        "recipe_text": study.recipe_text,
        "recipe_hash": hashlib.sha256(study.recipe_text.encode()).hexdigest(),
        "question": study.question,
        "design": json.dumps(study.design, ensure_ascii=False),
        "entered": time.time(),
    }
    db.table("plan").upsert({**key, **plan}, pk=tuple(key))
    where = "SELECT id FROM plan WHERE study = :study AND condition = :condition"
    return int(next(db.query(where, key))["id"])


def _condition_label(spec: RunSpec) -> str:
    epochs = spec.protocol.epochs
    return f"{spec.data.label} · {spec.protocol.label} · {epochs} epoch{'s' * (epochs != 1)}"


def _replace_variants(db: Database, plan: int, study: StudyRegistration) -> None:
    db.table("variant").delete_where("plan = ?", [plan])
    db.table("variant").insert_all(
        {
            "plan": plan,
            "position": position,
            "name": variant.name,
            "because": variant.because,
            "changes": json.dumps(variant.changes),
            "params": variant.params,
            "macs": variant.macs,
            "expect": variant.expect,
            "series": series_hash(variant.specs[0]),
        }
        for position, variant in enumerate(study.variants)
    )


def _find_or_queue_runs(
    db: Database, study: StudyRegistration, folder: Path, *, again: bool
) -> dict[str, str]:
    """By hash, the id of its run; new runs are added at the end of the queue."""
    specs = {spec.hash: spec for _, spec in _in_queue_order(study)}
    # Store the spec of the latest recipe: its hashed fields are equal, but the path of an image
    # folder and the name of the protocol may differ.
    series_of = {run_hash: series_hash(spec) for run_hash, spec in specs.items()}
    shared = {series_of[run_hash]: spec for run_hash, spec in specs.items()}
    db.table("series").upsert_all(
        {
            "series": series,
            "condition": spec.condition,
            "spec": spec.model_copy(update={"seed": 0}).model_dump_json(),
        }
        for series, spec in shared.items()
    )
    (position,) = db.execute("SELECT coalesce(max(queue_position), 0) + 1 FROM run").fetchone()
    runs: dict[str, str] = {}
    new: dict[str, dict[str, Any]] = {}
    for run_hash, spec in specs.items():
        known = db.execute(
            "SELECT id FROM run WHERE hash = ? ORDER BY created DESC, queue_position DESC LIMIT 1",
            [run_hash],
        ).fetchone()
        if known and not again:
            runs[run_hash] = known[0]
            continue
        runs[run_hash] = name = _unused_run_id(db, run_hash, folder, new)
        new[name] = {
            "id": name,
            "hash": run_hash,
            "series": series_of[run_hash],
            "seed": spec.seed,
            "state": "queued",
            "created": time.time(),
            "epochs": spec.protocol.epochs,
            "queue_position": position + len(new),
        }
    db.table("run").insert_all(new.values())
    return runs


def _unused_run_id(db: Database, run_hash: str, folder: Path, new: Container[str]) -> str:
    stem, number = run_hash[:RUN_ID_DIGITS], 1
    name = stem
    # A folder whose row was deleted has the events of another run, so do not reuse its id.
    while (
        name in new
        or (folder / name).exists()
        or db.execute("SELECT 1 FROM run WHERE id = ?", [name]).fetchone()
    ):
        number += 1
        name = f"{stem}-{number}"
    return name


def _archive_stale(db: Database, plan: int, study: StudyRegistration) -> None:
    # A row of a results table must show only one network. So if a variant was changed or removed,
    # all entries of its old runs become history, even for seeds that are not requested now.
    series = {variant.name: series_hash(variant.specs[0]) for variant in study.variants}
    db.execute(
        "UPDATE entry SET current = 0 WHERE plan = :plan AND current = 1 AND NOT EXISTS"
        " (SELECT 1 FROM run JOIN json_each(:series) AS now ON now.value = run.series"
        "  WHERE run.id = entry.run AND now.key = entry.variant)",
        {"plan": plan, "series": json.dumps(series)},
    )


def _link_run(db: Database, plan: int, variant: str, seed: int, run: str) -> None:
    entry = {"plan": plan, "variant": variant, "seed": seed, "run": run, "now": time.time()}
    db.execute(
        "UPDATE entry SET current = 0 WHERE plan = :plan AND variant = :variant"
        " AND seed = :seed AND current = 1 AND run <> :run",
        entry,
    )
    db.execute(
        "INSERT INTO entry (plan, variant, seed, run, entered, current)"
        " VALUES (:plan, :variant, :seed, :run, :now, 1)"
        " ON CONFLICT (plan, variant, seed) WHERE current = 1 DO NOTHING",
        entry,
    )
