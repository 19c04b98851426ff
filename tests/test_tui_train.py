"""Train: what runs is seen as it is, live, whoever started it and whatever became of that."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lab_studies import run_events, study
from textual.pilot import Pilot
from textual.widgets import Input
from train_labs import (
    STARTED,
    enter_study,
    epoch,
    multiply,
    open_train,
    screen_text,
    step,
    train_app,
    write_events,
)
from tui_helpers import click, drive, until

from netlab.events import LOG_FILE
from netlab.lab import live
from netlab.lab.process_id import ProcessId
from netlab.lab.store import Lab
from tui.config.settings import Settings
from tui.lab import reader
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


def test_a_lab_without_runs_says_how_to_get_some(path: Path) -> None:
    async def scenario(pilot: Pilot[Any]) -> None:
        await open_train(pilot, runs=False)
        await until(pilot, lambda: "No run yet" in screen_text(pilot))
        assert "b  train the demo study" in screen_text(pilot)

    drive(train_app(path), scenario, size=(80, 24))


def test_a_lab_file_that_is_deleted_meanwhile_is_said_to_be_gone(path: Path, lab: Lab) -> None:
    enter_study(lab)
    lab.close()

    async def scenario(pilot: Pilot[Any]) -> None:
        await open_train(pilot)
        for part in path.parent.glob("lab.db*"):
            part.unlink()
        await until(pilot, lambda: "The lab file is gone" in screen_text(pilot))
        assert "No run yet" not in screen_text(pilot)
        with Lab.open(path, create=True):
            await until(pilot, lambda: "No run yet" in screen_text(pilot))

    drive(train_app(path), scenario, size=(80, 24))


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


def test_keys_work_in_a_lab_without_runs_that_one_comes_back_to(path: Path, lab: Lab) -> None:
    runs = enter_study(lab)

    async def scenario(pilot: Pilot[Any]) -> None:
        await open_train(pilot)
        for run in runs:
            lab.runs.remove(run)
        await until(pilot, lambda: "No run yet" in screen_text(pilot))
        await pilot.press("4")
        await until(pilot, lambda: pilot.app.current_mode == "compare")
        await pilot.press("3")
        await until(pilot, lambda: "No run yet" in screen_text(pilot))
        await pilot.press("4")
        await until(pilot, lambda: pilot.app.current_mode == "compare")

    drive(train_app(path), scenario)


def test_a_search_ends_with_the_last_run(path: Path, lab: Lab) -> None:
    runs = enter_study(lab)

    async def scenario(pilot: Pilot[Any]) -> None:
        await open_train(pilot)
        await pilot.press("slash", "g")
        for run in runs:
            lab.runs.remove(run)
        await until(pilot, lambda: "No run yet" in screen_text(pilot))
        await pilot.press("1")
        await until(pilot, lambda: pilot.app.current_mode == "compose")

    drive(train_app(path), scenario)


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


def test_when_a_supervisor_has_died_the_lab_is_put_right(path: Path, lab: Lab) -> None:
    runs = enter_study(lab)
    write_events(lab, runs[0], STARTED, epoch(1, 1.0, 50.0))
    with lab.writing() as conn:
        conn.execute("UPDATE run SET worker = 'gone/1@0' WHERE id = ?", (runs[0],))
        conn.execute("UPDATE plan SET entered = 1")
    events = lab.run_folder(runs[0]) / "events.jsonl"
    os.utime(events, (1, 1))
    lab.queue.cancel(ProcessId.current())

    async def scenario(pilot: Pilot[Any]) -> None:
        await open_train(pilot)
        await until(pilot, lambda: lab.runs.get(runs[0]).state == "interrupted")
        await until(pilot, lambda: lab.runs.get(runs[1]).state == "interrupted")
        await until(pilot, lambda: screen_text(pilot).count("! interrupted") == 4)
        assert lab.runs.get(runs[0]).epoch == 1

    drive(train_app(path), scenario)


def test_an_app_that_is_opened_again_shows_all_that_went_on_without_it(
    path: Path, lab: Lab, tmp_path: Path
) -> None:
    lab.studies.register(study(channels=(4,), seeds=(0,)))
    gate = tmp_path / "gate"
    here = Path(__file__).parent
    supervisor = subprocess.Popen(
        [
            sys.executable,
            str(here / "fake_supervisor.py"),
            str(path),
            "widths",
            "--gate",
            str(gate),
        ],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(here), str(here.parent)))},
    )

    async def first(pilot: Pilot[Any]) -> None:
        await open_train(pilot)
        await until(pilot, lambda: "1/3" in screen_text(pilot))

    async def second(pilot: Pilot[Any]) -> None:
        screen = await open_train(pilot)
        await until(pilot, lambda: "✓ done" in screen_text(pilot))
        loss = screen.query_one("#loss", LinePlot)
        await until(pilot, lambda: len(loss.plot.curves[1].points) == 3)

    try:
        drive(train_app(path), first)
        gate.touch()
        assert supervisor.wait(120) == 0
    finally:
        supervisor.kill()
        supervisor.wait()
    drive(train_app(path), second)


def test_a_lab_in_use_is_told_and_what_was_read_stays(path: Path, lab: Lab) -> None:
    enter_study(lab)
    lab.close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA journal_mode = delete")

    async def scenario(pilot: Pilot[Any]) -> None:
        await open_train(pilot)
        other.execute("BEGIN EXCLUSIVE")
        await until(pilot, lambda: "in use by another process" in screen_text(pilot))
        assert "w8 · 1" in screen_text(pilot)
        await pilot.press("j", "j", "space", "o", "G")
        other.execute("ROLLBACK")
        await until(pilot, lambda: "in use by another process" not in screen_text(pilot))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "LOCK_TIMEOUT_MS", 1)
        drive(train_app(path), scenario)
    other.close()


def test_a_full_disk_is_told_while_runs_go_on(
    path: Path, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_events(lab, enter_study(lab)[0], STARTED)
    free = [0]
    usage = shutil.disk_usage(path.parent)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=free[0]))

    async def scenario(pilot: Pilot[Any]) -> None:
        await open_train(pilot)
        await until(pilot, lambda: "no space left on the disk of lab.db" in screen_text(pilot))
        free[0] = reader.MIN_FREE_BYTES
        await until(pilot, lambda: "no space left" not in screen_text(pilot))

    drive(train_app(path), scenario)


def test_what_is_no_lab_is_told_so_and_no_demo_is_offered(path: Path) -> None:
    path.write_text("a shopping list that is no database " * 100)

    async def scenario(pilot: Pilot[Any]) -> None:
        screen = await open_train(pilot, runs=False)
        await until(pilot, lambda: "is not a lab" in screen_text(pilot))
        assert "demo" not in screen_text(pilot)
        assert screen.check_action("demo", ()) is False

    drive(train_app(path), scenario)


HOSTILE = "[/x] [bold]\x1b[31m 🙂 مرحبا \u202e\ttab " + "long " * 60


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (200, 60)])
def test_hostile_names_are_shown_as_text_and_shortened(
    path: Path, lab: Lab, size: tuple[int, int]
) -> None:
    enter_study(lab, HOSTILE)
    with lab.writing() as conn:
        conn.execute("UPDATE entry SET variant = ? || variant", (HOSTILE,))
        conn.execute("UPDATE run SET state = 'failed', message = ?", (HOSTILE,))

    async def scenario(pilot: Pilot[Any]) -> None:
        screen = await open_train(pilot)
        assert "[/x] [bold]" in screen_text(pilot)
        assert "\x1b" not in screen_text(pilot)
        await pilot.press("o", "enter")
        await until(pilot, lambda: pilot.app.screen is not screen)
        await pilot.press("escape", "t", "g", "space", "D")
        await until(pilot, lambda: "Remove these" in screen_text(pilot))

    drive(train_app(path), scenario, size=size)


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


def test_ten_thousand_runs_need_no_more_widgets_than_a_few(path: Path, lab: Lab) -> None:
    runs = enter_study(lab, channels=(4,), seeds=(0,))
    multiply(lab, runs[0], 9_999)

    async def scenario(pilot: Pilot[Any]) -> None:
        screen = await open_train(pilot)
        assert len(screen.selection.snapshot.groups[0].rows) == 10_000
        await pilot.press("G")
        await until(pilot, lambda: "baseline · 10099" in screen_text(pilot))
        await pilot.press("slash", *"5123")
        await until(pilot, lambda: "baseline · 5123" in screen_text(pilot))
        assert len(list(screen.walk_children())) < 40

    drive(train_app(path), scenario)


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
        await pilot.pause()
        looks = counted(monkeypatch, LabReader, "poll")
        painted = [
            counted(monkeypatch, RunList, "render_line"),
            counted(monkeypatch, LinePlot, "render_line"),
            counted(monkeypatch, RunDetail, "render"),
            counted(monkeypatch, CurveLegend, "render"),
            counted(monkeypatch, TrainScreen, "_show"),
        ]
        await until(pilot, lambda: len(looks) > 3)
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
