"""Start the training of a guide, and the measuring of its speed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from textual.message import Message

from netlab.datasets.check import data_problem
from tui.background.jobs import run_in_background
from tui.background.netlab_command import CommandResult, NetlabCommand
from tui.background.start_study import StartOptions
from tui.guide.guide_library import GuideLibrary
from tui.guide.guide_reader import GuideForm
from tui.guide.guide_text import ended_notice
from tui.guide.open_guide import OpenGuide
from tui.guide.prediction_writer import PredictionWriter
from tui.shell.confirm import Choice, Confirm
from tui.shell.mode_screen import ModeScreen
from tui.workspace import GuideTiming

NO_PREDICTION_TEXT = (
    "You have not written down what you expect of the claims. What you write once runs have "
    "started counts as late, and a verdict tells you more if you guessed before."
)


@dataclass
class TimingEnded(Message):
    """The measured speed is in the lab, or the result says why not."""

    name: str
    result: CommandResult


class GuideRuns:
    """Starts runs for the Guides screen; the lab shows their progress."""

    def __init__(
        self, screen: ModeScreen, library: GuideLibrary, writer: PredictionWriter, opened: OpenGuide
    ) -> None:
        self._screen = screen
        self._library = library
        self._writer = writer
        self._opened = opened
        self._started_here: set[GuideForm] = set()
        """Forms that were started here and whose end has not been announced."""

    @property
    def awaited(self) -> bool:
        """Whether the end of something that was started here will be announced."""
        return bool(self._started_here)

    def start(self, save_own_words: Callable[[], None], on_predict: Callable[[], None]) -> None:
        """Train the open guide after all predictions have been written down.

        If nothing is predicted, ask first; `on_predict` is called if the user wants to do so now.
        """
        form, recipe, status = self._opened.form, self._opened.recipe, self._opened.status
        if form is None or recipe is None or status is None:
            return
        fault = self._library.problem or data_problem(recipe.data, recipe.network.classes)
        if status.active:
            self._screen.workspace.switch_mode("train")
        elif status.run_count and status.done_count == status.run_count:
            self._screen.notify("Nothing to start: every run is done, and the verdicts are here.")
        elif fault:
            self._screen.notify(f"Not started: {fault}", severity="error", markup=False)
        else:
            save_own_words()
            self._screen.call_later(self._confirm_start, form, on_predict)

    def _confirm_start(self, form: GuideForm, on_predict: Callable[[], None]) -> None:
        def start() -> None:
            self._writer.when_all_is_written(lambda: self._start_runs(form))

        def answered(answer: str | None) -> None:
            {"start": start, "say": on_predict}.get(answer or "", lambda: None)()

        if self._opened.nothing_predicted:
            choices = (Choice("say", "e", "Say first"), Choice("start", "s", "Start without"))
            dialog = Confirm("What do you expect?", NO_PREDICTION_TEXT, choices)
            self._screen.app.push_screen(dialog, answered)
        else:
            start()

    def _start_runs(self, form: GuideForm) -> None:
        self._started_here.add(form)
        file = self._library.guides[form.name].recipe.file
        self._screen.workspace.start_study(file, StartOptions(quick=not form.full))
        self._library.read_statuses()  # a reading that is under way began before the start

    def notify_ended(self) -> None:
        """Announce guides that were started here and are done. Call it with up-to-date statuses."""
        for form in tuple(self._started_here):
            status = self._library.statuses.get(form)
            started_as = Path(self._library.guides[form.name].recipe.file).stem
            if status is None or status.active or started_as in self._library.starting:
                continue
            self._started_here.discard(form)
            if status.run_count and status.done_count == status.run_count:
                self._screen.notify(ended_notice(form, status), timeout=15, markup=False)

    def measure_speed(self) -> None:
        form, recipe = self._opened.form, self._opened.recipe
        if form is None or recipe is None:
            return
        workspace = self._screen.workspace
        if workspace.timing is not None:
            self._screen.notify(f"{workspace.timing.name} is being timed already.", markup=False)
            return
        short = [] if form.full else ["--quick"]
        command = NetlabCommand(workspace.lab_path, ["time", recipe.file, *short])
        workspace.timing = GuideTiming(form.name, command)
        run_in_background(lambda: TimingEnded(form.name, command.run()), self._screen)
        text = f"Timing {form.name}: some minutes in which nothing else should run here."
        self._screen.notify(text, markup=False)

    def timing_ended(self, message: TimingEnded) -> None:
        """Announce that the speed was measured, or why not, and read the lab again."""
        self._screen.workspace.timing = None
        problem = message.result.problem
        text = f"{message.name} is timed." if problem is None else f"Not timed: {problem}"
        severity = "information" if problem is None else "error"
        self._screen.notify(text, severity=severity, timeout=15, markup=False)  # type: ignore[arg-type]
        self._library.read_statuses()
