"""Leaving while runs wait or train: keep them running, stop them first, or stay."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Static

from tui.ask import Answer, Ask
from tui.background import Said, in_background, run_netlab
from tui.dialog import Dialog

if TYPE_CHECKING:
    from tui.app import NetlabApp

KEEP, STOP = "keep", "stop"


class AliveFound(Message):
    """How many runs wait or train."""

    def __init__(self, training: int, waiting: int) -> None:
        super().__init__()
        self.training = training
        self.waiting = waiting


class StopEnded(Message):
    """The runs have stopped, or it says why not."""

    def __init__(self, said: Said) -> None:
        super().__init__()
        self.said = said


def alive(lab: Path) -> AliveFound:
    """Look for runs that are alive; a lab that cannot be read has none that we know of."""
    from tui.labreader import LabReader

    reader = LabReader(lab)
    try:
        rows = {row.run: row for group in reader.look().groups for row in group.rows}
    finally:
        reader.close()
    states = [row.state for row in rows.values()]
    return AliveFound(states.count("running"), states.count("queued"))


class Leaving(Dialog[None]):
    """Finds out what is alive, asks, stops it if that is the answer, and ends the app.

    Asked to leave a second time, it does so at once: runs that were asked to stop will.
    """

    DEFAULT_CSS = """
    Leaving { align: center middle; background: transparent; }
    Leaving Static {
        width: auto; max-width: 94%; height: auto; padding: 1 2;
        background: $panel; border: round $accent; display: none;
    }
    """

    def __init__(self, lab: Path) -> None:
        super().__init__()
        self._lab = lab

    def compose(self) -> ComposeResult:
        """Words that show only while workers write their checkpoints."""
        yield Static(
            "Stopping: the workers write their checkpoints …\n\n"
            "Ctrl+Q leaves now; they will stop all the same.",
            markup=False,
        )

    def on_mount(self) -> None:
        """Look for what is alive."""
        in_background(lambda: alive(self._lab), self)

    def on_alive_found(self, message: AliveFound) -> None:
        """Leave, or ask."""
        if not message.training and not message.waiting:
            self.app.exit()
            return
        self.app.push_screen(
            Ask(
                "Leave netlab?",
                f"{_count(message.training)} training, {message.waiting} waiting. They are "
                "trained outside the app: kept running, they go on, and the app shows them "
                "when it is opened again.",
                (
                    Answer(KEEP, "k", "Keep running"),
                    Answer(STOP, "s", "Stop them"),
                    Answer("stay", "c", "Cancel"),
                ),
            ),
            self._answered,
        )

    def _answered(self, answer: str | None) -> None:
        if answer == KEEP:
            self.app.exit()
        elif answer == STOP:
            self.query_one(Static).display = True
            in_background(lambda: StopEnded(run_netlab(self._lab, ["runs", "stop", "--all"])), self)
        else:
            self.dismiss(None)

    def on_stop_ended(self, message: StopEnded) -> None:
        """Leave once they have stopped."""
        if message.said.problem is None:
            self.app.exit()
            return
        self.dismiss(None)
        self.app.notify(message.said.problem, severity="error", timeout=15, markup=False)


def leave(app: NetlabApp) -> None:
    """Leave, asking first where runs are alive; a second time, at once."""
    if any(isinstance(screen, Leaving) for screen in app.screen_stack):
        app.exit()
    else:
        app.push_screen(Leaving(app.lab_path))


def _count(number: int) -> str:
    return "1 run is" if number == 1 else f"{number} runs are"
