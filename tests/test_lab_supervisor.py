"""Supervising: what becomes of runs, however their workers end. With real processes."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from lab_studies import fake_worker, study

from netlab.errors import LabError
from netlab.events import CHECKPOINT_FILE, EVENT_FILE, RUN_FILE
from netlab.lab.db.connection import LabUnavailableError
from netlab.lab.db.run_queue import ORPHANED_MESSAGE, RunQueue
from netlab.lab.process_id import ProcessId
from netlab.lab.records import Entry
from netlab.lab.run_state import State
from netlab.lab.scheduler import supervisor
from netlab.lab.scheduler import workers as workers_module
from netlab.lab.scheduler.supervisor import SupervisorOutcome, supervise
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


def test_every_run_is_done_and_reported(lab: Lab) -> None:
    seen: list[list[State]] = []
    entries = lab.studies.register(study())
    outcome = supervise(
        lab,
        entries,
        command=fake_worker(),
        poll_interval=0.01,
        on_change=lambda entries: seen.append([entry.run.state for entry in entries]),
    )
    assert outcome.exit_code == 0
    assert [entry.run.state for entry in outcome.entries] == ["done"] * 4
    assert [entry.variant for entry in outcome.entries] == ["baseline", "baseline", "w8", "w8"]
    assert seen[-1] == ["done"] * 4
    assert all(states.count("running") <= 1 for states in seen)


def test_runs_that_are_done_are_not_repeated(lab: Lab, one: list[Entry]) -> None:
    trained(lab, one)
    outcome = trained(
        lab, lab.studies.register(study(channels=(4,), seeds=(0,))), "--die", "SIGKILL"
    )
    assert outcome.exit_code == 0


def test_a_worker_gets_its_job(lab: Lab, one: list[Entry]) -> None:
    supervise(lab, one, device="cuda:7", command=fake_worker(), poll_interval=0.01)
    run = one[0].run
    job = json.loads((lab.run_folder(run.id) / RUN_FILE).read_text())
    assert job == {
        "run": run.id,
        "spec": run.spec.model_dump(mode="json"),
        "device": "cuda:7",
        "threads": None,
        "jobs": 1,
    }


def test_jobs_train_at_once_and_share_the_cores(lab: Lab, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    most = 0

    def listen(entries: Sequence[Entry]) -> None:
        nonlocal most
        most = max(most, sum(entry.run.epoch == 1 for entry in entries))
        if most == 2:
            gate.touch()

    entries = lab.studies.register(study())
    supervise(
        lab,
        entries,
        jobs=2,
        command=fake_worker("--gate", str(gate)),
        on_change=listen,
        poll_interval=0.01,
    )
    assert most == 2
    job = json.loads((lab.run_folder(entries[0].run.id) / RUN_FILE).read_text())
    assert job["threads"] >= 1
    assert [run.hardware["jobs"] for run in lab.runs.by_id(e.run.id for e in entries).values()] == [
        2
    ] * 4


@pytest.mark.parametrize(
    ("options", "state", "reason", "words"),
    [
        (["--fail", "out-of-memory"], "failed", "out-of-memory", "as the test wants"),
        (["--fail", "diverged"], "diverged", "diverged", "as the test wants"),
        (["--leave", "1"], "failed", "error", "exited with code 1 and no result"),
        (["--leave", "0"], "failed", "error", "exited with code 0"),
        (
            ["--die", "SIGKILL"],
            "interrupted",
            "killed",
            "killed by SIGKILL, perhaps because memory",
        ),
        (["--die", "SIGHUP"], "interrupted", "killed", "killed by SIGHUP"),
        (["--die", "SIGABRT"], "failed", "killed", r"crashed \(SIGABRT\)"),
        (["--die", "SIGTERM"], "interrupted", None, "stopped from outside netlab"),
    ],
)
def test_however_a_worker_ends_its_run_says_so(
    lab: Lab, one: list[Entry], options: list[str], state: State, reason: str | None, words: str
) -> None:
    outcome = trained(lab, one, *options)
    run = outcome.entries[0].run
    assert (run.state, run.reason, run.epoch) == (state, reason, 1)
    assert run.ended is not None
    assert re.search(words, run.message or "")
    assert (outcome.exit_code, len(outcome.unfinished)) == (1, 1)


def test_the_others_go_on_when_one_fails(lab: Lab) -> None:
    entries = lab.studies.register(study(seeds=(0,)))
    bad = entries[0].run.id

    def command(folder: Path) -> list[str]:
        return fake_worker(*(["--fail", "error"] if folder.name == bad else []))(folder)

    outcome = supervise(lab, entries, command=command, poll_interval=0.01)
    assert [entry.run.state for entry in outcome.entries] == ["failed", "done"]


def test_a_killed_run_goes_on_from_its_checkpoint(lab: Lab, one: list[Entry]) -> None:
    killed = trained(lab, one, "--die", "SIGKILL").entries[0].run
    assert killed.message is not None
    assert "goes on from its last checkpoint, after epoch 1 of 3" in killed.message
    again = trained(lab, lab.studies.register(study(channels=(4,), seeds=(0,)))).entries[0].run
    assert (again.state, again.reason, again.message) == ("done", None, None)
    assert [epoch.epoch for epoch in lab.runs.epochs(again.id)] == [1, 2, 3]
    lines = (lab.run_folder(again.id) / EVENT_FILE).read_text().splitlines()
    resumed = [event["resumed"] for event in map(json.loads, lines) if event["kind"] == "started"]
    assert resumed == [False, True]


def test_a_killed_run_without_a_checkpoint_starts_afresh(lab: Lab, one: list[Entry]) -> None:
    def command(folder: Path) -> list[str]:
        return ["sh", "-c", "kill -KILL $$", str(folder)]

    run = supervise(lab, one, command=command, poll_interval=0.01).entries[0].run
    assert (run.state, run.reason) == ("interrupted", "killed")
    assert run.message is not None
    assert run.message.endswith("starts afresh")


def test_a_worker_that_cannot_be_started_is_a_failed_run(lab: Lab, one: list[Entry]) -> None:
    outcome = supervise(lab, one, command=lambda _: ["/no/such/program"], poll_interval=0.01)
    run = outcome.entries[0].run
    assert (run.state, run.reason) == ("failed", "error")
    assert run.message is not None
    assert "could not be started: /no/such/program" in run.message


def test_a_full_disk_at_the_start_has_its_own_reason(
    lab: Lab, one: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "run.json.new")

    monkeypatch.setattr(workers_module, "start_worker", full)
    run = trained(lab, one).entries[0].run
    assert (run.state, run.reason) == ("failed", "disk-full")


def test_stop_asks_for_a_checkpoint_and_resume_goes_on(
    lab: Lab, one: list[Entry], tmp_path: Path
) -> None:
    def stop(entries: Sequence[Entry]) -> None:
        if entries[0].run.epoch == 1 and not entries[0].run.finished:
            lab.runs.request_stop(entries[0].run.id, "stop")

    outcome = supervise(
        lab,
        one,
        command=fake_worker("--gate", str(tmp_path / "never")),
        on_change=stop,
        poll_interval=0.01,
    )
    run = outcome.entries[0].run
    assert (run.state, run.stop_request, run.epoch) == ("stopped", None, 1)
    assert json.loads((lab.run_folder(run.id) / CHECKPOINT_FILE).read_text()) == {"epoch": 1}
    lab.runs.requeue(run.id)
    assert trained(lab, one).exit_code == 0


def test_a_worker_that_does_not_stop_is_killed_after_a_while(
    lab: Lab, one: list[Entry], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers_module, "SIGTERM_TIMEOUT_S", 0.05)
    command = fake_worker("--ignore-stop", "--gate", str(tmp_path / "never"))

    def stop(entries: Sequence[Entry]) -> None:
        if entries[0].run.epoch == 1 and not entries[0].run.finished:
            lab.runs.request_stop(entries[0].run.id, "stop")

    outcome = supervise(lab, one, command=command, on_change=stop, poll_interval=0.01)
    assert outcome.entries[0].run.state == "stopped"


def test_a_lab_that_cannot_be_written_loses_no_event(
    lab: Lab, one: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a full disk or a long lock, training goes on and events are ingested later."""
    ingest, refused = lab.runs.ingest, iter(range(5))

    def refuse_first(run: str, events: object) -> None:
        if next(refused, None) is not None:
            raise LabUnavailableError("lab.db: no space left on the disk")
        ingest(run, events)  # type: ignore[arg-type]

    monkeypatch.setattr(lab.runs, "ingest", refuse_first)
    run = trained(lab, one).entries[0].run
    assert next(refused, None) is None
    assert run.state == "done"
    assert [epoch.epoch for epoch in lab.runs.epochs(run.id)] == [1, 2, 3]


def test_a_lab_that_stays_unwritable_is_an_error_once_no_worker_is_left(
    lab: Lab, one: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "LAB_RETRY_TIMEOUT_S", 0.0)

    def full(*_: object) -> bool:
        raise LabUnavailableError("lab.db: no space left on the disk")

    monkeypatch.setattr(RunQueue, "mark_running", full)
    with pytest.raises(LabError, match="no space left"):
        trained(lab, one)
    assert lab.runs.get(one[0].run.id).state == "queued"


def test_queued_runs_of_other_commands_are_trained_in_their_turn(lab: Lab) -> None:
    other = lab.studies.register(study(name="first", channels=(5,), seeds=(0,)))
    lab.queue.request([entry.run.id for entry in other], ProcessId.of(os.getppid()), None)
    mine = lab.studies.register(study(name="second", channels=(6,), seeds=(0,)))
    trained(lab, mine)
    assert lab.runs.get(other[0].run.id).state == "done"


def test_queued_runs_that_no_live_process_requests_are_not_trained(lab: Lab) -> None:
    left = lab.studies.register(study(name="first", channels=(5,), seeds=(0,)))
    dead = replace(ProcessId.current(), started=1.0)
    lab.queue.request([entry.run.id for entry in left], dead, None)
    mine = lab.studies.register(study(name="second", channels=(6,), seeds=(0,)))
    trained(lab, mine)
    run = lab.runs.get(left[0].run.id)
    assert (run.state, run.message) == ("interrupted", ORPHANED_MESSAGE)
    assert trained(lab, left).exit_code == 0


def test_two_commands_on_one_lab_train_each_run_once(lab: Lab) -> None:
    entries = lab.studies.register(study())
    outcomes: list[SupervisorOutcome] = []

    def other() -> None:
        with Lab.open(lab.path) as mine:
            outcomes.append(trained(mine, mine.runs.entries()))

    thread = threading.Thread(target=other)
    thread.start()
    outcomes.append(trained(lab, entries))
    thread.join(60)
    assert [outcome.exit_code for outcome in outcomes] == [0, 0]
    for entry in entries:
        lines = (lab.run_folder(entry.run.id) / EVENT_FILE).read_text().splitlines()
        assert sum(json.loads(line)["kind"] == "started" for line in lines) == 1


def test_the_command_of_a_worker_keeps_to_this_netlab(
    lab: Lab, one: list[Entry], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file beside the recipe must not take the place of a module."""
    (tmp_path / "netlab.py").write_text("raise SystemExit('the wrong netlab')")
    monkeypatch.chdir(tmp_path)

    def command(folder: Path) -> list[str]:
        from netlab.lab.scheduler.start_worker import python_command

        return [*python_command("netlab.lab.scheduler", "--help"), str(folder)]

    supervise(lab, one, command=command, poll_interval=0.01)
    log = (lab.run_folder(one[0].run.id) / "worker.log").read_text()
    assert "netlab.lab.scheduler" in log
    assert "wrong" not in log


def test_a_reader_of_the_lab_never_blocks_training(lab: Lab, one: list[Entry]) -> None:
    reader = sqlite3.connect(f"file:{lab.path}?mode=ro", uri=True, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM run").fetchall()
    try:
        assert trained(lab, one).exit_code == 0
    finally:
        reader.close()


def test_no_child_is_left_behind(lab: Lab, one: list[Entry]) -> None:
    trained(lab, one)
    worker = lab.runs.get(one[0].run.id).worker
    assert worker is not None
    assert not ProcessId.parse(worker).is_alive()
    with pytest.raises(ProcessLookupError):
        os.kill(ProcessId.parse(worker).pid, 0)
