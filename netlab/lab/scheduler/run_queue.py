"""Which runs wait, who wants them done, and what supervisors write about them."""

from __future__ import annotations

import json
from collections.abc import Iterable

from netlab.lab.db.row_mapping import RUN_COLUMNS, to_run
from netlab.lab.records import Run
from netlab.lab.scheduler.process_id import ProcessId
from netlab.lab.store import Lab

ORPHANED_MESSAGE = (
    "was waiting to start when the command that wanted it ended; "
    "`netlab run` or `netlab runs resume` will start it"
)


def request_runs(
    lab: Lab, runs: Iterable[str], requester: ProcessId, device: str | None
) -> list[str]:
    """Say that `owner` wants these runs done, on `device` or on the one last asked for.

    Runs that were stopped, paused or interrupted are queued again, in their old place; failed,
    diverged and done ones stay. Gives those that train but have been told to stop: they are to be
    asked for again once they have.
    """
    leaving = []
    with lab.writing() as conn:
        for run in runs:
            conn.execute(
                "UPDATE run SET state = 'queued', reason = NULL, message = NULL, ended = NULL,"
                " wanted = NULL WHERE id = ? AND state IN ('stopped', 'paused', 'interrupted')",
                (run,),
            )
            conn.execute(
                "UPDATE run SET target = coalesce(?, target) WHERE id = ? AND state = 'queued'",
                (device, run),
            )
            conn.execute(
                "INSERT OR IGNORE INTO demand (run, owner) SELECT id, ? FROM run WHERE id = ?",
                (str(requester), run),
            )
            told = "SELECT 1 FROM run WHERE id = ? AND state = 'running' AND wanted IS NOT NULL"
            if conn.execute(told, (run,)).fetchone():
                leaving.append(run)
    return leaving


def cancel_requests(lab: Lab, requester: ProcessId) -> None:
    """Say that `owner` waits for nothing any more."""
    with lab.writing() as conn:
        conn.execute("DELETE FROM demand WHERE owner = ?", (str(requester),))


def interrupt_requests(lab: Lab, requester: ProcessId) -> list[str]:
    """Take back all that `owner` wants, as Ctrl-C does; the running runs that will now stop.

    A run that another live process wants too goes on.
    """
    only_mine = (
        "id IN (SELECT run FROM demand WHERE owner = :me) AND id NOT IN (SELECT run FROM demand"
        " WHERE owner IN (SELECT value FROM json_each(:others)))"
    )
    with lab.writing() as conn:
        # Looked at within the transaction: one that asks meanwhile waits, and then queues anew.
        others = [
            str(other) for other in requesters(lab) if other != requester and other.is_alive()
        ]
        names = {"me": str(requester), "others": json.dumps(others)}
        conn.execute(
            "UPDATE run SET state = 'interrupted', message ="  # noqa: S608
            " 'stopped by Ctrl-C before it began; `netlab run` will start it'"
            f" WHERE state = 'queued' AND {only_mine}",
            names,
        )
        rows = conn.execute(
            "UPDATE run SET wanted = coalesce(wanted, 'interrupt')"  # noqa: S608
            f" WHERE state = 'running' AND {only_mine} RETURNING id",
            names,
        ).fetchall()
        conn.execute("DELETE FROM demand WHERE owner = ?", (str(requester),))
    return [row["id"] for row in rows]


def requesters(lab: Lab) -> list[ProcessId]:
    """Every process that wants something, alive or not."""
    with lab.reading() as conn:
        rows = conn.execute("SELECT DISTINCT owner FROM demand").fetchall()
    return [ProcessId.parse(row["owner"]) for row in rows]


def queued(lab: Lab, limit: int) -> list[Run]:
    """The first `most` queued runs, in the order in which they were entered."""
    return _runs(lab, "state = 'queued' ORDER BY ticket LIMIT ?", limit)


def running(lab: Lab) -> list[Run]:
    """Every run that a worker has, as far as the lab knows."""
    return _runs(lab, "state = 'running'")


def any_active(lab: Lab, runs: Iterable[str], *, include_queued: bool = True) -> bool:
    """Whether any of these runs is running or, unless `queued` is false, queued."""
    states = ["running", *["queued"] * include_queued]
    with lab.reading() as conn:
        row = conn.execute(
            "SELECT 1 FROM run WHERE id IN (SELECT value FROM json_each(?))"
            " AND state IN (SELECT value FROM json_each(?)) LIMIT 1",
            (json.dumps(list(runs)), json.dumps(states)),
        ).fetchone()
    return row is not None


def stop_requests(lab: Lab) -> list[str]:
    """The running runs that have been asked to stop or pause."""
    with lab.reading() as conn:
        rows = conn.execute(
            "SELECT id FROM run WHERE state = 'running' AND wanted IS NOT NULL"
        ).fetchall()
    return [row["id"] for row in rows]


def interrupt_orphaned(lab: Lab) -> None:
    """Mark queued runs that no live process wants as interrupted: nobody would start them."""
    alive = _live_requesters(lab)
    with lab.reading() as conn:
        orphan = conn.execute(
            f"SELECT 1 FROM run WHERE {_IS_ORPHANED} LIMIT 1",  # noqa: S608
            (alive,),
        ).fetchone()
    if orphan:
        with lab.writing() as conn:
            # Looked at again: one that has asked since is known now, one that asks meanwhile
            # waits for this transaction, and then queues anew.
            conn.execute(
                f"UPDATE run SET state = 'interrupted', message = ? WHERE {_IS_ORPHANED}",  # noqa: S608
                (ORPHANED_MESSAGE, _live_requesters(lab)),
            )


def mark_running(lab: Lab, run: str) -> bool:
    """Take a queued run to start it now; False if it is no longer queued."""
    with lab.writing() as conn:
        changed = conn.execute(
            "UPDATE run SET state = 'running', worker = NULL, wanted = NULL, live = NULL"
            " WHERE id = ? AND state = 'queued'",
            (run,),
        )
    return changed.rowcount > 0


def set_worker(lab: Lab, run: str, worker: ProcessId) -> None:
    """Write down which process trains a run."""
    with lab.writing() as conn:
        conn.execute("UPDATE run SET worker = ? WHERE id = ?", (str(worker), run))


_IS_ORPHANED = (
    "state = 'queued' AND id NOT IN"
    " (SELECT run FROM demand WHERE owner IN (SELECT value FROM json_each(?)))"
)


def _live_requesters(lab: Lab) -> str:
    """The owners that may still be there, as a JSON list."""
    return json.dumps(
        [str(owner) for owner in requesters(lab) if owner.is_alive() or not owner.is_local]
    )


def _runs(lab: Lab, where: str, *values: object) -> list[Run]:
    with lab.reading() as conn:
        rows = conn.execute(
            f"SELECT {RUN_COLUMNS} FROM run JOIN series USING (series) WHERE {where}",  # noqa: S608
            values,
        )
        return [to_run(dict(row)) for row in rows]
