"""Train: what a person asks of runs, and starting and leaving studies."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from lab_studies import fake_worker, run_events, wait_for
from textual.pilot import Pilot
from train_labs import STARTED, enter_study, epoch, open_train, screen_text, train_app, write_events
from tui_helpers import drive, until

from netlab.events import Event
from netlab.lab.db.connection import ReadOnlyLabError
from netlab.lab.run_state import ALLOWED_STATES, RunRequest
from netlab.lab.scheduler.workers import WorkerPool
from netlab.lab.store import Lab
from tui.background import start_study
from tui.background.netlab_command import CommandResult
from tui.config.settings import Settings
from tui.lab.reconcile_lab import LabReconciled, reconcile_lab
from tui.shell import quit as quit_module
from tui.train import run_requests
from tui.train.actions import ACTIONS
from tui.train.run_requests import (
    RequestEnded,
    send_request,
)
from tui.train.screen import TrainScreen


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lab.db"


@pytest.fixture
def lab(path: Path) -> Iterator[Lab]:
    with Lab.open(path, create=True) as opened:
        yield opened


class Commands:
    """Stands in for `netlab`: keeps what was asked, and gives the answers that it is told to."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.answer: Callable[[], CommandResult] = lambda: CommandResult(0, "", "")

    def __call__(self, _lab: Path, words: Sequence[str]) -> CommandResult:
        self.asked.append(list(words))
        return self.answer()


@pytest.fixture(autouse=True)
def commands(monkeypatch: pytest.MonkeyPatch) -> Commands:
    fake_netlab = Commands()
    for module in (run_requests, start_study, quit_module):
        monkeypatch.setattr(module, "run_netlab", fake_netlab)
    return fake_netlab


def state(lab: Lab, run: str) -> str:
    return lab.runs.get(run).state


def fail(lab: Lab, run: str) -> None:
    lab.runs.ingest(run, [Event(1, 5.0, "failed", {"reason": "out-of-memory", "message": "no"})])


def test_every_action_can_be_done() -> None:
    for action in ACTIONS:
        assert callable(getattr(TrainScreen, f"action_{action.name}")), action.id


def test_a_waiting_run_is_paused_and_the_others_are_not(path: Path, lab: Lab) -> None:
    runs = enter_study(lab)

    async def scenario(pilot: Pilot[Any]) -> None:
        await open_train(pilot)
        await pilot.press("j", "p")
        await until(pilot, lambda: "‖ paused" in screen_text(pilot))
        assert [state(lab, run) for run in runs] == ["queued", "paused", "queued", "queued"]

    drive(train_app(path), scenario)


def test_what_is_asked_on_a_study_is_asked_of_all_its_runs(path: Path, lab: Lab) -> None:
    runs = enter_study(lab)
    lab.runs.ingest(runs[0], run_events())

    async def scenario(pilot: Pilot[Any]) -> None:
        await open_train(pilot)
        await pilot.press("g", "p")
        await until(pilot, lambda: screen_text(pilot).count("‖ paused") == 3)
        assert state(lab, runs[0]) == "done"

    drive(train_app(path), scenario)


def test_what_is_asked_of_a_marked_run_is_asked_of_all_marked_ones(path: Path, lab: Lab) -> None:
    runs = enter_study(lab)

    async def scenario(pilot: Pilot[Any]) -> None:
        await open_train(pilot)
        await pilot.press("space", "j", "j", "space", "p")
        await until(pilot, lambda: screen_text(pilot).count("‖ paused") == 2)
        await pilot.press("j", "p")
        await until(pilot, lambda: screen_text(pilot).count("‖ paused") == 3)
        assert [state(lab, run) for run in runs] == ["paused", "queued", "paused", "paused"]

    drive(train_app(path), scenario)


def test_a_run_that_trains_stops_though_its_supervisor_is_gone(path: Path, lab: Lab) -> None:
    runs = enter_study(lab)
    crew = WorkerPool(lab, command=fake_worker("--gate", str(path.with_name("never"))))
    crew.start_queued()
    child = crew.workers[runs[0]].child
    assert child is not None

    async def scenario(pilot: Pilot[Any]) -> None:
        await open_train(pilot)
        await until(pilot, lambda: "1/3" in screen_text(pilot))
        await pilot.press("x")
        await until(pilot, lambda: "– stopped" in screen_text(pilot))

    try:
        drive(train_app(path), scenario)
        assert child.wait(120) == 3
    finally:
        child.kill()
        child.wait()
    wait_for(lambda: state(lab, runs[0]) == "stopped")
    assert (lab.run_folder(runs[0]) / "checkpoint.pt").exists()


def test_stopping_many_is_asked_about_first(path: Path, lab: Lab) -> None:
    runs = enter_study(lab)

    async def scenario(pilot: Pilot[Any]) -> None:
        await open_train(pilot)
        await pilot.press("g", "x")
        await until(pilot, lambda: "Stop 4 runs?" in screen_text(pilot))
        await pilot.press("escape", "x", "enter")
        assert {state(lab, run) for run in runs} == {"queued"}
        await pilot.press("x", "s")
        await until(pilot, lambda: screen_text(pilot).count("– stopped") == 4)

    drive(train_app(path), scenario)


def test_the_answers_to_a_long_question_are_in_view_in_a_small_terminal(
    path: Path, lab: Lab
) -> None:
    enter_study(lab, seeds=tuple(range(15)))

    async def scenario(pilot: Pilot[Any]) -> None:
        await open_train(pilot)
        await pilot.press("g", "x")
        await until(pilot, lambda: "Stop 30 runs?" in screen_text(pilot))
        await until(pilot, lambda: "Let them go on (k)" in screen_text(pilot))
        assert "Stop them (s)" in screen_text(pilot)

    drive(train_app(path), scenario, (80, 24))


def test_resuming_goes_through_the_command_that_outlives_the_app(
    path: Path, lab: Lab, commands: Commands
) -> None:
    runs = enter_study(lab)
    lab.runs.request_stop(runs[1], "pause")
    lab.runs.request_stop(runs[3], "stop")

    async def scenario(pilot: Pilot[Any]) -> None:
        await open_train(pilot)
        await pilot.press("g", "r")
        await until(pilot, lambda: commands.asked)
        assert commands.asked == [["runs", "resume", runs[1], runs[3], "--detach"]]

    drive(train_app(path), scenario)


def test_what_failed_in_a_study_is_tried_again(path: Path, lab: Lab, commands: Commands) -> None:
    runs = enter_study(lab)
    fail(lab, runs[1])
    fail(lab, runs[2])

    async def scenario(pilot: Pilot[Any]) -> None:
        await open_train(pilot)
        # On a failed run, that one; elsewhere, all that failed in its study.
        await pilot.press("g", "j", "j", "t")
        await until(pilot, lambda: commands.asked)
        await pilot.press("k", "t")
        await until(pilot, lambda: len(commands.asked) == 2)
        assert commands.asked == [
            ["runs", "resume", runs[1], "--detach"],
            ["runs", "resume", runs[1], runs[2], "--detach"],
        ]

    drive(train_app(path), scenario)


def test_a_command_that_fails_says_so(path: Path, lab: Lab, commands: Commands) -> None:
    runs = enter_study(lab)
    lab.runs.request_stop(runs[0], "stop")
    commands.answer = lambda: CommandResult(2, "", "netlab: error: the disk [/x] is full\n")

    async def scenario(pilot: Pilot[Any]) -> None:
        await open_train(pilot)
        await pilot.press("r")
        await until(pilot, lambda: "the disk [/x] is full" in screen_text(pilot))

    drive(train_app(path), scenario)


def test_removing_is_asked_about_and_takes_the_folder_along(path: Path, lab: Lab) -> None:
    runs = enter_study(lab)
    lab.runs.ingest(runs[0], run_events())
    lab.run_folder(runs[0]).mkdir(parents=True)

    async def scenario(pilot: Pilot[Any]) -> None:
        screen = await open_train(pilot)
        await pilot.press("D")
        await until(pilot, lambda: "cannot be undone" in screen_text(pilot))
        await pilot.press("k", "D", "r")
        await until(pilot, lambda: len(screen.selection.rows) == 3)
        assert runs[0] not in screen.selection.rows
        assert not lab.run_folder(runs[0]).exists()

    drive(train_app(path), scenario)


def test_runs_that_somebody_else_has_removed_are_passed_over(path: Path, lab: Lab) -> None:
    runs = enter_study(lab)
    lab.runs.remove(runs[1])
    assert send_request(path, "remove", runs[:3]).problem is None
    assert set(lab.runs.by_id(runs)) == {runs[3]}


@pytest.mark.parametrize(
    ("seen", "key", "words"),
    [
        (True, "p", "baseline · 0 is still pausing"),
        (True, "f5", "baseline · 0 is still pausing: F5 again in a moment"),
        (True, "x", "baseline · 0 is still pausing: x again in a moment"),
        (True, "D", "baseline · 0 is still pausing: Del again in a moment"),
        (False, "f5", "baseline · 0 is still pausing: F5 again in a moment"),
    ],
)
def test_a_run_that_is_still_pausing_says_so_to_what_is_asked_next(
    path: Path, lab: Lab, monkeypatch: pytest.MonkeyPatch, seen: bool, key: str, words: str
) -> None:
    run = enter_study(lab)[0]
    write_events(lab, run, STARTED)
    over: list[bool] = []

    def slow(_lab: Path, _kind: RunRequest, runs: Sequence[str]) -> RequestEnded:
        wait_for(lambda: over)
        return RequestEnded(None, runs)

    monkeypatch.setattr("tui.train.run_actions.send_request", slow)
    app = train_app(path, Settings(keys={"train.resume": "f5"}))

    async def scenario(pilot: Pilot[Any]) -> None:
        screen = await open_train(pilot)
        await until(pilot, lambda: screen.selection.rows[run].state == "running")
        await pilot.press("p")
        if seen:
            lab.runs.request_stop(run, "pause")
            await until(pilot, lambda: screen.selection.rows[run].stop_request)
        await pilot.press(key)
        await until(pilot, lambda: words in [note.message for note in app._notifications])
        over.append(True)

    drive(app, scenario)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("p", "nothing to pause"),
        ("r", "nothing to resume"),
        ("t", "nothing to try again"),
        ("x", "nothing to stop"),
    ],
)
def test_what_cannot_be_asked_is_explained(path: Path, lab: Lab, key: str, words: str) -> None:
    runs = enter_study(lab, channels=(4,), seeds=(0,))
    lab.runs.ingest(runs[0], run_events())

    async def scenario(pilot: Pilot[Any]) -> None:
        await open_train(pilot)
        await pilot.press(key)
        await until(pilot, lambda: words in screen_text(pilot))

    drive(train_app(path), scenario, size=(160, 45))


def test_a_run_that_trains_is_not_removed(path: Path, lab: Lab) -> None:
    runs = enter_study(lab)
    write_events(lab, runs[0], STARTED, epoch(1, 1.0, 50.0))

    async def scenario(pilot: Pilot[Any]) -> None:
        await open_train(pilot)
        await pilot.press("delete")
        await until(pilot, lambda: "stop it first" in screen_text(pilot))
        assert state(lab, runs[0]) == "running"

    drive(train_app(path), scenario)


def test_requests_tell_of_a_lab_that_cannot_be_written(path: Path, lab: Lab) -> None:
    runs = enter_study(lab)
    lab.close()
    path.write_bytes(b"no lab " * 1000)
    for kind in ("pause", "stop", "remove"):
        told = send_request(path, kind, runs)
        assert "is not a lab" in (told.problem or "")
    assert set(ALLOWED_STATES) == {"pause", "stop", "resume", "retry", "remove"}


def test_states_that_cannot_be_put_right_are_no_trouble(
    path: Path, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> Lab:
        raise ReadOnlyLabError("no permission")

    monkeypatch.setattr(Lab, "open", refuse)
    assert isinstance(reconcile_lab(path), LabReconciled)


def test_the_screen_is_there_without_torch_and_without_the_lab(tmp_path: Path) -> None:
    code = "import sys, tui.train.screen, tui.shell.quit; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert not {"torch", "scipy", "netlab.lab.store", "filelock"} & set(done.stdout.split())
