"""A study goes into the lab: its plan, its variants, and a run for each place in it."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from netlab.lab.db import claim_history
from netlab.lab.records import StudyRegistration
from netlab.recipe.run_spec import RunSpec

RUN_ID_DIGITS = 8
"""A run is called by the first digits of its hash, so the same run has the same name anywhere."""


def register(
    conn: sqlite3.Connection,
    entry: StudyRegistration,
    folder: Path,
    *,
    again: bool,
    retry_failed: bool,
) -> list[str]:
    """Enter a study within a transaction; the ids of its runs in the order of the recipe.

    `folder` is where runs have their folders. Raises `ValueError` as `lay_out` does.
    """
    plan = register_plan(conn, entry)
    runs: dict[str, str] = {}
    for _, spec in _in_queue_order(entry):
        if spec.hash not in runs:
            runs[spec.hash] = _find_or_queue_run(conn, spec, folder, again=again)
    if retry_failed:
        for run in runs.values():
            requeue(conn, run, only=("failed", "diverged"))
    for name, spec in _in_queue_order(entry):
        _link_run(conn, plan, name, spec.seed, runs[spec.hash])
    return [runs[spec.hash] for variant in entry.variants for spec in variant.specs]


def register_plan(conn: sqlite3.Connection, entry: StudyRegistration) -> int:
    """Enter a study without its runs, within a transaction: its claims are fixed now.

    Gives the number of its plan. Raises `ValueError` for specs under several conditions, which no
    recipe can ask for.
    """
    conditions = {spec.condition for variant in entry.variants for spec in variant.specs}
    if len(conditions) != 1:
        raise ValueError(f"a study is entered under one condition, not {len(conditions)}")
    plan = _upsert_plan(conn, entry, conditions.pop())
    _replace_variants(conn, plan, entry)
    _archive_stale(conn, plan, entry)
    hashes = {spec.hash for variant in entry.variants for spec in variant.specs}
    claim_history.record_claims(conn, plan, entry.claims, hashes)
    return plan


def requeue(conn: sqlite3.Connection, run: str, only: tuple[str, ...]) -> bool:
    """Put `run` at the end of the queue if its state is one of `only`; whether it was."""
    changed = conn.execute(
        "UPDATE run SET state = 'queued', reason = NULL, message = NULL, ended = NULL,"
        " wanted = NULL, ticket = (SELECT coalesce(max(ticket), 0) + 1 FROM run)"
        " WHERE id = ? AND state IN (SELECT value FROM json_each(?))",
        (run, json.dumps(only)),
    )
    return changed.rowcount > 0


def series_hash(spec: RunSpec) -> str:
    """What all seeds of one network under one condition share."""
    return spec.model_copy(update={"seed": 0}).hash


def _in_queue_order(entry: StudyRegistration) -> Iterator[tuple[str, RunSpec]]:
    # Every variant gets its first seed before any gets its second: a study that is cut short
    # then still compares all of its variants.
    most = max(len(variant.specs) for variant in entry.variants)
    for place in range(most):
        for variant in entry.variants:
            if place < len(variant.specs):
                yield variant.name, variant.specs[place]


def _upsert_plan(conn: sqlite3.Connection, entry: StudyRegistration, condition: str) -> int:
    conn.execute("INSERT INTO study (name) VALUES (?) ON CONFLICT DO NOTHING", (entry.name,))
    study = conn.execute("SELECT id FROM study WHERE name = ?", (entry.name,)).fetchone()[0]
    facts = {
        "study": study,
        "condition": condition,
        "label": _condition_label(entry.variants[0].specs[0]),
        "recipe_file": entry.recipe_file,
        "recipe_text": entry.recipe_text,
        "recipe_hash": hashlib.sha256(entry.recipe_text.encode()).hexdigest(),
        "question": entry.question,
        "design": json.dumps(entry.design, ensure_ascii=False),
        "entered": time.time(),
    }
    updates = ", ".join(f"{name} = excluded.{name}" for name in facts)
    row = conn.execute(
        f"INSERT INTO plan ({', '.join(facts)}) VALUES ({', '.join(f':{n}' for n in facts)})"  # noqa: S608
        f" ON CONFLICT (study, condition) DO UPDATE SET {updates} RETURNING id",
        facts,
    ).fetchone()
    return int(row[0])


def _condition_label(spec: RunSpec) -> str:
    epochs = spec.protocol.epochs
    return f"{spec.data.label} · {spec.protocol.label} · {epochs} epoch{'s' * (epochs != 1)}"


def _replace_variants(conn: sqlite3.Connection, plan: int, entry: StudyRegistration) -> None:
    conn.execute("DELETE FROM variant WHERE plan = ?", (plan,))
    conn.executemany(
        "INSERT INTO variant (plan, position, name, because, changes, params, macs, expect, series)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                plan,
                place,
                v.name,
                v.because,
                json.dumps(v.changes),
                v.params,
                v.macs,
                v.expect,
                series_hash(v.specs[0]),
            )
            for place, v in enumerate(entry.variants)
        ],
    )


def _find_or_queue_run(
    conn: sqlite3.Connection, spec: RunSpec, folder: Path, *, again: bool
) -> str:
    series = series_hash(spec)
    # The stored spec follows the latest recipe: what is hashed cannot differ, but the path of a
    # folder of images and the name of the protocol can.
    conn.execute(
        "INSERT INTO series (series, condition, spec) VALUES (?, ?, ?)"
        " ON CONFLICT (series) DO UPDATE SET spec = excluded.spec",
        (series, spec.condition, spec.model_copy(update={"seed": 0}).model_dump_json()),
    )
    known = conn.execute(
        "SELECT id FROM run WHERE hash = ? ORDER BY created DESC, ticket DESC LIMIT 1",
        (spec.hash,),
    ).fetchone()
    if known and not again:
        return str(known[0])
    name = _unused_run_id(conn, spec.hash, folder)
    conn.execute(
        "INSERT INTO run (id, hash, series, seed, state, created, epochs, ticket)"
        " VALUES (?, ?, ?, ?, 'queued', ?, ?, (SELECT coalesce(max(ticket), 0) + 1 FROM run))",
        (name, spec.hash, series, spec.seed, time.time(), spec.protocol.epochs),
    )
    return name


def _unused_run_id(conn: sqlite3.Connection, run_hash: str, folder: Path) -> str:
    stem, number = run_hash[:RUN_ID_DIGITS], 1
    name = stem
    # A folder that outlived its row holds another run's events; its name stays taken.
    while (
        conn.execute("SELECT 1 FROM run WHERE id = ?", (name,)).fetchone()
        or (folder / name).exists()
    ):
        number += 1
        name = f"{stem}-{number}"
    return name


def _archive_stale(conn: sqlite3.Connection, plan: int, entry: StudyRegistration) -> None:
    # A row of a table must hold one network only: when a variant has changed or gone, the places
    # that its old runs held become history, also those of seeds that are not asked for now.
    series = {variant.name: series_hash(variant.specs[0]) for variant in entry.variants}
    conn.execute(
        "UPDATE entry SET current = 0 WHERE plan = :plan AND current = 1 AND NOT EXISTS"
        " (SELECT 1 FROM run JOIN json_each(:series) AS now ON now.value = run.series"
        "  WHERE run.id = entry.run AND now.key = entry.variant)",
        {"plan": plan, "series": json.dumps(series)},
    )


def _link_run(conn: sqlite3.Connection, plan: int, variant: str, seed: int, run: str) -> None:
    place = {"plan": plan, "variant": variant, "seed": seed, "run": run, "now": time.time()}
    conn.execute(
        "UPDATE entry SET current = 0 WHERE plan = :plan AND variant = :variant"
        " AND seed = :seed AND current = 1 AND run <> :run",
        place,
    )
    conn.execute(
        "INSERT INTO entry (plan, variant, seed, run, entered, current)"
        " VALUES (:plan, :variant, :seed, :run, :now, 1)"
        " ON CONFLICT (plan, variant, seed) WHERE current = 1 DO NOTHING",
        place,
    )
