"""The pool of workers and the queue, where several processes meet. With real processes."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from lab_studies import fake_worker, study, wait_for

from netlab.events import EVENT_FILE, read_events
from netlab.lab.db.run_queue import RunQueue
from netlab.lab.process_id import ProcessId
from netlab.lab.records import Entry
from netlab.lab.scheduler.supervisor import SupervisorOutcome, supervise
from netlab.lab.scheduler.workers import WorkerPool
from netlab.lab.store import Lab


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with Lab.open(tmp_path / "lab.db", create=True) as opened:
        yield opened


@pytest.fixture
def one(lab: Lab) -> list[Entry]:
    """A study of one run."""
    return lab.studies.register(study(channels=(4,), seeds=(0,)))


def trained(lab: Lab, entries: Sequence[Entry], *options: str, jobs: int = 1) -> SupervisorOutcome:
    return supervise(lab, entries, jobs=jobs, command=fake_worker(*options), poll_interval=0.01)


def test_a_run_that_is_being_stopped_goes_on_if_it_is_requested_meanwhile(
    lab: Lab, one: list[Entry], tmp_path: Path
) -> None:
    run = one[0].run.id
    other = ProcessId.of(os.getppid())
    first = WorkerPool(lab, command=fake_worker("--gate", str(tmp_path / "never")))
    lab.queue.request([run], other, None)
    first.start_queued()
    child = first.workers[run].child
    assert child is not None
    events = lab.run_folder(run) / EVENT_FILE
    wait_for(lambda: events.exists() and '"epoch"' in events.read_text())
    assert lab.queue.interrupt(other) == [run]
    assert trained(lab, one).exit_code == 0
    assert child.wait(120) == 3
    assert lab.runs.get(run).state == "done"
    kinds = [event.kind for event in read_events(events)[0]]
    assert (kinds.count("started"), kinds.count("stopped")) == (2, 1)


def test_after_ctrl_c_runs_that_others_queue_again_are_not_waited_for(
    lab: Lab, one: list[Entry]
) -> None:
    runs = [one[0].run.id]
    lab.queue.request(runs, ProcessId.of(os.getppid()), None)
    assert lab.queue.any_active(runs)
    assert not lab.queue.any_active(runs, include_queued=False)


def test_a_worker_whose_start_was_not_recorded_is_found(
    lab: Lab, one: list[Entry], tmp_path: Path
) -> None:
    """Its supervisor died before it recorded the worker; a second must not be started."""
    gate = tmp_path / "gate"
    first = WorkerPool(lab, command=fake_worker("--gate", str(gate)))
    lab.queue.request([one[0].run.id], ProcessId.current(), None)
    first.start_queued()
    child = first.workers[one[0].run.id].child
    assert child is not None
    # It takes its lock some moments after it has started.
    wait_for((lab.run_folder(one[0].run.id) / EVENT_FILE).exists)
    with lab.writing() as conn:
        conn.execute("UPDATE run SET worker = NULL")
    second = WorkerPool(lab)
    second.adopt_orphans()
    found = second.workers[one[0].run.id].process_id
    assert found is not None
    assert found.pid == child.pid
    assert lab.runs.get(one[0].run.id).worker == str(found)
    gate.touch()
    wait_for(lambda: child.poll() is not None)
    second.poll()
    assert lab.runs.get(one[0].run.id).state == "done"


def test_no_second_worker_starts_before_the_first_has_exited(
    lab: Lab, one: list[Entry], tmp_path: Path
) -> None:
    run = one[0].run.id
    gate = tmp_path / "gate"
    pool = WorkerPool(lab, command=fake_worker("--gate", str(gate)))
    lab.queue.request([run], ProcessId.current(), None)
    pool.start_queued()
    worker = pool.workers.pop(run)
    with lab.writing() as conn:
        conn.execute("UPDATE run SET state = 'queued'")
    pool.start_queued()
    assert pool.workers == {}
    assert worker.child is not None
    gate.touch()
    worker.child.wait(120)
    pool.start_queued()
    assert (pool.workers, lab.runs.get(run).state) == ({}, "done")


def test_adopting_ingests_missed_events_and_records_dead_workers(
    lab: Lab, one: list[Entry]
) -> None:
    run = one[0].run.id
    first = WorkerPool(lab, command=fake_worker("--die", "SIGKILL"))
    lab.queue.request([run], ProcessId.current(), None)
    first.start_queued()
    child = first.workers[run].child
    assert child is not None
    child.wait(120)
    WorkerPool(lab).adopt_orphans()
    dead = lab.runs.get(run)
    assert (dead.state, dead.reason, dead.epoch) == ("interrupted", None, 1)
    assert dead.message is not None
    assert dead.message.startswith("its worker is gone: killed, crashed, or the machine")


def test_a_run_may_be_removed_while_its_worker_exits(lab: Lab, one: list[Entry]) -> None:
    """Its last event is in the lab, its process not yet gone."""
    run = one[0].run.id
    pool = WorkerPool(lab, command=fake_worker())
    lab.queue.request([run], ProcessId.current(), None)
    pool.start_queued()
    child = pool.workers[run].child
    assert child is not None
    child.wait(120)
    events, _ = read_events(lab.run_folder(run) / EVENT_FILE)
    lab.runs.ingest(run, events)
    lab.runs.remove(run)
    pool.poll()
    assert pool.workers == {}


class OtherProcess:
    """Another live process, which requests a run as soon as the requesters have been looked at."""

    def __init__(self, lab: Lab, run: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lab, self.run = lab, run
        self.requested = False
        look = RunQueue.requesters

        def requesters(queue: RunQueue) -> list[ProcessId]:
            found = look(queue)
            self.request()
            return found

        monkeypatch.setattr(RunQueue, "requesters", requesters)

    def request(self) -> None:
        """What `RunQueue.request` does; a transaction in its way makes it try again later."""
        conn = sqlite3.connect(self.lab.path, timeout=0)
        other = str(ProcessId.of(os.getppid()))
        with (
            contextlib.suppress(sqlite3.OperationalError),
            contextlib.closing(conn),
            conn,
        ):
            if not self.requested:
                conn.execute("UPDATE run SET state = 'queued' WHERE state = 'interrupted'")
                conn.execute(
                    "INSERT INTO run_request (run, requester) VALUES (?, ?)", (self.run, other)
                )
                self.requested = True


def test_a_run_requested_at_this_moment_is_not_orphaned(
    lab: Lab, one: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = one[0].run.id
    other = OtherProcess(lab, run, monkeypatch)
    lab.queue.interrupt_orphaned()
    other.request()
    assert lab.runs.get(run).state == "queued"


def test_ctrl_c_interrupts_no_run_that_another_requests_at_this_moment(
    lab: Lab, one: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = one[0].run.id
    lab.queue.request([run], ProcessId.current(), None)
    other = OtherProcess(lab, run, monkeypatch)
    lab.queue.interrupt(ProcessId.current())
    other.request()
    assert lab.runs.get(run).state == "queued"
