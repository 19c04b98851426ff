"""Studies are started in the background, by the real command."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from lab_studies import wait_for
from textual.pilot import Pilot
from train_labs import enter_study, open_train, screen_text, train_app
from tui_helpers import drive, until

from netlab.lab.store import Lab
from tui.background import start_study
from tui.background.netlab_command import CommandResult, run_netlab
from tui.background.start_study import StartOptions
from tui.shell import quit as quit_module
from tui.shell.confirm import Confirm
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


def test_the_demo_starts_in_the_background(path: Path, commands: Commands) -> None:
    def start() -> CommandResult:
        with Lab.open(path, create=True) as lab:
            enter_study(lab, "demo")
        return CommandResult(0, "", "")

    commands.answer = start

    async def scenario(pilot: Pilot[Any]) -> None:
        screen = await open_train(pilot, runs=False)
        await until(pilot, lambda: "No run yet" in screen_text(pilot))
        await pilot.press("b")
        await until(pilot, lambda: screen.selection.snapshot.groups)
        await until(pilot, lambda: "baseline · 0" in screen_text(pilot))
        await until(pilot, lambda: not screen.workspace.starting)
        assert "starting demo" not in screen_text(pilot)
        assert commands.asked == [["run", "demo", "--detach", "--device", "auto", "--jobs", "1"]]
        # With runs in the lab the key does nothing.
        await pilot.press("b")
        assert len(commands.asked) == 1

    drive(train_app(path), scenario)


def test_a_study_that_cannot_start_says_why_in_whole(path: Path, commands: Commands) -> None:
    begun: list[bool] = []
    commands.answer = lambda: (
        wait_for(lambda: begun),
        CommandResult(
            2, "", "netlab: error: mine.yaml, line 3: [/x] is no block\nnetlab: error: try conv\n"
        ),
    )[1]

    async def scenario(pilot: Pilot[Any]) -> None:
        screen = await open_train(pilot, runs=False)
        screen.workspace.start_study("/some/where/mine.yaml", StartOptions(seeds=(0, 1), epochs=2))
        await until(pilot, lambda: "starting mine" in screen_text(pilot))
        begun.append(True)
        await until(pilot, lambda: isinstance(pilot.app.screen, Confirm))
        await until(pilot, lambda: "line 3: [/x] is no block" in screen_text(pilot))
        assert "mine was not started" in screen_text(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "starting mine" not in screen_text(pilot))
        assert commands.asked[0][-4:] == ["--seeds", "0,1", "--epochs", "2"]

    drive(train_app(path), scenario)


def test_all_options_reach_the_command() -> None:
    options = StartOptions((3,), 4, "cifar10", "smoke", "cuda:1", 2, True, True)
    assert " ".join(options.to_args()) == (
        "--device cuda:1 --jobs 2 --seeds 3 --epochs 4 --data cifar10 --protocol smoke"
        " --retry-failed --again"
    )


def test_the_real_command_is_run_and_its_words_are_kept(path: Path) -> None:
    said = run_netlab(path, ["runs"])
    assert said.exit_code == 2
    assert said.problem is not None
    assert said.problem.startswith("there is no lab")
    assert "code 1" in (CommandResult(1, "", "").problem or "")
