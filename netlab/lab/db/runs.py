"""Read the runs of a lab, and store what people request and workers report.

Every query uses an index, so that it is quick with 10,000 runs.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from netlab.errors import LabError, did_you_mean
from netlab.events import Event
from netlab.lab.db.apply_events import ColumnValues, apply_events
from netlab.lab.db.connection import disk_error
from netlab.lab.db.lab_file import LabFile
from netlab.lab.db.register_study import requeue
from netlab.lab.db.row_mapping import RUN_COLUMNS, to_entry, to_epoch, to_run
from netlab.lab.records import Entry, Epoch, Run
from netlab.lab.run_state import ALLOWED_STATES, RESTARTABLE_STATES, State, StopRequest
from netlab.suggest import suggest

_SELECT_ENTRIES = f"""
    SELECT study.name AS study, entry.variant AS variant, {RUN_COLUMNS}
    FROM study
    JOIN plan ON plan.study = study.id
    JOIN entry ON entry.plan = plan.id
    JOIN run ON run.id = entry.run
    JOIN series USING (series)
    LEFT JOIN variant ON variant.plan = plan.id AND variant.name = entry.variant
"""  # noqa: S608


class Runs:
    """The runs of a lab, and their entries in studies."""

    def __init__(self, file: LabFile) -> None:
        self._file = file

    def get(self, run_id: str) -> Run:
        """The run with this id, or the only one whose id starts with it. Raises `LabError`."""
        with self._file.reading() as conn:
            name = _resolve_id(conn, run_id, self._file.path)
            return runs_by_id(conn, [name])[name]

    def by_id(self, ids: Iterable[str]) -> dict[str, Run]:
        with self._file.reading() as conn:
            return runs_by_id(conn, ids)

    def entries(
        self, study: str | None = None, condition: str | None = None, *, past: bool = False
    ) -> list[Entry]:
        """The runs by study and variant, in the order of the recipe, then by seed.

        None means all studies, or all conditions. `past` adds runs that are no longer current:
        a run with `again` replaced them, or their variant has changed since.
        Raises `LabError` for an unknown study.
        """
        where, values = _in_study(study, condition)
        if not past:
            where += " AND entry.current = 1"
        with self._file.reading() as conn:
            rows = conn.execute(
                f"{_SELECT_ENTRIES} WHERE {where}"
                " ORDER BY study.id, plan.id, variant.position IS NULL, variant.position,"
                " entry.seed, entry.id",
                values,
            ).fetchall()
            if study is not None and not rows:
                require_study(conn, study)
        return [to_entry(row) for row in rows]

    def entries_for(self, runs: Iterable[str]) -> list[Entry]:
        """One entry for each of these runs (the latest, if it has several), in queue order."""
        with self._file.reading() as conn:
            rows = conn.execute(
                f"{_SELECT_ENTRIES} WHERE entry.id IN (SELECT max(id) FROM entry WHERE run IN"  # noqa: S608
                " (SELECT value FROM json_each(?)) GROUP BY run) ORDER BY run.queue_position",
                (json.dumps(list(runs)),),
            ).fetchall()
        return [to_entry(row) for row in rows]

    def count_outdated(self, study: str | None = None, condition: str | None = None) -> int:
        """How many done runs belonged to a study that now has no current run with their hash.

        None means all studies, or all conditions.
        """
        where, values = _in_study(study, condition)
        with self._file.reading() as conn:
            row = conn.execute(
                "SELECT count(DISTINCT run.id) FROM entry"  # noqa: S608
                " JOIN plan ON plan.id = entry.plan JOIN study ON study.id = plan.study"
                " JOIN run ON run.id = entry.run"
                f" WHERE {where} AND entry.current = 0 AND run.state = 'done' AND NOT EXISTS"
                # In this order, because a hash has few runs, but a plan has many entries.
                " (SELECT 1 FROM run AS alike CROSS JOIN entry AS now ON now.run = alike.id"
                "  WHERE alike.hash = run.hash AND now.plan = entry.plan AND now.current = 1)",
                values,
            ).fetchone()
        return int(row[0])

    def epochs(self, run_id: str) -> list[Epoch]:
        """The epochs of a run in order; for an epoch that was reported twice, the last report."""
        with self._file.reading() as conn:
            rows = conn.execute("SELECT * FROM epoch WHERE run = ? ORDER BY epoch", (run_id,))
            return [to_epoch(row) for row in rows]

    def ingest(self, run_id: str, events: Iterable[Event]) -> None:
        """Apply events of a run in order; those already applied are skipped. Raises `LabError`."""
        with self._file.writing() as conn:
            row = conn.execute("SELECT * FROM run WHERE id = ?", (run_id,)).fetchone()
            if row is None:
                raise LabError(f"the lab has no run '{run_id}'")
            changed, epochs = apply_events(dict(row), events)
            self._file.tables.table("run").update(run_id, changed)
            self._file.tables.table("epoch").insert_all(
                ({"run": run_id, **epoch} for epoch in epochs), replace=True
            )

    def update(self, run_id: str, changed: ColumnValues) -> None:
        with self._file.writing():
            self._file.tables.table("run").update(run_id, changed)

    def request_stop(self, run_id: str, request: StopRequest | None) -> None:
        """Request that a run stops or pauses; None takes back the request for a running run.

        A queued run (or a paused one, for `stop`) changes its state now; a running run does so
        when its supervisor sees the request. Runs in other states stay as they are.
        """
        with self._file.writing() as conn:
            conn.execute(
                "UPDATE run SET stop_request = ? WHERE id = ? AND state = 'running'",
                (request, run_id),
            )
            idle = _IF_IDLE.get(request)
            if idle is not None:
                state, allowed = idle
                message = f"{state} on request while it waited"
                conn.execute(
                    "UPDATE run SET state = ?, message = ? WHERE id = ? AND state <> 'running'"
                    " AND state IN (SELECT value FROM json_each(?))",
                    (state, message, run_id, json.dumps(allowed)),
                )

    def requeue(self, *run_ids: str) -> None:
        """Put runs that have ended without a result at the end of the queue, in this order.

        Raises `LabError`, and changes nothing, if one is done. Queued and running runs stay.
        """
        with self._file.writing() as conn:
            for run_id in run_ids:
                if self.get(run_id).state == "done":
                    raise LabError(f"run {run_id} is done: there is nothing to go on with")
                requeue(conn, run_id, only=RESTARTABLE_STATES)

    def remove(self, run_id: str) -> None:
        """Delete a run, its entries in studies and its folder. Raises `LabError` while it runs."""
        with self._file.writing() as conn:
            if self.get(run_id).state == "running":
                stop = suggest("runs", "stop", run_id, lab=self._file.path)
                raise LabError(f"run {run_id} is running: {stop} comes first")
            _delete_run(conn, run_id)
        folder = self._file.run_folder(run_id)
        try:
            if folder.exists():
                shutil.rmtree(folder)
        except OSError as error:
            raise disk_error(error, folder) from error


_IF_IDLE: dict[StopRequest | None, tuple[State, tuple[State, ...]]] = {
    "stop": ("stopped", ALLOWED_STATES["stop"]),
    "pause": ("paused", ALLOWED_STATES["pause"]),
}
"""By request: the new state of a run that is not running, and the states that allow it."""


def runs_by_id(conn: sqlite3.Connection, ids: Iterable[str]) -> dict[str, Run]:
    """By id, those of these runs that are in the lab."""
    rows = conn.execute(
        f"SELECT {RUN_COLUMNS} FROM run JOIN series USING (series)"  # noqa: S608
        " WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    return {row["id"]: to_run(row) for row in rows}


def require_study(conn: sqlite3.Connection, name: str) -> None:
    """Raise `LabError` unless there is a study of that name."""
    names = [row[0] for row in conn.execute("SELECT name FROM study")]
    if name not in names:
        file = conn.execute("PRAGMA database_list").fetchone()["file"]
        raise LabError(f"the lab {file} has no study '{name}': {did_you_mean(name, names)}")


def _in_study(study: str | None, condition: str | None) -> tuple[str, list[str]]:
    terms = {"study.name = ?": study, "plan.condition = ?": condition}
    named = {term: value for term, value in terms.items() if value is not None}
    return " AND ".join(["1", *named]), list(named.values())


def _resolve_id(conn: sqlite3.Connection, start: str, lab: Path) -> str:
    if conn.execute("SELECT 1 FROM run WHERE id = ?", (start,)).fetchone():
        return start
    rows = conn.execute(
        "SELECT id FROM run WHERE id >= ? AND id < ? ORDER BY id", (start, start + "\U0010ffff")
    ).fetchall()
    found = [str(row["id"]) for row in rows]
    if not start or not found:
        raise LabError(f"the lab has no run '{start}': {suggest('runs', lab=lab)} lists them")
    if len(found) > 1:
        some = ", ".join(found[:4]) + (", …" if len(found) > 4 else "")
        raise LabError(f"'{start}' could be {len(found)} runs ({some}): give more of the id")
    return found[0]


def _delete_run(conn: sqlite3.Connection, run_id: str) -> None:
    plans = conn.execute("SELECT DISTINCT plan FROM entry WHERE run = ?", (run_id,)).fetchall()
    conn.execute("DELETE FROM run_request WHERE run = ?", (run_id,))
    conn.execute("DELETE FROM epoch WHERE run = ?", (run_id,))
    conn.execute("DELETE FROM entry WHERE run = ?", (run_id,))
    conn.execute("DELETE FROM run WHERE id = ?", (run_id,))
    conn.execute("DELETE FROM series WHERE series NOT IN (SELECT series FROM run)")
    for (plan,) in plans:
        # Delete plans whose last entry this was; a plan registered without runs is not affected.
        if conn.execute("SELECT 1 FROM entry WHERE plan = ?", (plan,)).fetchone():
            continue
        conn.execute("DELETE FROM variant WHERE plan = ?", (plan,))
        conn.execute("DELETE FROM claim WHERE plan = ?", (plan,))
        conn.execute("DELETE FROM plan WHERE id = ?", (plan,))
    conn.execute("DELETE FROM study WHERE id NOT IN (SELECT study FROM plan)")
