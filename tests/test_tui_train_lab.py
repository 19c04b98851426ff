"""Train on labs of every kind: empty, gone, in use, full, hostile, huge, or with a dead supervisor."""

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
from lab_studies import study
from textual.pilot import Pilot
from train_labs import (
    STARTED,
    enter_study,
    epoch,
    multiply,
    open_train,
    screen_text,
    train_app,
    write_events,
)
from tui_helpers import drive, painted, quiet_app, until

from netlab.lab import live
from netlab.lab.process_id import ProcessId
from netlab.lab.store import Lab
from tui.lab import reader
from tui.train.run_list import RunList
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


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
def test_no_frame_shows_the_runs_before_their_list_has_its_width(
    path: Path, lab: Lab, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    enter_study(lab)
    app = quiet_app(path)

    async def scenario(pilot: Pilot[Any]) -> None:
        frames = painted(app, monkeypatch)
        await pilot.press("3")
        await until(pilot, lambda: "baseline · 0" in screen_text(pilot))
        top = app.screen.query_one(RunList).region.y
        titles = {
            frame[top].rstrip() for frame in frames if any("baseline · 0" in line for line in frame)
        }
        assert titles == {screen_text(pilot).splitlines()[top].rstrip()}

    drive(app, scenario, size)


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
        patch.setattr(reader, "BUSY_TIMEOUT_S", 0.001)
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
