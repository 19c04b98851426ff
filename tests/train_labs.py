"""Labs for tests of the Train screen: runs that this process has, and what their workers say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lab_studies import study
from textual.pilot import Pilot
from tui_helpers import MUTE_ANALYSER, until

from netlab.events import EVENT_FILE, EventWriter
from netlab.lab.process_id import ProcessId
from netlab.lab.store import Lab
from tui.app import NetlabApp
from tui.config.settings import Settings
from tui.model.analyser import Analyser
from tui.train.screen import TrainScreen


def enter_study(lab: Lab, name: str = "widths", **more: Any) -> list[str]:
    """The runs of a study, which this process says it wants done."""
    runs = [entry.run.id for entry in lab.studies.register(study(name, **more))]
    lab.queue.request(runs, ProcessId.current(), None)
    return runs


def write_events(lab: Lab, run: str, *events: tuple[str, dict[str, Any]]) -> None:
    """Have this process train `run`, and its event file say these things."""
    with lab.writing() as conn:
        conn.execute(
            "UPDATE run SET state = 'running', worker = ? WHERE id = ? AND state = 'queued'",
            (str(ProcessId.current()), run),
        )
    folder = lab.run_folder(run)
    folder.mkdir(parents=True, exist_ok=True)
    file = EventWriter(folder / EVENT_FILE)
    for kind, data in events:
        file.write(kind, **data)  # type: ignore[arg-type]
    file.close()


STARTED = ("started", {"step": 0, "steps": 30, "epochs": 3, "epoch": 0, "device": "cpu",
                       "memory_kind": "resident", "images": {"train": 90}})  # fmt: skip


def step(number: int, loss: float) -> tuple[str, dict[str, Any]]:
    return "step", {"step": number, "epoch": 1 + number // 10, "loss": loss, "lr": 0.05,
                    "images_per_s": 45.0}  # fmt: skip


def epoch(number: int, loss: float, accuracy: float) -> tuple[str, dict[str, Any]]:
    return "epoch", {"epoch": number, "step": 10 * number, "train_loss": loss,
                     "train_accuracy": accuracy + 1, "val_loss": loss + 0.1,
                     "val_accuracy": accuracy, "val_top5": 99.0, "lr": 0.05, "seconds": 1.0,
                     "images_per_s": 45.0, "memory": 63.0}  # fmt: skip


def screen_text(pilot: Pilot[Any]) -> str:
    """What the terminal shows."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join(strip.text for strip in strips)


class TrainApp(NetlabApp):
    """The app, open in Train, with an analyser that says nothing."""

    DEFAULT_MODE = "train"


def train_app(lab: Path, settings: Settings | None = None) -> NetlabApp:
    """The app on `lab`, open in Train."""
    mute = Analyser(lambda _: None, MUTE_ANALYSER)
    return TrainApp(lab, analyser=mute, settings=settings)


def multiply(lab: Lab, run: str, count: int) -> None:
    """Have `count` more runs of other seeds stand where `run` stands."""
    with lab.writing() as conn:
        conn.execute(
            "WITH RECURSIVE more (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more WHERE n < ?)"
            " INSERT INTO run (id, hash, series, seed, state, created, epochs, queue_position)"
            " SELECT id || '-' || n, hash || n, series, 100 + n, 'done', created, epochs, queue_position + n"
            " FROM run JOIN more WHERE id = ?",
            (count, run),
        )
        conn.execute(
            "INSERT INTO entry (plan, variant, seed, run, entered, current)"
            " SELECT plan, variant, run.seed, run.id, entered, 1"
            " FROM run JOIN entry WHERE entry.run = ? AND run.id LIKE ? || '-%'",
            (run, run),
        )


async def open_train(pilot: Pilot[Any], *, runs: bool = True) -> TrainScreen:
    """Wait until Train has been opened and the lab has been read."""
    await until(pilot, lambda: isinstance(pilot.app.screen, TrainScreen))
    screen = pilot.app.screen
    assert isinstance(screen, TrainScreen)
    if runs:
        await until(pilot, lambda: screen.selection.snapshot.groups)
        await pilot.pause()
    return screen
