"""Leaving while runs wait, train or are being started."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from lab_studies import run_events, wait_for
from textual.pilot import Pilot
from train_labs import STARTED, enter_study, open_train, screen_text, train_app, write_events
from tui_helpers import drive, until

from netlab.lab.store import Lab
from tui.background import start_study
from tui.background.netlab_command import CommandResult
from tui.shell import quit as quit_module
from tui.train import run_requests


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


def test_leaving_an_idle_lab_asks_nothing(path: Path, lab: Lab) -> None:
    lab.runs.ingest(enter_study(lab, channels=(4,), seeds=(0,))[0], run_events())
    app = train_app(path)

    async def scenario(pilot: Pilot[Any]) -> None:
        await open_train(pilot)
        await pilot.press("ctrl+q")
        await until(pilot, lambda: not app.is_running)

    drive(app, scenario)
    assert app.return_code == 0


@pytest.mark.parametrize(
    ("key", "gone", "asked"),
    [("k", True, []), ("s", True, [["runs", "stop", "--all"]]), ("c", False, [])],
)
def test_leaving_while_runs_are_alive_asks_what_becomes_of_them(
    path: Path, lab: Lab, commands: Commands, key: str, gone: bool, asked: list[list[str]]
) -> None:
    runs = enter_study(lab)
    write_events(lab, runs[0], STARTED)
    app = train_app(path)

    async def scenario(pilot: Pilot[Any]) -> None:
        screen = await open_train(pilot)
        await pilot.press("ctrl+q")
        await until(pilot, lambda: "Leave netlab?" in screen_text(pilot))
        assert "1 run is training, 3 waiting" in screen_text(pilot)
        await pilot.press(key)
        await until(pilot, lambda: not app.is_running if gone else app.screen is screen)

    drive(app, scenario)
    assert commands.asked == asked
    assert state(lab, runs[1]) == "queued"


def test_a_study_that_is_being_started_counts_as_alive_and_is_stopped_once_it_has_runs(
    path: Path, lab: Lab, commands: Commands
) -> None:
    begun: list[bool] = []
    commands.answer = lambda: (wait_for(lambda: begun), CommandResult(0, "", ""))[1]
    app = train_app(path)

    async def scenario(pilot: Pilot[Any]) -> None:
        await open_train(pilot, runs=False)
        app.start_study("mine.yaml")
        await pilot.press("ctrl+q")
        await until(pilot, lambda: "mine is being started." in screen_text(pilot))
        await pilot.press("s")
        await until(pilot, lambda: "they will train" in screen_text(pilot))
        assert [words[0] for words in commands.asked] == ["run"]
        begun.append(True)
        await until(pilot, lambda: not app.is_running)

    drive(app, scenario)
    assert commands.asked[1:] == [["runs", "stop", "--all"]]


def test_leaving_twice_does_not_wait_for_the_checkpoints(
    path: Path, lab: Lab, commands: Commands
) -> None:
    enter_study(lab)
    over: list[bool] = []
    commands.answer = lambda: (wait_for(lambda: over), CommandResult(0, "", ""))[1]
    app = train_app(path)

    async def scenario(pilot: Pilot[Any]) -> None:
        await open_train(pilot)
        await pilot.press("ctrl+q")
        await until(pilot, lambda: "Leave netlab?" in screen_text(pilot))
        await pilot.press("s")
        await until(pilot, lambda: "Stopping" in screen_text(pilot))
        await pilot.press("ctrl+q")
        await until(pilot, lambda: not app.is_running)

    drive(app, scenario)
    over.append(True)


def test_runs_that_would_not_stop_keep_the_app_open(
    path: Path, lab: Lab, commands: Commands
) -> None:
    enter_study(lab)
    over: list[bool] = []
    commands.answer = lambda: (
        wait_for(lambda: over),
        CommandResult(2, "", "netlab: error: the lab is busy\n"),
    )[1]
    app = train_app(path)

    async def scenario(pilot: Pilot[Any]) -> None:
        screen = await open_train(pilot)
        await pilot.press("ctrl+q")
        await until(pilot, lambda: "Leave netlab?" in screen_text(pilot))
        await pilot.press("s")
        await until(pilot, lambda: "Stopping" in screen_text(pilot))
        await pilot.press("f1")
        over.append(True)
        await until(pilot, lambda: app.screen is screen)
        await until(pilot, lambda: "the lab is busy" in screen_text(pilot))

    drive(app, scenario)
