"""Train: what runs is seen as it is, live, whoever started it and whatever became of that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lab_studies import run_events
from textual.pilot import Pilot
from textual.widgets import Input
from train_labs import (
    STARTED,
    enter_study,
    epoch,
    open_train,
    screen_text,
    step,
    train_app,
    write_events,
)
from tui_helpers import click, drive, until

from netlab.events import LOG_FILE
from netlab.lab import live
from netlab.lab.store import Lab
from tui.config.settings import Settings
from tui.lab.reader import LabReader
from tui.train.panes import CurveLegend, LogPane, RunDetail
from tui.train.run_lines import RunLine, StudyHeading
from tui.train.run_list import RunList
from tui.train.screen import TrainScreen
from tui.widgets.plots.line_plot_widget import LinePlot


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lab.db"


@pytest.fixture
def lab(path: Path) -> Iterator[Lab]:
    with Lab.open(path, create=True) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "CHECK_INTERVAL_S", 0.0)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_a_study_says_which_runs_of_others_it_waits_for(
    path: Path, lab: Lab, size: tuple[int, int]
) -> None:
    first = enter_study(lab, "wide", channels=(4, 8, 16))
    write_events(lab, first[0], STARTED)
    enter_study(lab, "narrow", channels=(2, 3))
    enter_study(lab, "last", channels=(5, 6))

    async def scenario(pilot: Pilot[Any]) -> None:
        await open_train(pilot)
        await until(pilot, lambda: "1 running" in screen_text(pilot))
        await pilot.press("g")
        await until(pilot, lambda: "queued behind 2 studies (10 runs)" in screen_text(pilot))
        await pilot.press("slash", *"narrow", "enter", "g")
        await until(pilot, lambda: "queued behind wide (6 runs)" in screen_text(pilot))
        await pilot.press("j")
        await until(pilot, lambda: "waits behind wide (6 runs)" in screen_text(pilot))
        lab.runs.request_stop(first[0], None)
        for run in first[1:]:
            lab.runs.request_stop(run, "pause")
        await until(pilot, lambda: "waits behind wide (1 run)" in screen_text(pilot))

    drive(train_app(path), scenario, size)


def test_runs_that_a_command_has_started_appear_by_themselves(path: Path) -> None:
    async def scenario(pilot: Pilot[Any]) -> None:
        screen = await open_train(pilot, runs=False)
        await until(pilot, lambda: "No run yet" in screen_text(pilot))
        with Lab.open(path, create=True) as lab:
            enter_study(lab)
        await until(pilot, lambda: screen.selection.snapshot.groups)
        await until(pilot, lambda: "w8 · 1" in screen_text(pilot))
        assert "No run yet" not in screen_text(pilot)

    drive(train_app(path), scenario)


def test_the_cursor_begins_at_what_trains_and_its_figures_are_live(path: Path, lab: Lab) -> None:
    runs = enter_study(lab)
    write_events(lab, runs[2], STARTED, step(3, 2.0))

    async def scenario(pilot: Pilot[Any]) -> None:
        screen = await open_train(pilot)
        assert isinstance(screen.selection.line, RunLine)
        assert screen.selection.line.row.run == runs[2]
        write_events(lab, runs[2], step(5, 1.25))
        await until(pilot, lambda: "1.250" in screen_text(pilot))
        shown = screen_text(pilot)
        for figure in ("45 images/s", "0:05 left", "learning rate 0.05", "on cpu", "step 5 of 30"):
            assert figure in shown
        # An epoch is in its table before any supervisor has taken it in.
        write_events(lab, runs[2], epoch(1, 0.9, 61.5))
        await until(pilot, lambda: "61.5" in screen_text(pilot))
        assert "1/3" in screen_text(pilot)
        assert "63 MB of the process" in screen_text(pilot)

    drive(train_app(path), scenario)


def test_loss_between_epochs_is_drawn_as_it_is_reported(path: Path, lab: Lab) -> None:
    runs = enter_study(lab)
    write_events(lab, runs[0], STARTED, step(1, 2.0), step(2, 1.9))

    async def scenario(pilot: Pilot[Any]) -> None:
        screen = await open_train(pilot)
        loss = screen.query_one("#loss", LinePlot)
        await until(pilot, lambda: len(loss.plot.curves[0].points) == 2)
        write_events(lab, runs[0], step(3, 1.5), epoch(1, 1.2, 60.0))
        await until(pilot, lambda: loss.plot.curves[1].points)
        training, validation = loss.plot.curves
        assert [span.last for span in training.points] == [2.0, 1.9, 1.5]
        assert [span.last for span in validation.points] == [1.3]
        assert (training.role, validation.role) == ("training", "validation")

    drive(train_app(path), scenario)


def test_marked_runs_share_the_axes_each_with_its_sign(path: Path, lab: Lab) -> None:
    runs = enter_study(lab)
    for run in runs:
        lab.runs.ingest(run, run_events())

    async def scenario(pilot: Pilot[Any]) -> None:
        screen = await open_train(pilot)
        await pilot.press("space", "j", "j", "space")
        assert list(screen.selection.marked) == [runs[0], runs[2]]
        accuracy = screen.query_one("#accuracy", LinePlot)
        await until(pilot, lambda: all(curve.points for curve in accuracy.plot.curves))
        assert [curve.slot for curve in accuracy.plot.curves] == [0, 0, 1, 1]
        assert screen.query_one(CurveLegend).names == ((0, "baseline · 0"), (1, "w8 · 0"))
        assert "● baseline · 0" in screen_text(pilot)
        assert "■ w8 · 0" in screen_text(pilot)
        await pilot.press("space")
        assert len(screen.selection.marked) == 1
        await pilot.press("escape")
        assert not screen.selection.marked

    drive(train_app(path), scenario)


def test_no_more_runs_are_marked_than_can_be_told_apart(path: Path, lab: Lab) -> None:
    enter_study(lab, channels=(4, 8, 12), seeds=(0, 1, 2))

    async def scenario(pilot: Pilot[Any]) -> None:
        screen = await open_train(pilot)
        await pilot.press("g", "space")
        assert len(screen.selection.marked) == 6
        await until(pilot, lambda: "unmark some first" in screen_text(pilot))

    drive(train_app(path), scenario)


def test_studies_open_and_close(path: Path, lab: Lab) -> None:
    for run in enter_study(lab, "older"):
        lab.runs.ingest(run, run_events())
    enter_study(lab, "newer", channels=(5, 6))

    async def scenario(pilot: Pilot[Any]) -> None:
        screen = await open_train(pilot)
        shown = screen_text(pilot)
        # The newest is open, and so is what trains; what is done with is closed.
        assert "w6 · 0" in shown
        assert "▸ older" in shown
        assert "4 of 4 done" in shown
        await pilot.press("G", "enter")
        await until(pilot, lambda: "w8 · 0" in screen_text(pilot))
        await pilot.press("g", "h")
        await until(pilot, lambda: "w6 · 0" not in screen_text(pilot))
        await pilot.press("l", "j", "h")
        assert isinstance(screen.selection.line, StudyHeading)

    drive(train_app(path), scenario)


def test_words_find_runs(path: Path, lab: Lab) -> None:
    runs = enter_study(lab)
    lab.runs.request_stop(runs[3], "pause")

    async def scenario(pilot: Pilot[Any]) -> None:
        screen = await open_train(pilot)
        await pilot.press("slash", *"w8 pau", "enter")
        assert isinstance(screen.focused, RunList)
        assert [line.row.run for line in screen.selection.lines if isinstance(line, RunLine)] == [
            runs[3]
        ]
        await pilot.press("escape")
        assert sum(isinstance(line, RunLine) for line in screen.selection.lines) == 4
        assert not screen.query_one("#find", Input).display

    drive(train_app(path), scenario)


def test_the_log_is_shown_and_followed(path: Path, lab: Lab) -> None:
    runs = enter_study(lab)
    folder = lab.run_folder(runs[0])
    folder.mkdir(parents=True)
    (folder / LOG_FILE).write_text("first [/x] line\n")

    async def scenario(pilot: Pilot[Any]) -> None:
        screen = await open_train(pilot)
        log = screen.query_one(LogPane)
        assert not log.display
        await pilot.press("o")
        await until(pilot, lambda: "first [/x] line" in screen_text(pilot))
        with (folder / LOG_FILE).open("a") as file:
            file.write("second line\n")
        await until(pilot, lambda: "second line" in screen_text(pilot))
        assert list(log.lines)[:2] == ["first [/x] line", "second line"]
        await pilot.press("j")
        await until(pilot, lambda: "nothing" in screen_text(pilot))
        await pilot.press("o")
        assert not log.display

    drive(train_app(path), scenario)


def test_enter_shows_all_of_a_run(path: Path, lab: Lab) -> None:
    runs = enter_study(lab)
    lab.runs.ingest(runs[0], run_events())

    async def scenario(pilot: Pilot[Any]) -> None:
        screen = await open_train(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen is not screen)
        await until(pilot, lambda: runs[0] in screen_text(pilot))
        for part in ("widths · baseline · seed 0", "accuracy", "80.00 %", "precision"):
            assert part in screen_text(pilot)
        await pilot.press("escape")
        assert pilot.app.screen is screen

    drive(train_app(path), scenario, size=(120, 60))


def test_a_failure_is_told_in_words_and_in_whole(path: Path, lab: Lab) -> None:
    runs = enter_study(lab)
    sentence = "the device has 24 GB and this needs more: " + "halve the batch, " * 12 + "or so"
    write_events(lab, runs[0], STARTED, ("failed", {"reason": "out-of-memory", "message": sentence,
                                            "detail": None}))  # fmt: skip

    async def scenario(pilot: Pilot[Any]) -> None:
        await open_train(pilot)
        await until(pilot, lambda: "✗ failed" in screen_text(pilot))
        assert "out-of-memory: the device has 24 GB" in screen_text(pilot)
        assert "…" in screen_text(pilot).splitlines()[-2]
        await pilot.press("enter")
        await until(pilot, lambda: "or so" in screen_text(pilot))

    drive(train_app(path), scenario, size=(80, 24))


def test_it_can_be_resized_while_it_is_looked_at(path: Path, lab: Lab) -> None:
    runs = enter_study(lab)
    write_events(
        lab, runs[0], STARTED, *(step(n, 2 - n / 20) for n in range(1, 10)), epoch(1, 1.0, 50.0)
    )

    async def scenario(pilot: Pilot[Any]) -> None:
        screen = await open_train(pilot)
        for size in ((200, 60), (80, 24), (30, 8), (10, 4), (120, 36)):
            await pilot.resize_terminal(*size)
            await pilot.press("j", "o")
        assert screen.query_one(RunList).size.width == 120
        assert "baseline · 0" in screen_text(pilot)

    drive(train_app(path), scenario)


def test_narrow_screens_go_without_what_the_line_below_tells(path: Path, lab: Lab) -> None:
    runs = enter_study(lab)
    write_events(lab, runs[0], STARTED, step(1, 2.0))

    async def scenario(pilot: Pilot[Any]) -> None:
        screen = await open_train(pilot)
        await until(pilot, lambda: "2.000" in screen_text(pilot))
        heading = screen_text(pilot).splitlines()[1].split()
        assert "images/s" not in heading
        assert {"state", "epoch", "left"} <= set(heading)
        assert "45 images/s" in screen_text(pilot)
        await pilot.resize_terminal(140, 24)
        assert {"images/s", "memory"} <= set(screen_text(pilot).splitlines()[1].split())
        assert screen.query_one(RunDetail).line is not None

    drive(train_app(path), scenario, size=(80, 24))


def test_ascii_alone_where_that_is_wished(path: Path, lab: Lab) -> None:
    runs = enter_study(lab)
    write_events(
        lab, runs[0], STARTED, *(step(n, 2 - n / 20) for n in range(1, 10)), epoch(1, 1.0, 50.0)
    )

    async def scenario(pilot: Pilot[Any]) -> None:
        screen = await open_train(pilot)
        await until(pilot, lambda: "1.550" in screen_text(pilot))
        shown = [
            "".join(strip.text for strip in widget.render_lines(widget.region.reset_offset))
            for widget in screen.query(LinePlot)
        ]
        assert all(part.isascii() for part in shown)
        assert "> running" in screen_text(pilot)

    drive(train_app(path, Settings(ascii=True)), scenario)


def counted(patch: pytest.MonkeyPatch, kind: type, method: str) -> list[str]:
    """A list that grows with every call of this method."""
    calls: list[str] = []
    real = getattr(kind, method)

    def call(self: object, *words: object) -> object:
        calls.append(method)
        return real(self, *words)

    patch.setattr(kind, method, call)
    return calls


def test_nothing_is_painted_while_nothing_changes(
    path: Path, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = enter_study(lab)
    write_events(lab, runs[0], STARTED, step(1, 2.0))

    async def scenario(pilot: Pilot[Any]) -> None:
        await open_train(pilot)
        await until(pilot, lambda: "2.000" in screen_text(pilot))
        looks = counted(monkeypatch, LabReader, "poll")
        await until(pilot, lambda: len(looks) > 4)  # by now the curves have come too
        painted = [
            counted(monkeypatch, RunList, "render_line"),
            counted(monkeypatch, LinePlot, "render_line"),
            counted(monkeypatch, RunDetail, "render"),
            counted(monkeypatch, CurveLegend, "render"),
            counted(monkeypatch, TrainScreen, "_show"),
        ]
        await until(pilot, lambda: len(looks) > 8)
        assert painted == [[]] * 5
        write_events(lab, runs[0], step(2, 1.75))
        await until(pilot, lambda: all(painted[:3]))
        assert not painted[3]

    drive(train_app(path), scenario)


def test_nobody_looks_at_the_lab_from_another_mode(path: Path, lab: Lab) -> None:
    runs = enter_study(lab)

    async def scenario(pilot: Pilot[Any]) -> None:
        screen = await open_train(pilot)
        await pilot.press("1")
        await until(pilot, lambda: not screen._watcher._awake.is_set())
        lab.runs.request_stop(runs[0], "pause")
        await pilot.press("3")
        await until(pilot, lambda: "‖ paused" in screen_text(pilot))

    drive(train_app(path), scenario)


def test_a_click_moves_marks_and_opens(path: Path, lab: Lab) -> None:
    runs = enter_study(lab)

    async def scenario(pilot: Pilot[Any]) -> None:
        screen = await open_train(pilot)
        await click(pilot, RunList, offset=(10, 4))
        assert isinstance(screen.selection.line, RunLine)
        assert screen.selection.line.row.run == runs[2]
        await click(pilot, RunList, offset=(0, 3))
        assert screen.selection.marked == (runs[1],)
        await click(pilot, RunList, offset=(5, 1))
        await until(pilot, lambda: "w8 · 0" not in screen_text(pilot))

    drive(train_app(path), scenario)
