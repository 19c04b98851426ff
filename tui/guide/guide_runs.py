"""What is run of a guide: its training, and rounds of timing."""

from __future__ import annotations

from typing import ClassVar

from textual.message import Message

from netlab.datasets.check import data_problem
from tui.background.jobs import run_in_background
from tui.background.netlab_command import CommandResult, NetlabCommand
from tui.background.start_study import StartOptions
from tui.guide.guide_page import GuidePage
from tui.guide.guide_reader import GuideForm
from tui.guide.start_bar import StartBar
from tui.guide.state import GuideState
from tui.shell.confirm import Choice, Confirm
from tui.workspace import GuideTiming

NO_PREDICTION_TEXT = (
    "Nothing is written down of what you expect of the claims. Once runs have started, what you "
    "write counts as late: a verdict says more to who has guessed before."
)


class TimingEnded(Message):
    """The rounds of timing are in the lab, or the command says why not."""

    def __init__(self, name: str, said: CommandResult) -> None:
        super().__init__()
        self.name = name
        self.said = said


class Running(GuideState):
    """The requests; what becomes of them is seen in the lab."""

    MODE: ClassVar[str] = "guides"

    def on_start_bar_pressed(self, message: StartBar.Pressed) -> None:
        """A button was clicked."""
        if message.what == "start":
            self.action_start()
        else:
            self.action_form()

    def action_form(self) -> None:
        """Look at the other form."""
        if self.form is not None:
            self.query_one(GuidePage).save_own_words()
            self.show(GuideForm(self.form.name, not self.form.full))

    def action_start(self) -> None:
        """Write down what is expected, then train."""
        recipe, found = self.recipe, self.status
        if recipe is None or found is None or self.form is None:
            return
        fault = self.problem or data_problem(recipe.data, recipe.network.classes)
        if found.active:
            self.workspace.switch_mode("train")
        elif found.run_count and found.done_count == found.run_count:
            self.notify("Nothing to start: every run is done, and the verdicts are here.")
        elif fault:
            self.notify(f"Not started: {fault}", severity="error", markup=False)
        else:
            self.query_one(GuidePage).save_own_words()
            self.call_later(self._start, self.form)

    def _start(self, place: GuideForm) -> None:
        """Once runs have started nothing can be foretold: ask who has not said anything."""
        if self._nothing_predicted():
            answers = (Choice("say", "e", "Say first"), Choice("start", "s", "Start without"))
            self.app.push_screen(
                Confirm("What do you expect?", NO_PREDICTION_TEXT, answers),
                lambda said: self._answered(said, place),
            )
        else:
            self._start_now(place)

    def _answered(self, said: str | None, place: GuideForm) -> None:
        if said == "start":
            self._start_now(place)
        elif said == "say":
            self.query_one(GuidePage).focus_claim()

    def _start_now(self, place: GuideForm) -> None:
        self._start_after_writing = place
        self.write_pending()

    def _nothing_predicted(self) -> bool:
        """Whether nothing is written down of a guide that has not begun, though it could be."""
        found = self.status
        if found is None or found.started or found.own_words is not None or None in self.drafts:
            return False
        open_ones = [one for one in self.outcomes if not one.question.static]
        return bool(open_ones) and all(one.predicted is None for one in open_ones)

    def begin_runs(self, place: GuideForm) -> None:
        """Train it in the background; go to Train."""
        self._started_here.add(place)
        file = self.guides[place.name].recipe.file
        self.workspace.start_study(file, StartOptions(quick=not place.full))
        self.reread()  # an answer that was under way is from before the start

    def action_time(self) -> None:
        """Take rounds of timing in the background."""
        place, recipe = self.form, self.recipe
        if place is None or recipe is None:
            return
        if self.workspace.timing is not None:
            self.notify(f"{self.workspace.timing.name} is being timed already.", markup=False)
            return
        form = [] if place.full else ["--quick"]
        command = NetlabCommand(self.workspace.lab_path, ["time", recipe.file, *form])
        self.workspace.timing = GuideTiming(place.name, command)
        run_in_background(lambda: TimingEnded(place.name, command.run()), self)
        told = f"Timing {place.name}: some minutes in which nothing else should run here."
        self.notify(told, markup=False)

    def on_timing_ended(self, message: TimingEnded) -> None:
        """Read the figures; or say why there are none."""
        self.workspace.timing = None
        problem = message.said.problem
        told = f"{message.name} is timed." if problem is None else f"Not timed: {problem}"
        severity = "information" if problem is None else "error"
        self.notify(told, severity=severity, timeout=15, markup=False)  # type: ignore[arg-type]
        self.reread()
