"""The true state of runs, whatever has become of their supervisor."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from netlab.events import EVENT_FILE, read_events
from netlab.lab.db.apply_events import apply_events
from netlab.lab.db.connection import LabUnavailableError, ReadOnlyLabError
from netlab.lab.db.row_mapping import RUN_COLUMNS, to_run
from netlab.lab.db.run_queue import ORPHANED_MESSAGE
from netlab.lab.process_id import find_live_worker
from netlab.lab.records import Entry, Run
from netlab.lab.scheduler.exit_status import state_after_exit
from netlab.lab.scheduler.supervisor_lock import reconcile
from netlab.lab.store import Lab

log = logging.getLogger(__name__)


def reconciled_entries(lab: Lab, study: str | None = None, *, past: bool = False) -> list[Entry]:
    """`lab.entries` with true states: put right in the lab, or only here where it is read-only."""
    if not lab.readonly:
        try:
            reconcile(lab)
            return lab.runs.entries(study, past=past)
        except (ReadOnlyLabError, LabUnavailableError):
            log.debug("%s: states are computed, not written", lab.path)
    return inferred_entries(lab, lab.runs.entries(study, past=past))


def inferred_entries(lab: Lab, entries: Sequence[Entry]) -> list[Entry]:
    """`entries` as a supervisor would write them now, without writing anything."""
    alive = [owner for owner in lab.queue.requesters() if owner.is_alive() or not owner.is_local]
    seen = {run.id: _inferred_run(lab, run) for run in lab.queue.running()}
    if not alive:
        for entry in entries:
            if entry.run.state == "queued":
                seen[entry.run.id] = replace(
                    entry.run, state="interrupted", message=ORPHANED_MESSAGE
                )
    return [replace(entry, run=seen.get(entry.run.id, entry.run)) for entry in entries]


def _inferred_run(lab: Lab, run: Run) -> Run:
    folder = lab.run_folder(run.id)
    gone = find_live_worker(run.worker, folder) is None
    with lab.reading() as conn:
        row = dict(
            conn.execute(
                f"SELECT {RUN_COLUMNS} FROM run JOIN series USING (series) WHERE id = ?",  # noqa: S608
                (run.id,),
            ).fetchone()
        )
    row |= apply_events(row, read_events(folder / EVENT_FILE)[0])[0]
    if gone and row["state"] == "running":
        row |= state_after_exit(to_run(row), None, folder)
    return to_run(row)
