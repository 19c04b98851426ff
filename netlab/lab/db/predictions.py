"""Predictions: what people expected of a study, with the results that existed by then."""

from __future__ import annotations

import time

from netlab.lab.db import claim_history
from netlab.lab.db.lab_file import LabFile
from netlab.lab.records import Prediction


class Predictions:
    """The predictions about studies; a study need not be in the lab yet."""

    def __init__(self, file: LabFile) -> None:
        self._file = file

    def add(
        self,
        study: str,
        condition: str,
        text: str = "",
        *,
        claim: str | None = None,
        verdict: str | None = None,
    ) -> Prediction:
        """Store a prediction about the claim with the hash `claim`, or about the whole study.

        Its `started` is what `count_known` gives now. Earlier predictions are kept.
        """
        with self._file.writing() as conn:
            row = conn.execute(
                "SELECT plan.id FROM plan JOIN study ON study.id = plan.study"
                " WHERE study.name = ? AND plan.condition = ?",
                (study, condition),
            ).fetchone()
            known = claim_history.count_known(conn, row["id"], claim) if row else 0
            prediction = Prediction(claim, verdict, text, time.time(), known)
            self._file.tables.table("prediction").insert(
                {"study": study, "condition": condition, **prediction._asdict()}
            )
        return prediction

    def about(self, study: str, condition: str) -> list[Prediction]:
        """Every prediction about a study under one condition, in the order of writing."""
        with self._file.reading() as conn:
            rows = conn.execute(
                "SELECT claim, verdict, text, at, started FROM prediction"
                " WHERE study = ? AND condition = ? ORDER BY id",
                (study, condition),
            )
            return [Prediction(*row) for row in rows]
