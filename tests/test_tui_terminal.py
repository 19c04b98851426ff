"""The app in a pseudo-terminal: what it leaves behind when it is killed, and when it is left."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
from lab_studies import run_events, study, wait_for
from PIL import Image
from pseudo_terminal import Screen, Terminal

from netlab.events import EVENT_FILE, read_events
from netlab.lab.scheduler.start_worker import child_environment, python_command
from netlab.lab.store import Lab
from netlab.worker_lock import worker_lock_holder
from tui.lab.event_tail import RunCurves
from tui.lab.reader import LabReader
from tui.lab.snapshot import Subscription

TRAINERS = {"netlab.lab.scheduler", "netlab.training.worker"}
EPOCHS = 40
RECIPE = f"""\
network:
  input: [1, 8, 8]
  classes: 2
  blocks:
    - {{block: conv, channels: 4}}
    - {{block: classifier}}
data: folder:IMAGES
protocol: {{extends: smoke, epochs: {EPOCHS}, batch_size: 4}}
study:
  seeds: [0]
  variants:
    wider: {{set: {{conv: {{channels: 8}}}}}}
"""


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A folder with a recipe and its images, and a lab in which somebody has been before."""
    numbers = np.random.default_rng(0)
    for kind in ("train", "test"):
        for label in ("left", "right"):
            folder = tmp_path / "images" / kind / label
            folder.mkdir(parents=True)
            for number in range(20):
                pixels = numbers.integers(256, size=(8, 8), dtype=np.uint8)
                Image.fromarray(pixels).save(folder / f"{number}.png")
    recipe = RECIPE.replace("IMAGES", str(tmp_path / "images"))
    (tmp_path / "tiny.yaml").write_text(recipe, encoding="utf-8")
    with Lab.open(tmp_path / "lab.db", create=True) as lab:
        for entry in lab.studies.register(study("before", channels=(4,), seeds=(0,))):
            lab.runs.ingest(entry.run.id, run_events())
    return tmp_path


@pytest.fixture(autouse=True)
def _nothing_outlives_the_test() -> Iterator[None]:
    yield
    for process in children():
        process.kill()


def app(work: Path) -> Terminal:
    """The app in a terminal, as the shell starts it."""
    return Terminal(python_command("netlab"), env=child_environment(), cwd=work)


def children() -> list[psutil.Process]:
    """Every process of this test, however far removed, that still lives."""
    found = []
    for process in psutil.process_iter():
        try:
            mine = process.environ().get("NETLAB_STATE") == os.environ["NETLAB_STATE"]
            if mine and process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue  # it has just ended, or is somebody else's
    return found


def outlive() -> set[str]:
    """Which of netlab's trainers still live, once nothing else does."""

    def trainers() -> set[str]:
        lines = [" ".join(process.cmdline()) for process in children()]
        found = {name for name in TRAINERS for line in lines if f" -m {name} " in line}
        return found if len(found) == len(lines) else set()

    return wait_for(trainers, 120)


def epochs(folder: Path) -> list[int]:
    """The epochs that a worker has told of."""
    return [event.data["epoch"] for event in read_events(folder / EVENT_FILE)[0]
            if event.kind == "epoch"]  # fmt: skip


def held(folders: list[Path]) -> psutil.Process | None:
    """The worker of one of these runs, stopped in its tracks; None while there is none."""
    for worker in filter(None, map(worker_lock_holder, folders)):
        process = psutil.Process(worker.pid)
        process.suspend()
        return process
    return None


def curves(work: Path, run: str) -> RunCurves:
    """The curves of a run as the app draws them."""
    reader = LabReader(work / "lab.db")
    reader.subscription = Subscription((run,))
    try:
        return reader.poll().curves[run]
    finally:
        reader.close()


def is_open(screen: str) -> bool:
    """Whether the whole first frame is there."""
    return "netlab " in screen and "classifier" in screen and "Commands" in screen


def start_training(terminal: Terminal) -> None:
    """Open the recipe, look at the study, start it."""
    terminal.until(is_open)
    terminal.press("o")
    terminal.until(lambda screen: "tiny.yaml" in screen)
    terminal.press("tiny.yaml\r")
    terminal.until(lambda screen: "2 classes" in screen)
    terminal.press("2")
    terminal.until(lambda screen: re.search(r"(?<!not )saved in tiny\.yaml", screen))
    terminal.press("s")


def test_runs_outlive_the_app_and_the_app_leaves_the_terminal_as_it_was(work: Path) -> None:
    with Lab.open(work / "lab.db") as lab:
        with app(work) as terminal:
            start_training(terminal)
            terminal.until(lambda _: "tiny" in {found.study for found in lab.studies.conditions()})
            runs = [entry.run.id for entry in lab.runs.entries("tiny")]
            folders = [lab.run_folder(run) for run in runs]
            terminal.until(lambda _: len(epochs(folders[0])) >= 2)
            terminal.kill()
        at_the_kill = epochs(folders[0])
        assert "netlab.lab.scheduler" in outlive()
        wait_for(lambda: len(epochs(folders[0])) > len(at_the_kill), 120)
        worker = wait_for(lambda: held(folders), 120)

        with app(work) as terminal:
            terminal.until(is_open)
            assert {1000, 1006, 1049, 2004} <= terminal.screen.modes
            assert terminal.attributes != terminal.attributes_before
            terminal.press("3")
            terminal.until(lambda screen: "1 running" in screen)
            terminal.press("\x11")
            terminal.until(lambda screen: "Leave netlab?" in screen)
            terminal.press("k")
            assert terminal.ended() == 0
            assert terminal.attributes == terminal.attributes_before
            assert terminal.screen.modes == Screen(1, 1).modes
        assert outlive() == TRAINERS

        worker.resume()
        wait_for(lambda: {lab.runs.get(run).state for run in runs} == {"done"}, 120)
        for run in runs:
            assert [epoch.epoch for epoch in lab.runs.epochs(run)] == [*range(1, EPOCHS + 1)]
            assert [span.x for span in curves(work, run).val_loss] == [*range(1, EPOCHS + 1)]
    wait_for(lambda: not children(), 120)
