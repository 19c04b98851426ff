"""The claims of studies, with the time of each, and the history of those that were changed."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from netlab.errors import CheckError
from netlab.lab.db.connection import first_value
from netlab.lab.db.row_mapping import to_claim
from netlab.lab.records import PastClaim, StudyClaim
from netlab.measures import MEASURES
from netlab.recipe.claims.parser import parse_check

if TYPE_CHECKING:
    from sqlite_utils import Database

CLAIM_FIELDS = ("says", "check", "source", "figure")
"""The fields of a claim. The first two are its statement; the others name its source."""


def claim_hash(claim: Mapping[str, Any]) -> str:
    """The hash of a claim's statement, which is `says` and `check`."""
    statement = [claim.get("says") or "", claim.get("check") or ""]
    text = json.dumps(statement, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:16]


def record_claims(
    db: Database, plan: int, claims: Sequence[Mapping[str, Any]], run_hashes: Collection[str]
) -> None:
    """Make `claims` the current claims of a plan with runs of `run_hashes`, in a transaction.

    Call it before those runs are linked to the plan. A statement that the plan already has keeps
    its time; claims that are not in `claims` become history. If a result could be known (a run of
    the plan has started, or `netlab time` has measured what the check uses), new claims are marked
    `changed`, and those that become history `replaced_late`.
    """
    now = time.time()
    started = count_started(db.conn, plan)
    timed = _count_timing_rounds(db.conn, plan) > 0

    def could_be_known(check: str) -> bool:
        return started > 0 or (timed and _uses_timings(check))

    rows = db.query(
        'SELECT id, hash, "check" FROM claim WHERE plan = ? AND replaced IS NULL', [plan]
    )
    gone = {row["hash"]: row for row in rows}
    new = []
    for position, claim in enumerate(claims):
        fields: dict[str, Any] = {name: str(claim.get(name) or "") for name in CLAIM_FIELDS}
        fields["position"] = position
        same = gone.pop(claim_hash(claim), None)
        if same is not None:
            db.table("claim").update(same["id"], fields)
            continue
        new.append(
            {
                **fields,
                "plan": plan,
                "hash": claim_hash(claim),
                "fixed": now,
                "started": max(started, _count_started_hashes(db.conn, run_hashes)),
                "changed": could_be_known(claim.get("check") or ""),
            }
        )
    db.table("claim").insert_all(new)
    for row in gone.values():
        late = could_be_known(row["check"])
        db.table("claim").update(row["id"], {"replaced": now, "replaced_late": late})


def count_started(conn: sqlite3.Connection, plan: int) -> int:
    """How many runs of the plan, current or replaced, have ever started."""
    return first_value(
        conn,
        "SELECT count(DISTINCT run.id) FROM entry JOIN run ON run.id = entry.run"
        " WHERE entry.plan = ? AND run.started IS NOT NULL",
        plan,
    )


def count_known(conn: sqlite3.Connection, plan: int, claim: str | None) -> int:
    """How many results could be known about the claim with that hash, or about the study (None).

    Counts the runs that have started and, if the claim uses timings, the rounds of timing.
    """
    row = conn.execute(
        'SELECT "check" FROM claim WHERE plan = ? AND hash = ?', (plan, claim)
    ).fetchone()
    rounds = _count_timing_rounds(conn, plan) if row and _uses_timings(row["check"]) else 0
    return count_started(conn, plan) + rounds


def _count_started_hashes(conn: sqlite3.Connection, hashes: Collection[str]) -> int:
    return first_value(
        conn,
        "SELECT count(DISTINCT hash) FROM run WHERE started IS NOT NULL"
        " AND hash IN (SELECT value FROM json_each(?))",
        json.dumps(list(hashes)),
    )


def _count_timing_rounds(conn: sqlite3.Connection, plan: int) -> int:
    return first_value(
        conn,
        "SELECT count(*) FROM timing WHERE series IN (SELECT series FROM variant WHERE plan = ?)",
        plan,
    )


def _uses_timings(check: str) -> bool:
    """Whether rounds of timing may decide a check; False for a check that cannot be parsed."""
    try:
        named = {value.measure for value in parse_check(check).measure_refs} & MEASURES.keys()
    except CheckError:
        return False
    return any(MEASURES[name].from_timing or MEASURES[name].deterministic for name in named)


def current_claims(conn: sqlite3.Connection, plan: int) -> tuple[StudyClaim, ...]:
    """The current claims of a plan, in the order of the recipe."""
    rows = conn.execute(
        "SELECT * FROM claim WHERE plan = ? AND replaced IS NULL ORDER BY position, id", (plan,)
    )
    return tuple(to_claim(row) for row in rows)


def past_claims(conn: sqlite3.Connection, plan: int) -> tuple[PastClaim, ...]:
    """The claims that a plan no longer makes, the last replaced first."""
    rows = conn.execute(
        "SELECT * FROM claim WHERE plan = ? AND replaced IS NOT NULL"
        " ORDER BY replaced DESC, position",
        (plan,),
    )
    return tuple(PastClaim(to_claim(r), r["replaced"], bool(r["replaced_late"])) for r in rows)
