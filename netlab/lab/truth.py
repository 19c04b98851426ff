"""The true state of runs, whatever has become of their supervisor."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from netlab.events import EVENT_FILE, read_events
from netlab.lab import queue
from netlab.lab.connection import LabUnavailableError, ReadOnlyLabError
from netlab.lab.fold import fold
from netlab.lab.lead import reconcile
from netlab.lab.process import live_worker
from netlab.lab.records import Entry, Run
from netlab.lab.rows import RUN, run_of
from netlab.lab.store import Lab
from netlab.lab.verdict import verdict

log = logging.getLogger(__name__)


def true_entries(lab: Lab, study: str | None = None, *, past: bool = False) -> list[Entry]:
    """`lab.entries` with true states: put right in the lab, or only here where it is read-only."""
    if not lab.readonly:
        try:
            reconcile(lab)
            return lab.entries(study, past=past)
        except (ReadOnlyLabError, LabUnavailableError):
            log.debug("%s: states are computed, not written", lab.path)
    return as_seen(lab, lab.entries(study, past=past))


def as_seen(lab: Lab, entries: Sequence[Entry]) -> list[Entry]:
    """`entries` as a supervisor would write them now, without writing anything."""
    alive = [owner for owner in queue.owners(lab) if owner.alive() or not owner.here]
    seen = {run.id: _seen(lab, run) for run in queue.running(lab)}
    if not alive:
        for entry in entries:
            if entry.run.state == "queued":
                seen[entry.run.id] = replace(
                    entry.run, state="interrupted", message=queue.ABANDONED
                )
    return [replace(entry, run=seen.get(entry.run.id, entry.run)) for entry in entries]


def _seen(lab: Lab, run: Run) -> Run:
    folder = lab.run_folder(run.id)
    gone = live_worker(run.worker, folder) is None
    with lab.reading() as conn:
        row = dict(
            conn.execute(
                f"SELECT {RUN} FROM run JOIN series USING (series) WHERE id = ?",  # noqa: S608
                (run.id,),
            ).fetchone()
        )
    row |= fold(row, read_events(folder / EVENT_FILE)[0])[0]
    if gone and row["state"] == "running":
        row |= verdict(run_of(row), None, folder)
    return run_of(row)
