"""Commands and workers that are killed, interrupted and taken over: with real processes."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lab_studies import fake_worker, study, wait_for

from netlab.events import EVENT_FILE
from netlab.lab.db.run_queue import ORPHANED_MESSAGE
from netlab.lab.process_id import ProcessId
from netlab.lab.records import Run
from netlab.lab.scheduler.reconcile import (
    inferred_entries,
    reconcile,
    reconciled_entries,
    wait_until_stopped,
)
from netlab.lab.scheduler.start_supervisor import start_supervisor
from netlab.lab.scheduler.start_worker import child_environment, python_command
from netlab.lab.scheduler.supervisor import supervise
from netlab.lab.store import Lab

SUPERVISOR = Path(__file__).with_name("fake_supervisor.py")


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with Lab.open(tmp_path / "lab.db", create=True) as opened:
        yield opened


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """Workers wait after their first epoch until this file is there."""
    return tmp_path / "gate"


Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start(lab: Lab, gate: Path) -> Iterator[Start]:
    """Starts a command that gets a study done; none is left when the test ends."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(name: str = "widths") -> subprocess.Popen[bytes]:
        command = [sys.executable, str(SUPERVISOR), str(lab.path), name, "--gate", str(gate)]
        started.append(subprocess.Popen(command, env=child_environment(), start_new_session=True))
        return started[-1]

    yield begin
    gate.touch()
    for process in started:
        process.kill()
        process.wait(120)
    for entry in lab.runs.entries():
        if entry.run.worker and (worker := ProcessId.parse(entry.run.worker)).is_alive():
            with contextlib.suppress(ProcessLookupError):  # it may end by itself at this moment
                os.kill(worker.pid, signal.SIGKILL)


def first_run(lab: Lab) -> Run:
    return lab.runs.entries()[0].run


def in_second_epoch(lab: Lab) -> Run | None:
    run = first_run(lab)
    return run if run.epoch == 1 and run.state == "running" and run.worker else None


def worker_of(run: Run) -> ProcessId:
    assert run.worker is not None
    return ProcessId.parse(run.worker)


def starts(lab: Lab, run: str) -> int:
    lines = (lab.run_folder(run) / EVENT_FILE).read_text().splitlines()
    return sum(json.loads(line)["kind"] == "started" for line in lines)


def test_ctrl_c_keeps_what_was_trained_and_the_next_command_goes_on(
    lab: Lab, start: Start, gate: Path
) -> None:
    lab.studies.register(study(seeds=(0,)))
    process = start()
    wait_for(lambda: in_second_epoch(lab))
    process.send_signal(signal.SIGINT)
    assert process.wait(120) == 130
    running, waiting = (entry.run for entry in lab.runs.entries())
    assert running.state == waiting.state == "interrupted"
    assert running.message is not None
    assert running.message.startswith("stopped by Ctrl-C after step 10 of 30")
    assert waiting.message == "stopped by Ctrl-C before it began"
    assert not worker_of(running).is_alive()
    gate.touch()
    assert start().wait(120) == 0
    assert {entry.run.state for entry in lab.runs.entries()} == {"done"}


def test_a_second_ctrl_c_leaves_at_once_and_the_workers_stop_by_themselves(
    lab: Lab, tmp_path: Path
) -> None:
    lab.studies.register(study(channels=(4,), seeds=(0,)))
    options = ["--ignore-stop", "--gate", str(tmp_path / "never")]
    command = [sys.executable, str(SUPERVISOR), str(lab.path), "widths", *options]
    process = subprocess.Popen(command, env=child_environment(), stderr=subprocess.PIPE)
    assert process.stderr is not None
    worker = worker_of(wait_for(lambda: in_second_epoch(lab)))
    process.send_signal(signal.SIGINT)
    assert b"Ctrl-C again leaves at once" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    process.stderr.close()
    assert process.wait(120) == 130
    assert worker.is_alive()
    assert first_run(lab).stop_request == "interrupt"
    os.kill(worker.pid, signal.SIGKILL)
    wait_for(lambda: not worker.is_alive())
    reconcile(lab)
    assert first_run(lab).state == "interrupted"


def test_training_outlives_its_supervisor_and_is_adopted_by_the_next(
    lab: Lab, start: Start, gate: Path
) -> None:
    lab.studies.register(study(seeds=(0,)))
    process = start()
    run = wait_for(lambda: in_second_epoch(lab))
    process.kill()
    process.wait(120)
    assert worker_of(run).is_alive()
    after = start()
    gate.touch()
    assert after.wait(120) == 0
    assert {entry.run.state for entry in lab.runs.entries()} == {"done"}
    assert starts(lab, run.id) == 1


def test_what_ends_while_nobody_supervises_is_found_done(
    lab: Lab, start: Start, gate: Path
) -> None:
    lab.studies.register(study(seeds=(0,)))
    process = start()
    run = wait_for(lambda: in_second_epoch(lab))
    process.kill()
    process.wait(120)
    gate.touch()
    wait_for(lambda: not worker_of(run).is_alive())
    assert lab.runs.get(run.id).state == "running"
    done, left = (entry.run for entry in reconciled_entries(lab))
    assert done.state == "done"
    assert (left.state, left.message) == ("interrupted", ORPHANED_MESSAGE)


def test_a_worker_that_dies_while_nobody_supervises_is_found_interrupted(
    lab: Lab, start: Start, gate: Path
) -> None:
    lab.studies.register(study(channels=(4,), seeds=(0,)))
    process = start()
    run = wait_for(lambda: in_second_epoch(lab))
    process.kill()
    process.wait(120)
    os.kill(worker_of(run).pid, signal.SIGKILL)
    wait_for(lambda: not worker_of(run).is_alive())
    with Lab.open(lab.path, readonly=True) as reader:
        seen = inferred_entries(reader, reader.runs.entries())[0].run
    assert lab.runs.get(run.id).state == "running"
    assert (seen.state, seen.epoch) == ("interrupted", 1)
    assert reconcile(lab)
    found = lab.runs.get(run.id)
    assert (found.state, found.message) == ("interrupted", seen.message)
    gate.touch()
    assert start().wait(120) == 0
    assert starts(lab, run.id) == 2


def test_a_killed_worker_is_reported_and_resumed(lab: Lab, start: Start, gate: Path) -> None:
    lab.studies.register(study(channels=(4,), seeds=(0,)))
    process = start()
    run = wait_for(lambda: in_second_epoch(lab))
    os.kill(worker_of(run).pid, signal.SIGKILL)
    assert process.wait(120) == 1
    killed = lab.runs.get(run.id)
    assert (killed.state, killed.reason) == ("interrupted", "killed")
    gate.touch()
    assert start().wait(120) == 0
    assert [epoch.epoch for epoch in lab.runs.epochs(run.id)] == [1, 2, 3]


def test_a_waiting_command_takes_over_when_the_supervisor_dies(
    lab: Lab, start: Start, gate: Path
) -> None:
    lab.studies.register(study(seeds=(0,)))
    first = start()
    run = wait_for(lambda: in_second_epoch(lab))
    second = start()
    wait_for(lambda: len(lab.queue.requesters()) == 2)
    assert not reconcile(lab)
    first.kill()
    first.wait(120)
    gate.touch()
    assert second.wait(120) == 0
    assert {entry.run.state for entry in lab.runs.entries()} == {"done"}
    assert starts(lab, run.id) == 1


@pytest.mark.parametrize("which", [0, 1], ids=["the supervisor", "the one that waits"])
def test_ctrl_c_stops_nothing_that_another_command_requests_too(
    lab: Lab, start: Start, gate: Path, which: int
) -> None:
    lab.studies.register(study(seeds=(0,)))
    first = start()
    run = wait_for(lambda: in_second_epoch(lab))
    both = [first, start()]
    wait_for(lambda: len(lab.queue.requesters()) == 2)
    leaves, stays = both[which], both[1 - which]
    leaves.send_signal(signal.SIGINT)
    assert leaves.wait(120) == 130
    gate.touch()
    assert stays.wait(120) == 0
    assert {entry.run.state for entry in lab.runs.entries()} == {"done"}
    assert starts(lab, run.id) == 1


def test_ctrl_c_of_a_waiting_command_interrupts_only_its_own_runs(
    lab: Lab, start: Start, gate: Path
) -> None:
    lab.studies.register(study(seeds=(0,)))
    first = start()
    run = wait_for(lambda: in_second_epoch(lab))
    lab.studies.register(study(name="more", channels=(5,), seeds=(0,)))
    second = start("more")
    wait_for(lambda: len(lab.queue.requesters()) == 2)
    second.send_signal(signal.SIGINT)
    assert second.wait(120) == 130
    assert lab.runs.entries("more")[0].run.state == "interrupted"
    gate.touch()
    assert first.wait(120) == 0
    assert lab.runs.get(run.id).state == "done"
    assert lab.runs.entries("more")[0].run.state == "interrupted"


def test_a_stop_reaches_a_worker_that_nobody_supervises(lab: Lab, start: Start) -> None:
    lab.studies.register(study(channels=(4,), seeds=(0,)))
    process = start()
    run = wait_for(lambda: in_second_epoch(lab))
    process.kill()
    process.wait(120)
    lab.runs.request_stop(run.id, "stop")
    assert wait_until_stopped(lab, [run.id], poll_interval=0.01)
    assert lab.runs.get(run.id).state == "stopped"
    assert not worker_of(run).is_alive()


def test_a_stop_by_another_command_reaches_the_supervisor(lab: Lab, start: Start) -> None:
    lab.studies.register(study(channels=(4,), seeds=(0,)))
    process = start()
    run = wait_for(lambda: in_second_epoch(lab))
    lab.runs.request_stop(run.id, "stop")
    assert wait_until_stopped(lab, [run.id], poll_interval=0.01)
    assert lab.runs.get(run.id).state == "stopped"
    assert process.wait(120) == 1


def test_waiting_for_a_stop_has_an_end(lab: Lab, start: Start) -> None:
    lab.studies.register(study(channels=(4,), seeds=(0,)))
    start()
    run = wait_for(lambda: in_second_epoch(lab))
    assert not wait_until_stopped(lab, [run.id], timeout=0.02, poll_interval=0.01)


def test_a_background_supervisor_keeps_a_log(lab: Lab) -> None:
    run = lab.studies.register(study(channels=(4,), seeds=(0,)))[0].run
    supervise(lab, lab.runs.entries(), command=fake_worker(), poll_interval=0.01)
    detached = start_supervisor(lab, [run.id], jobs=1)
    assert detached.log == lab.folder / "supervisor.log"
    wait_for(lambda: "1 of 1 runs are done already" in detached.log.read_text())
    wait_for(lambda: not ProcessId.of(detached.pid).is_alive())


def test_a_background_supervisor_says_what_is_wrong_with_the_lab(tmp_path: Path) -> None:
    ended = subprocess.run(
        python_command("netlab.lab.scheduler", str(tmp_path / "lab.db"), "x"),
        env=child_environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 2
    assert "netlab: error: there is no lab" in ended.stdout
