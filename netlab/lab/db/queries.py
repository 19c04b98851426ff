"""What can be asked of a lab. Every query stands on an index, so 10,000 runs stay quick."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from netlab.errors import LabError, did_you_mean
from netlab.lab.db import claim_history
from netlab.lab.db.row_mapping import RUN_COLUMNS, to_entry, to_epoch, to_run, to_variant
from netlab.lab.records import (
    Condition,
    Entry,
    Epoch,
    PastClaim,
    Run,
    StudyInCondition,
    StudyRecord,
)

_SELECT_ENTRIES = f"""
    SELECT study.name AS study, entry.variant AS variant, {RUN_COLUMNS}
    FROM study
    JOIN plan ON plan.study = study.id
    JOIN entry ON entry.plan = plan.id
    JOIN run ON run.id = entry.run
    JOIN series USING (series)
    LEFT JOIN variant ON variant.plan = plan.id AND variant.name = entry.variant
"""  # noqa: S608


def studies(conn: sqlite3.Connection) -> list[StudyRecord]:
    """Every study under its latest condition, the last entered first."""
    names = conn.execute(
        "SELECT study.name, max(plan.entered) AS latest FROM study JOIN plan ON plan.study = study.id"
        " GROUP BY study.id ORDER BY latest DESC"
    ).fetchall()
    return [study(conn, row["name"]) for row in names]


def study(conn: sqlite3.Connection, name: str, condition: str | None = None) -> StudyRecord:
    """The study under `condition`, or the one entered last. Raises `LabError`."""
    row = _plan_row(conn, name, condition)
    variants = conn.execute(
        "SELECT * FROM variant WHERE plan = ? ORDER BY position", (row["id"],)
    ).fetchall()
    return StudyRecord(
        name=name,
        recipe_file=row["recipe_file"],
        recipe_text=row["recipe_text"],
        question=row["question"],
        claims=claim_history.current_claims(conn, row["id"]),
        entered=row["entered"],
        variants=tuple(to_variant(variant) for variant in variants),
        design=json.loads(row["design"]),
        condition=row["condition"],
    )


def past_claims(
    conn: sqlite3.Connection, name: str, condition: str | None
) -> tuple[PastClaim, ...]:
    """The claims that the study made once, the last given up first. Raises `LabError`."""
    return claim_history.past_claims(conn, _plan_row(conn, name, condition)["id"])


def _plan_row(conn: sqlite3.Connection, name: str, condition: str | None) -> sqlite3.Row:
    """The row of the study under `condition`, or of the one entered last. Raises `LabError`."""
    known = conditions(conn, name)
    chosen = known[0].condition if condition is None else condition
    row: sqlite3.Row | None = conn.execute(
        "SELECT plan.* FROM plan JOIN study ON study.id = plan.study"
        " WHERE study.name = ? AND condition = ?",
        (name, chosen),
    ).fetchone()
    if row is None:
        names = [c.condition for c in known]
        raise LabError(
            f"study '{name}' has no condition {condition}: {did_you_mean(chosen, names)}"
        )
    return row


def conditions(conn: sqlite3.Connection, name: str) -> list[Condition]:
    """The conditions of a study, the last entered first. Raises `LabError` for no such study."""
    rows = conn.execute(
        "SELECT condition, label, entered,"
        " (SELECT count(*) FROM entry WHERE plan = plan.id AND current = 1) AS runs"
        " FROM plan JOIN study ON study.id = plan.study"
        " WHERE study.name = ? ORDER BY entered DESC, plan.id DESC",
        (name,),
    ).fetchall()
    if not rows:
        names = [row[0] for row in conn.execute("SELECT name FROM study")]
        file = conn.execute("PRAGMA database_list").fetchone()["file"]
        raise LabError(f"the lab {file} has no study '{name}': {did_you_mean(name, names)}")
    return [Condition(r["condition"], r["label"], r["runs"], r["entered"]) for r in rows]


def plans(conn: sqlite3.Connection) -> list[StudyInCondition]:
    """Every study under each of its conditions, the last entered first."""
    rows = conn.execute(
        "SELECT study.name, plan.question, plan.condition, plan.label, plan.entered,"
        " count(run.id), coalesce(sum(run.state = 'done'), 0)"
        " FROM plan JOIN study ON study.id = plan.study"
        " LEFT JOIN entry ON entry.plan = plan.id AND entry.current = 1"
        " LEFT JOIN run ON run.id = entry.run"
        " GROUP BY plan.id ORDER BY plan.entered DESC, plan.id DESC"
    )
    return [StudyInCondition(*row) for row in rows]


def entries(
    conn: sqlite3.Connection, name: str | None, condition: str | None, *, past: bool
) -> list[Entry]:
    """The runs in their places, in the order of the recipe, then by seed."""
    if name is not None:
        conditions(conn, name)
    where = ["1"] if past else ["entry.current = 1"]
    values = [value for value in (name, condition) if value is not None]
    where += ["study.name = ?"] * (name is not None)
    where += ["plan.condition = ?"] * (condition is not None)
    rows = conn.execute(
        f"{_SELECT_ENTRIES} WHERE {' AND '.join(where)}"
        " ORDER BY study.id, plan.id, variant.position IS NULL, variant.position, entry.seed,"
        " entry.id",
        values,
    )
    return [to_entry(row) for row in rows]


def count_outdated(conn: sqlite3.Connection, name: str | None, condition: str | None) -> int:
    """How many finished runs have lost their place, and no run of the same network took it."""
    where = [("study.name = ?", name), ("plan.condition = ?", condition)]
    asked = " AND ".join(["1", *(what for what, value in where if value is not None)])
    count = conn.execute(
        "SELECT count(DISTINCT run.id) FROM entry"  # noqa: S608
        " JOIN plan ON plan.id = entry.plan JOIN study ON study.id = plan.study"
        " JOIN run ON run.id = entry.run"
        f" WHERE {asked} AND entry.current = 0 AND run.state = 'done' AND NOT EXISTS"
        # In this order, for there are few runs of one hash and many places in a plan.
        " (SELECT 1 FROM run AS alike CROSS JOIN entry AS now ON now.run = alike.id"
        "  WHERE alike.hash = run.hash AND now.plan = entry.plan AND now.current = 1)",
        [value for _what, value in where if value is not None],
    ).fetchone()
    return int(count[0])


def entries_for(conn: sqlite3.Connection, runs: Iterable[str]) -> list[Entry]:
    """One entry for each run, the latest where it is part of several studies; queue order."""
    rows = conn.execute(
        f"{_SELECT_ENTRIES} WHERE entry.id IN (SELECT max(id) FROM entry WHERE run IN"  # noqa: S608
        " (SELECT value FROM json_each(?)) GROUP BY run) ORDER BY run.ticket",
        (json.dumps(list(runs)),),
    )
    return [to_entry(row) for row in rows]


def runs_by_id(conn: sqlite3.Connection, runs: Iterable[str]) -> dict[str, Run]:
    """The runs of these ids that the lab knows."""
    rows = conn.execute(
        f"SELECT {RUN_COLUMNS} FROM run JOIN series USING (series)"  # noqa: S608
        " WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(runs)),),
    )
    return {row["id"]: to_run(row) for row in rows}


def resolve_run_id(conn: sqlite3.Connection, start: str) -> str:
    """The id of the one run that is called, or whose id starts with, `start`. Raises `LabError`."""
    if conn.execute("SELECT 1 FROM run WHERE id = ?", (start,)).fetchone():
        return start
    rows = conn.execute(
        "SELECT id FROM run WHERE id >= ? AND id < ? ORDER BY id", (start, start + "\U0010ffff")
    ).fetchall()
    found = [str(row["id"]) for row in rows]
    if not start or not found:
        raise LabError(f"the lab has no run '{start}': `netlab runs` lists them")
    if len(found) > 1:
        some = ", ".join(found[:4]) + (", …" if len(found) > 4 else "")
        raise LabError(f"'{start}' could be {len(found)} runs ({some}): give more of the id")
    return found[0]


def epochs(conn: sqlite3.Connection, run: str) -> list[Epoch]:
    """The epochs of a run, first to last."""
    rows = conn.execute("SELECT * FROM epoch WHERE run = ? ORDER BY epoch", (run,))
    return [to_epoch(row) for row in rows]
