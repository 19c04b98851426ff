"""The lab: one SQLite file of studies and runs, with a folder for each run beside it."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from netlab.errors import LabError
from netlab.events import Event
from netlab.lab.db import migrations, predictions, queries, register_study, timings
from netlab.lab.db.apply_events import ColumnValues, apply_events
from netlab.lab.db.connection import ReadOnlyLabError, connect, disk_error, translate_errors
from netlab.lab.records import (
    Condition,
    Entry,
    Epoch,
    PastClaim,
    Prediction,
    Request,
    Run,
    State,
    StudyInCondition,
    StudyRecord,
    StudyRegistration,
    TimingRound,
)


class Lab:
    """An open lab. Every method is one short transaction and raises `LabError` if it cannot be.

    Use it from one thread, as a context manager. Any number of processes may have it open; they
    wait for each other's transactions, never for training.
    """

    def __init__(self, path: Path, conn: sqlite3.Connection, *, readonly: bool) -> None:
        self.path = path
        self.readonly = readonly
        self._conn = conn

    @classmethod
    def open(cls, path: Path, *, create: bool = False, readonly: bool = False) -> Self:
        """Open the lab at `path`, bringing an older file up to date.

        `create` makes it where there is none; `readonly` needs no right to write and sees what
        others commit. An older file that may not be written is read as a copy in memory, brought
        up to date there. Raises `LabError` where the file is missing, no lab, from a newer
        netlab, or out of reach.
        """
        path = Path(path)
        if readonly and _needs_migration(path):
            try:
                cls.open(path).close()
            except ReadOnlyLabError:
                return cls(path, _migrated_copy(path), readonly=True)
        conn = connect(path, create=create, readonly=readonly)
        try:
            if not readonly:
                migrations.migrate(conn, path)
                conn.execute("PRAGMA foreign_keys = ON")
        except BaseException:
            conn.close()
            raise
        return cls(path, conn, readonly=readonly)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the lab cannot be used any more."""
        self._conn.close()

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, its faults told as `LabError`."""
        with translate_errors(self.path):
            yield self._conn

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The connection within one transaction, undone if anything is raised."""
        with translate_errors(self.path):
            if self.readonly:
                raise ReadOnlyLabError(f"{self.path}: opened for reading only")
            self._conn.execute("BEGIN IMMEDIATE")
            try:
                yield self._conn
                self._conn.execute("COMMIT")
            except BaseException:
                if self._conn.in_transaction:
                    self._conn.execute("ROLLBACK")
                raise

    # Folders

    @property
    def folder(self) -> Path:
        """Where the runs have their folders."""
        return self.path.with_name(f"{self.path.name.removesuffix('.db')}.runs")

    def run_folder(self, run_id: str) -> Path:
        """Where a run has its event file, checkpoint and log."""
        return self.folder / run_id

    # Studies

    def enter(
        self, entry: StudyRegistration, *, again: bool = False, retry_failed: bool = False
    ) -> list[Entry]:
        """Enter a study; its runs in the order of the recipe, then of their seeds.

        A run whose hash the lab knows, from whatever study, is used as it is; new ones are
        queued. `again` makes fresh runs of all; `retry_failed` queues failed and diverged ones.
        Runs under another condition stay where they were.
        """
        with self.writing() as conn:
            ids = register_study.register(
                conn, entry, self.folder, again=again, retry_failed=retry_failed
            )
            runs = queries.runs_by_id(conn, ids)
        names = [variant.name for variant in entry.variants for _ in variant.specs]
        return [Entry(entry.name, name, runs[run]) for name, run in zip(names, ids, strict=True)]

    def plan(self, entry: StudyRegistration) -> None:
        """Enter a study without its runs: its variants, and its claims as they are from now on."""
        with self.writing() as conn:
            register_study.register_plan(conn, entry)

    def studies(self) -> list[StudyRecord]:
        """Every study under its latest condition, the last entered first."""
        with self.reading() as conn:
            return queries.studies(conn)

    def study(self, name: str, condition: str | None = None) -> StudyRecord:
        """The study as it was entered under `condition`, by default the latest."""
        with self.reading() as conn:
            return queries.study(conn, name, condition)

    def conditions(self, study: str) -> list[Condition]:
        """The conditions under which a study was entered, the latest first."""
        with self.reading() as conn:
            return queries.conditions(conn, study)

    def plans(self) -> list[StudyInCondition]:
        """Every study under each of its conditions, the last entered first; counts, no runs."""
        with self.reading() as conn:
            return queries.plans(conn)

    def entries(
        self, study: str | None = None, condition: str | None = None, *, past: bool = False
    ) -> list[Entry]:
        """The runs in their places, in the order of the recipe, then by seed.

        Of all studies and all conditions unless one is named. `past` adds the runs whose place
        another one has taken: repeated with `again`, or of a variant that has changed since.
        """
        with self.reading() as conn:
            return queries.entries(conn, study, condition, past=past)

    def outdated(self, study: str | None = None, condition: str | None = None) -> int:
        """How many finished runs are of networks that their study had once and has no longer.

        Of all studies and all conditions unless one is named.
        """
        with self.reading() as conn:
            return queries.count_outdated(conn, study, condition)

    def entries_of(self, runs: Iterable[str]) -> list[Entry]:
        """One entry for each of these runs, in the order of the queue."""
        with self.reading() as conn:
            return queries.entries_for(conn, runs)

    # What was said beforehand

    def past_claims(self, study: str, condition: str | None = None) -> tuple[PastClaim, ...]:
        """The claims that a study made once and no longer makes, the last given up first."""
        with self.reading() as conn:
            return queries.past_claims(conn, study, condition)

    def predict(
        self,
        study: str,
        condition: str,
        text: str = "",
        *,
        claim: str | None = None,
        verdict: str | None = None,
    ) -> Prediction:
        """Write down what is thought to come out, of the claim with the hash `claim` or of all.

        The study need not be in the lab yet. What was written before stays.
        """
        with self.writing() as conn:
            return predictions.add_prediction(
                conn, study, condition, text=text, claim=claim, verdict=verdict
            )

    def predictions(self, study: str, condition: str) -> list[Prediction]:
        """What was written down about a study under one condition, in that order."""
        with self.reading() as conn:
            return predictions.predictions_for(conn, study, condition)

    # Timings

    def add_timing(self, timing: TimingRound) -> None:
        """Keep one round of timing one network; the study need not be in the lab yet."""
        with self.writing() as conn:
            timings.add_timing(conn, timing)

    def timing_rounds(
        self, study: str, condition: str | None = None
    ) -> dict[str, tuple[TimingRound, ...]]:
        """The rounds of each variant that was timed, with the hardware; all of one session.

        That is the latest of those that have timed the most variants: figures of different
        sessions may not be compared.
        """
        with self.reading() as conn:
            variants = queries.study(conn, study, condition).variants
            return timings.timings_for(conn, {v.name: v.series for v in variants if v.series})

    def timings(self, study: str, condition: str | None = None) -> timings.TimingValues:
        """The figures of `timing_rounds` alone: `{variant: {measure: {round: value}}}`."""
        return timings.timing_values(self.timing_rounds(study, condition))

    # Runs

    def run(self, run_id: str) -> Run:
        """The run called `run_id`, or whose id alone starts so."""
        with self.reading() as conn:
            name = queries.resolve_run_id(conn, run_id)
            return queries.runs_by_id(conn, [name])[name]

    def runs(self, ids: Iterable[str]) -> dict[str, Run]:
        """The runs of these ids that the lab knows, by id."""
        with self.reading() as conn:
            return queries.runs_by_id(conn, ids)

    def curve(self, run_id: str) -> list[Epoch]:
        """The epochs of a run, first to last; an epoch told twice counts as it was told last."""
        with self.reading() as conn:
            return queries.epochs(conn, run_id)

    def want(self, run_id: str, what: Request | None) -> None:
        """Ask for a run to stop or pause, or take that back.

        A waiting or paused run does so at once; a running one when its supervisor sees it.
        A run that has ended otherwise stays as it is.
        """
        with self.writing() as conn:
            conn.execute(
                "UPDATE run SET wanted = ? WHERE id = ? AND state = 'running'", (what, run_id)
            )
            if what in STATE_IF_IDLE:
                state, waiting = STATE_IF_IDLE[what]
                then = "`netlab run` or `netlab runs resume` will go on with it"
                conn.execute(
                    "UPDATE run SET state = ?, message = ? WHERE id = ?"
                    " AND state IN (SELECT value FROM json_each(?))",
                    (
                        state,
                        f"{state} on request while it waited; {then}",
                        run_id,
                        json.dumps(waiting),
                    ),
                )

    def requeue(self, *run_ids: str) -> None:
        """Put runs that have ended without a result at the end of the queue, in this order.

        Raises `LabError`, and changes nothing, if one is done. One that waits or runs goes on.
        """
        ended = ("paused", "stopped", "interrupted", "failed", "diverged")
        with self.writing() as conn:
            for run_id in run_ids:
                if self.run(run_id).state == "done":
                    raise LabError(f"run {run_id} is done: there is nothing to go on with")
                register_study.requeue(conn, run_id, only=ended)

    def remove(self, run_id: str) -> None:
        """Forget a run, its places in studies and its folder. Raises `LabError` while it runs."""
        with self.writing() as conn:
            if self.run(run_id).state == "running":
                raise LabError(f"run {run_id} is running: `netlab runs stop {run_id}` comes first")
            _delete_run(conn, run_id)
        folder = self.run_folder(run_id)
        try:
            if folder.exists():
                shutil.rmtree(folder)
        except OSError as fault:
            raise disk_error(fault, folder) from fault

    def ingest(self, run_id: str, events: Iterable[Event]) -> None:
        """Take events of a run in, in their order. Those taken in before change nothing."""
        with self.writing() as conn:
            row = conn.execute("SELECT * FROM run WHERE id = ?", (run_id,)).fetchone()
            if row is None:
                raise LabError(f"the lab has no run '{run_id}'")
            changed, epochs = apply_events(dict(row), events)
            if changed:
                update_run(conn, run_id, changed)
            for epoch in epochs:
                _upsert_epoch(conn, {"run": run_id, **epoch})


def update_run(conn: sqlite3.Connection, run_id: str, changed: ColumnValues) -> None:
    """Write columns of a run, within a transaction."""
    names = ", ".join(f"{name} = :{name}" for name in changed)
    conn.execute(f"UPDATE run SET {names} WHERE id = :id", {**changed, "id": run_id})  # noqa: S608


def _needs_migration(path: Path) -> bool:
    conn = connect(path, readonly=True)
    with contextlib.closing(conn):
        return migrations.schema_version(conn, path) < len(migrations.MIGRATIONS)


def _migrated_copy(path: Path) -> sqlite3.Connection:
    copy = sqlite3.connect(":memory:", isolation_level=None)
    copy.row_factory = sqlite3.Row
    with translate_errors(path), contextlib.closing(connect(path, readonly=True)) as conn:
        conn.backup(copy)
    migrations.migrate(copy, path)
    return copy


STATE_IF_IDLE: dict[str | None, tuple[State, tuple[State, ...]]] = {
    "stop": ("stopped", ("queued", "paused")),
    "pause": ("paused", ("queued",)),
}
"""What a request makes of a run that no worker has, and in which states it does."""


def _upsert_epoch(conn: sqlite3.Connection, epoch: ColumnValues) -> None:
    names = ", ".join(epoch)
    conn.execute(
        f"INSERT OR REPLACE INTO epoch ({names}) VALUES ({', '.join(f':{n}' for n in epoch)})",  # noqa: S608
        epoch,
    )


def _delete_run(conn: sqlite3.Connection, run_id: str) -> None:
    plans = conn.execute("SELECT DISTINCT plan FROM entry WHERE run = ?", (run_id,)).fetchall()
    conn.execute("DELETE FROM demand WHERE run = ?", (run_id,))
    conn.execute("DELETE FROM epoch WHERE run = ?", (run_id,))
    conn.execute("DELETE FROM entry WHERE run = ?", (run_id,))
    conn.execute("DELETE FROM run WHERE id = ?", (run_id,))
    conn.execute("DELETE FROM series WHERE series NOT IN (SELECT series FROM run)")
    for (plan,) in plans:
        # One that was entered without runs has nothing to lose.
        if conn.execute("SELECT 1 FROM entry WHERE plan = ?", (plan,)).fetchone():
            continue
        conn.execute("DELETE FROM variant WHERE plan = ?", (plan,))
        conn.execute("DELETE FROM claim WHERE plan = ?", (plan,))
        conn.execute("DELETE FROM plan WHERE id = ?", (plan,))
    conn.execute("DELETE FROM study WHERE id NOT IN (SELECT study FROM plan)")
