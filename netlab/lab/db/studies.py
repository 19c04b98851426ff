"""Register studies in the lab, and read them under each of their conditions."""

from __future__ import annotations

import json
import sqlite3

from netlab.errors import LabError, did_you_mean
from netlab.lab.db import claim_history, register_study
from netlab.lab.db.lab_file import LabFile
from netlab.lab.db.row_mapping import to_variant
from netlab.lab.db.runs import require_study, runs_by_id
from netlab.lab.records import Entry, PastClaim, StudyInCondition, StudyRecord, StudyRegistration


class Studies:
    """The studies of a lab. A condition is the data and protocol that runs share."""

    def __init__(self, file: LabFile) -> None:
        self._file = file

    def register(
        self, study: StudyRegistration, *, again: bool = False, retry_failed: bool = False
    ) -> list[Entry]:
        """Register a study; gives its entries in the order of the recipe, then of the seeds.

        If the lab has a run with the same hash, from any study, it is used as it is; new runs are
        queued. `again` makes new runs for all; `retry_failed` queues failed and diverged runs.
        The study's entries under other conditions do not change.
        """
        with self._file.writing() as conn:
            ids = register_study.register(
                self._file.tables, study, self._file.folder, again=again, retry_failed=retry_failed
            )
            runs = runs_by_id(conn, ids)
        names = [variant.name for variant in study.variants for _ in variant.specs]
        return [Entry(study.name, name, runs[run]) for name, run in zip(names, ids, strict=True)]

    def register_plan(self, study: StudyRegistration) -> None:
        """Register a study without its runs: its variants, and its claims, which are fixed now."""
        with self._file.writing():
            register_study.register_plan(self._file.tables, study)

    def get(self, name: str, condition: str | None = None) -> StudyRecord:
        """The study under `condition`, by default the last registered one. Raises `LabError`."""
        with self._file.reading() as conn:
            row = self._plan_row(conn, name, condition)
            variants = conn.execute(
                "SELECT * FROM variant WHERE plan = ? ORDER BY position", (row["id"],)
            ).fetchall()
            claims = claim_history.current_claims(conn, row["id"])
        return StudyRecord(
            name=name,
            recipe_file=row["recipe_file"],
            recipe_text=row["recipe_text"],
            question=row["question"],
            claims=claims,
            entered=row["entered"],
            variants=tuple(to_variant(variant) for variant in variants),
            design=json.loads(row["design"]),
            condition=row["condition"],
        )

    def past_claims(self, name: str, condition: str | None = None) -> tuple[PastClaim, ...]:
        """The claims that a study no longer makes, the last replaced first. Raises `LabError`."""
        with self._file.reading() as conn:
            plan = self._plan_row(conn, name, condition)["id"]
            return claim_history.past_claims(conn, plan)

    def conditions(self, name: str | None = None) -> list[StudyInCondition]:
        """All studies, or only `name`, under each of their conditions, the last registered first.

        Raises `LabError` if there is no study `name`.
        """
        with self._file.reading() as conn:
            rows = conn.execute(
                "SELECT study.name, plan.question, plan.condition, plan.label, plan.entered,"
                " count(run.id), coalesce(sum(run.state = 'done'), 0)"
                " FROM plan JOIN study ON study.id = plan.study"
                " LEFT JOIN entry ON entry.plan = plan.id AND entry.current = 1"
                " LEFT JOIN run ON run.id = entry.run WHERE ? IS NULL OR study.name = ?"
                " GROUP BY plan.id ORDER BY plan.entered DESC, plan.id DESC",
                (name, name),
            ).fetchall()
            if name is not None and not rows:
                require_study(conn, name)
        return [StudyInCondition(*row) for row in rows]

    def _plan_row(self, conn: sqlite3.Connection, name: str, condition: str | None) -> sqlite3.Row:
        row: sqlite3.Row | None = conn.execute(
            "SELECT plan.* FROM plan JOIN study ON study.id = plan.study"
            " WHERE study.name = ? AND (? IS NULL OR condition = ?)"
            " ORDER BY entered DESC, plan.id DESC LIMIT 1",
            (name, condition, condition),
        ).fetchone()
        if row is None:
            known = [known.condition for known in self.conditions(name)]
            hint = did_you_mean(condition or "", known)
            raise LabError(f"study '{name}' has no condition {condition}: {hint}")
        return row
