"""The queue of runs: which processes request them, and the states that supervisors write."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

from netlab.lab.db.apply_events import ColumnValues
from netlab.lab.db.lab_file import LabFile
from netlab.lab.db.row_mapping import RUN_COLUMNS, to_run
from netlab.lab.process_id import ProcessId
from netlab.lab.records import Run
from netlab.lab.run_state import ALLOWED_STATES

ORPHANED_MESSAGE = "was waiting to start when the command that requested it ended"

_IS_ORPHANED = (
    "state = 'queued' AND id NOT IN"
    " (SELECT run FROM run_request WHERE requester IN (SELECT value FROM json_each(?)))"
)

_ONLY_MINE = (
    "id IN (SELECT run FROM run_request WHERE requester = :me) AND id NOT IN"
    " (SELECT run FROM run_request WHERE requester IN (SELECT value FROM json_each(:others)))"
)


class RunQueue:
    """The queued and running runs of a lab. A queued run that no live process requests is orphaned."""

    def __init__(self, file: LabFile) -> None:
        self._file = file

    def request(
        self, runs: Iterable[str], requester: ProcessId, device: str | None = None
    ) -> list[str]:
        """Record that `requester` requests these runs, on `device` or the device last requested.

        Stopped, paused and interrupted runs are queued again at their old position; failed,
        diverged and done runs keep their state. Returns the runs that are stopping now; request
        them again once they have stopped.
        """
        ids = json.dumps(list(runs))
        with self._file.writing() as conn:
            conn.execute(
                "UPDATE run SET state = 'queued', reason = NULL, message = NULL, ended = NULL,"
                " stop_request = NULL WHERE id IN (SELECT value FROM json_each(?))"
                " AND state IN (SELECT value FROM json_each(?))",
                (ids, json.dumps(ALLOWED_STATES["resume"])),
            )
            conn.execute(
                "UPDATE run SET requested_device = coalesce(?, requested_device)"
                " WHERE id IN (SELECT value FROM json_each(?)) AND state = 'queued'",
                (device, ids),
            )
            conn.execute(
                "INSERT OR IGNORE INTO run_request (run, requester)"
                " SELECT id, ? FROM run WHERE id IN (SELECT value FROM json_each(?))",
                (str(requester), ids),
            )
            stopping = conn.execute(
                "SELECT id FROM run WHERE id IN (SELECT value FROM json_each(?))"
                " AND state = 'running' AND stop_request IS NOT NULL",
                (ids,),
            ).fetchall()
        return [row["id"] for row in stopping]

    def cancel(self, requester: ProcessId) -> None:
        """Take back the requests of `requester`; runs that have a worker continue."""
        with self._file.writing() as conn:
            conn.execute("DELETE FROM run_request WHERE requester = ?", (str(requester),))

    def interrupt(self, requester: ProcessId) -> list[str]:
        """Take back the requests of `requester` after Ctrl-C; gives the runs that have to stop now.

        A run that another live process requests continues.
        """
        with self._file.writing() as conn:
            # Read within the transaction: a process that requests runs during it has to wait,
            # and then queues them again.
            others = [
                str(other) for other in self.requesters() if other != requester and other.is_alive()
            ]
            names = {"me": str(requester), "others": json.dumps(others)}
            conn.execute(
                "UPDATE run SET state = 'interrupted', message ="  # noqa: S608
                " 'stopped by Ctrl-C before it began'"
                f" WHERE state = 'queued' AND {_ONLY_MINE}",
                names,
            )
            stopping = conn.execute(
                "UPDATE run SET stop_request = coalesce(stop_request, 'interrupt')"  # noqa: S608
                f" WHERE state = 'running' AND {_ONLY_MINE} RETURNING id",
                names,
            ).fetchall()
            conn.execute("DELETE FROM run_request WHERE requester = ?", (str(requester),))
        return [row["id"] for row in stopping]

    def requesters(self) -> list[ProcessId]:
        """Every process that requests a run, alive or not."""
        with self._file.reading() as conn:
            rows = conn.execute("SELECT DISTINCT requester FROM run_request").fetchall()
        return [ProcessId.parse(row["requester"]) for row in rows]

    def live_requesters(self) -> list[ProcessId]:
        """The requesting processes that may be alive: each supervises, or waits to supervise."""
        return [requester for requester in self.requesters() if requester.may_be_alive()]

    def interrupt_orphaned(self) -> None:
        """Mark orphaned runs as interrupted, because no process would start them."""
        alive = self._live_requesters_json()
        with self._file.reading() as conn:
            found = conn.execute(
                f"SELECT 1 FROM run WHERE {_IS_ORPHANED} LIMIT 1",  # noqa: S608
                (alive,),
            ).fetchone()
        if found:
            with self._file.writing() as conn:
                # Read again, to see requests made since the first read. A request made during
                # this transaction has to wait, and then queues the run again.
                conn.execute(
                    f"UPDATE run SET state = 'interrupted', message = ? WHERE {_IS_ORPHANED}",  # noqa: S608
                    (ORPHANED_MESSAGE, self._live_requesters_json()),
                )

    def queued(self, limit: int) -> list[Run]:
        """The first `limit` queued runs, in the order in which they start."""
        rows = self._select("state = 'queued' ORDER BY queue_position LIMIT ?", limit)
        return [to_run(dict(row)) for row in rows]

    def running(self) -> list[Run]:
        """Every run whose state in the lab is `running`; its worker may be gone."""
        return [to_run(columns) for columns in self.running_columns().values()]

    def running_columns(self) -> dict[str, ColumnValues]:
        """By id, the columns of each running run and of its series."""
        return {row["id"]: dict(row) for row in self._select("state = 'running'")}

    def stop_requests(self) -> list[str]:
        """The ids of the running runs that have a stop request."""
        with self._file.reading() as conn:
            rows = conn.execute(
                "SELECT id FROM run WHERE state = 'running' AND stop_request IS NOT NULL"
            ).fetchall()
        return [row["id"] for row in rows]

    def any_active(self, runs: Sequence[str], *, include_queued: bool = True) -> bool:
        """Whether any of these runs is running or, with `include_queued`, queued."""
        states = ["running", *["queued"] * include_queued]
        with self._file.reading() as conn:
            row = conn.execute(
                "SELECT 1 FROM run WHERE id IN (SELECT value FROM json_each(?))"
                " AND state IN (SELECT value FROM json_each(?)) LIMIT 1",
                (json.dumps(runs), json.dumps(states)),
            ).fetchone()
        return row is not None

    def mark_running(self, run: str) -> bool:
        """Change a queued run to running, to start it now; False if it is no longer queued."""
        with self._file.writing() as conn:
            changed = conn.execute(
                "UPDATE run SET state = 'running', worker = NULL, stop_request = NULL,"
                " live_metrics = NULL WHERE id = ? AND state = 'queued'",
                (run,),
            )
        return changed.rowcount > 0

    def set_worker(self, run: str, worker: ProcessId) -> None:
        """Store which process trains a run."""
        with self._file.writing() as conn:
            conn.execute("UPDATE run SET worker = ? WHERE id = ?", (str(worker), run))

    def _live_requesters_json(self) -> str:
        return json.dumps([str(requester) for requester in self.live_requesters()])

    def _select(self, where: str, *values: object) -> list[sqlite3.Row]:
        with self._file.reading() as conn:
            return conn.execute(
                f"SELECT {RUN_COLUMNS} FROM run JOIN series USING (series) WHERE {where}",  # noqa: S608
                values,
            ).fetchall()
