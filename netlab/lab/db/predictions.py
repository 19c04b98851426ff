"""What people wrote down about a study before they knew."""

from __future__ import annotations

import sqlite3
import time

from netlab.lab.db import claim_history
from netlab.lab.records import Prediction


def add_prediction(
    conn: sqlite3.Connection,
    study: str,
    condition: str,
    *,
    text: str,
    claim: str | None,
    verdict: str | None,
) -> Prediction:
    """Keep a prediction within a transaction, with how much could be known by then."""
    row = conn.execute(
        "SELECT plan.id FROM plan JOIN study ON study.id = plan.study"
        " WHERE study.name = ? AND plan.condition = ?",
        (study, condition),
    ).fetchone()
    begun = 0
    if row:
        plan = row["id"]
        begun = (
            claim_history.count_known(conn, plan, claim)
            if claim
            else claim_history.count_started(conn, plan)
        )
    made = Prediction(claim, verdict, text, time.time(), begun)
    conn.execute(
        "INSERT INTO prediction (study, condition, claim, verdict, text, at, started)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (study, condition, made.claim, made.verdict, made.text, made.at, made.started),
    )
    return made


def predictions_for(conn: sqlite3.Connection, study: str, condition: str) -> list[Prediction]:
    """Every prediction about a study under one condition, in the order of writing."""
    rows = conn.execute(
        "SELECT claim, verdict, text, at, started FROM prediction"
        " WHERE study = ? AND condition = ? ORDER BY id",
        (study, condition),
    )
    return [Prediction(*row) for row in rows]
