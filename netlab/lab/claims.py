"""Claims as the lab keeps them: fixed at a time, and every change of them on record."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from netlab.lab.records import PastClaim, StudyClaim

TEXTS = ("says", "check", "source", "figure")
"""What a claim is made of. Only the first two are the statement; the others say who made it."""


def claim_hash(claim: Mapping[str, Any]) -> str:
    """The hash of the statement: of what it says, and of how that is checked."""
    statement = [claim.get("says") or "", claim.get("check") or ""]
    text = json.dumps(statement, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:16]


def fix(
    conn: sqlite3.Connection,
    plan: int,
    claims: Sequence[Mapping[str, Any]],
    hashes: Collection[str],
) -> None:
    """Fix the claims of a plan whose runs shall be those of `hashes`, within a transaction.

    It must come before those runs have their places. A statement that is there already keeps its
    time; one that is new to a plan of which a run has started counts as changed. Those that are
    gone are kept as history.
    """
    now, begun, known = time.time(), started(conn, plan), _started_of(conn, hashes)
    before = {
        row["hash"]: row["id"]
        for row in conn.execute(
            "SELECT id, hash FROM claim WHERE plan = ? AND replaced IS NULL", (plan,)
        )
    }
    for position, claim in enumerate(claims):
        texts = {name: str(claim.get(name) or "") for name in TEXTS}
        facts = {**texts, "plan": plan, "position": position, "hash": claim_hash(claim)}
        same = before.pop(facts["hash"], None)
        if same is None:
            _insert(
                conn, {**facts, "fixed": now, "started": max(begun, known), "changed": begun > 0}
            )
        else:
            conn.execute(
                "UPDATE claim SET position = :position, source = :source, figure = :figure"
                " WHERE id = :id",
                {**facts, "id": same},
            )
    for gone in before.values():
        conn.execute(
            "UPDATE claim SET replaced = ?, replaced_late = ? WHERE id = ?", (now, begun > 0, gone)
        )


def started(conn: sqlite3.Connection, plan: int) -> int:
    """How many of the runs that are or were in places of the plan have ever started."""
    row = conn.execute(
        "SELECT count(DISTINCT run.id) FROM entry JOIN run ON run.id = entry.run"
        " WHERE entry.plan = ? AND run.started IS NOT NULL",
        (plan,),
    ).fetchone()
    return int(row[0])


def _started_of(conn: sqlite3.Connection, hashes: Collection[str]) -> int:
    row = conn.execute(
        "SELECT count(DISTINCT hash) FROM run WHERE started IS NOT NULL"
        " AND hash IN (SELECT value FROM json_each(?))",
        (json.dumps(list(hashes)),),
    ).fetchone()
    return int(row[0])


def current(conn: sqlite3.Connection, plan: int) -> tuple[StudyClaim, ...]:
    """The claims of a plan as they stand, in the order of the recipe."""
    rows = conn.execute(
        "SELECT * FROM claim WHERE plan = ? AND replaced IS NULL ORDER BY position, id", (plan,)
    )
    return tuple(_claim(row) for row in rows)


def past(conn: sqlite3.Connection, plan: int) -> tuple[PastClaim, ...]:
    """The claims that a plan no longer makes, the last given up first."""
    rows = conn.execute(
        "SELECT * FROM claim WHERE plan = ? AND replaced IS NOT NULL"
        " ORDER BY replaced DESC, position",
        (plan,),
    )
    return tuple(PastClaim(_claim(r), r["replaced"], bool(r["replaced_late"])) for r in rows)


def _insert(conn: sqlite3.Connection, facts: Mapping[str, Any]) -> None:
    columns = ", ".join(f'"{name}"' for name in facts)
    values = ", ".join(f":{name}" for name in facts)
    conn.execute(f"INSERT INTO claim ({columns}) VALUES ({values})", facts)  # noqa: S608


def _claim(row: sqlite3.Row) -> StudyClaim:
    return StudyClaim(
        says=row["says"],
        check=row["check"],
        source=row["source"] or "",
        figure=row["figure"] or "",
        hash=row["hash"],
        fixed=row["fixed"],
        changed=bool(row["changed"]),
        started=row["started"],
    )
