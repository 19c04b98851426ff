"""Quitting: asks whether to keep or stop runs and a guide's timing that are active."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Static

from netlab.sanitize import sanitize
from tui.background.jobs import run_in_background
from tui.background.netlab_command import CommandResult, run_netlab
from tui.shell.confirm import Choice, Confirm
from tui.shell.dialog import Dialog
from tui.workspace import GuideTiming, Workspace, workspace_of

KEEP, STOP = "keep", "stop"

WAITING_TEXT = (
    "Waiting until the runs that are being started can be stopped …\n\n"
    "Ctrl+Q leaves now; they will train."
)
TRAINING_TEXT = (
    "Runs are trained outside the app: kept running, they go on, and the app shows them when it "
    "is opened again."
)
TIMING_TEXT = (
    "Timing goes on for some minutes if kept running; stopped, the rounds that are done are kept."
)
STOPPING_TEXT = (
    "Stopping: what is done so far is written down …\n\n"
    "Ctrl+Q leaves now; they will stop all the same."
)


@dataclass
class ActiveRunsFound(Message):
    """The numbers of runs that wait or train."""

    training: int
    waiting: int


@dataclass
class StopEnded(Message):
    """The command that stops the runs has ended; `result.problem` is why it failed, if so."""

    result: CommandResult


def find_active_runs(lab: Path) -> ActiveRunsFound:
    """Count the runs that wait or train; none if the lab cannot be read."""
    from tui.lab.reader import LabReader

    reader = LabReader(lab)
    try:
        rows = {row.run: row for group in reader.poll().groups for row in group.rows}
    finally:
        reader.close()
    states = [row.state for row in rows.values()]
    return ActiveRunsFound(states.count("running"), states.count("queued"))


class QuitDialog(Dialog[None]):
    """Finds active work, asks whether to keep or stop it, and ends the app.

    A second request to quit ends the app immediately; runs told to stop still stop.
    """

    DEFAULT_CSS = """
    QuitDialog { align: center middle; background: transparent; }
    QuitDialog Static {
        width: auto; max-width: 94%; height: auto; padding: 1 2;
        background: $panel; border: round $accent; display: none;
    }
    """

    def __init__(self, lab: Path) -> None:
        super().__init__()
        self._lab = lab
        self._starting: tuple[str, ...] = ()
        """Studies that are being started when the dialog opens; their runs may not be in the lab."""
        self._timing: GuideTiming | None = None
        self._stopping = False

    def compose(self) -> ComposeResult:
        yield Static(markup=False)

    def on_mount(self) -> None:
        workspace = workspace_of(self)
        self._starting, self._timing = workspace.starting, workspace.timing
        run_in_background(lambda: find_active_runs(self._lab), self)

    def on_active_runs_found(self, message: ActiveRunsFound) -> None:
        runs = _active_runs_text(message, self._starting)
        texts = [f"{runs}. {TRAINING_TEXT}"] if runs else []
        if self._timing is not None:
            texts.append(f"{sanitize(self._timing.name)} is being timed. {TIMING_TEXT}")
        if not texts:
            self.app.exit()
            return
        self.app.push_screen(
            Confirm(
                "Leave netlab?",
                "\n\n".join(texts),
                (
                    Choice(KEEP, "k", "Keep running"),
                    Choice(STOP, "s", "Stop them"),
                    Choice("stay", "c", "Cancel"),
                ),
            ),
            self._answered,
        )

    def _answered(self, answer: str | None) -> None:
        if answer == KEEP:
            self.app.exit()
        elif answer == STOP:
            self.query_one(Static).display = True
            self.watch(workspace_of(self), "starting", self._stop)
        else:
            self.dismiss(None)

    def _stop(self, starting: tuple[str, ...]) -> None:
        """Stop all runs when `starting` is empty: their runs are then in the lab."""
        if self._stopping:
            return
        self._stopping = not starting
        self.query_one(Static).update(WAITING_TEXT if starting else STOPPING_TEXT)
        if self._stopping:
            run_in_background(lambda: StopEnded(_stop_all(self._lab, self._timing)), self)

    def on_stop_ended(self, message: StopEnded) -> None:
        if message.result.problem is None:
            self.app.exit()
            return
        while self.app.screen is not self:  # help, or a start that failed
            self.app.pop_screen()
        self.dismiss(None)
        self.app.notify(message.result.problem, severity="error", timeout=15, markup=False)


def _stop_all(lab: Path, timing: GuideTiming | None) -> CommandResult:
    """Interrupt `timing`, if any, and stop all runs of the lab, if it exists."""
    if timing is not None:
        timing.command.interrupt()
    return run_netlab(lab, ["runs", "stop", "--all"]) if lab.exists() else CommandResult(0, "", "")


def request_quit(workspace: Workspace) -> None:
    """Quit, but ask first if work is active; a second request quits immediately."""
    if any(isinstance(screen, QuitDialog) for screen in workspace.screen_stack):
        workspace.exit()
    else:
        workspace.push_screen(QuitDialog(workspace.lab_path))


def _active_runs_text(found: ActiveRunsFound, starting: Sequence[str]) -> str:
    """A text about the active runs and starting studies; empty if there are none."""
    parts = [f"{sanitize(name)} is being started" for name in dict.fromkeys(starting)]
    if found.training or found.waiting:
        many = {0: "no run is", 1: "1 run is"}.get(found.training, f"{found.training} runs are")
        parts.append(f"{many} training, {found.waiting} waiting")
    text = "; ".join(parts)
    return text if starting else text.capitalize()
