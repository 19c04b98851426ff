"""Actions on the study as a whole: settings, save, start."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from textual.message import Message

from netlab.errors import NetlabError
from netlab.recipe.network import Network
from netlab.recipe.study_draft import StudyDraft
from tui.ablate.notices import show_notice
from tui.ablate.preview_loader import PreviewLoader
from tui.ablate.saved_state_checker import SavedStateChecker
from tui.ablate.study_dialogs import FileDialog, StudyDialog
from tui.ablate.study_planner import StudyPlanner
from tui.background.jobs import run_in_background
from tui.background.start_study import StartOptions
from tui.background.time_estimate import TimeEstimator
from tui.model.study_file import save_study_file, suggest_file
from tui.shell.mode_screen import ModeScreen


@dataclass
class StudySaved(Message):
    """The study was written to a file, or `problem` says why not."""

    path: Path
    study: StudyDraft
    """The study as it was written; it may have changed since."""
    baseline: Network
    name: str
    problem: str | None
    start: bool
    """Whether to start its runs now."""


class StudyActions:
    """Settings, save and start, for the Ablate screen."""

    def __init__(
        self,
        screen: ModeScreen,
        planner: StudyPlanner,
        previews: PreviewLoader,
        saved_state: SavedStateChecker,
        estimator: TimeEstimator,
    ) -> None:
        self._screen = screen
        self._planner = planner
        self._previews = previews
        self._saved_state = saved_state
        self._estimator = estimator
        self._start_when_checked = False

    def edit_settings(self) -> None:
        def keep(study: StudyDraft | None) -> None:
            if study is not None:
                self._planner.change(study)

        self._screen.app.push_screen(StudyDialog(self._planner.study), keep)

    def save(self) -> None:
        """Ask for a file and save the study there."""
        if self._has_variants():
            self._ask_for_file(start=False)

    def start(self) -> None:
        """Train the study; if its file does not contain the same study, save it first."""
        if self._has_variants() and self._networks_trainable():
            self._start_when_checked = True
            if self._saved_state.state is None or self._saved_state.data_problem:
                self._saved_state.check(again=True)
            else:
                self.saved_state_found()

    def saved_state_found(self) -> None:
        """Continue a start that waited for the result of the check."""
        if not self._start_when_checked or self._saved_state.state is None:
            return
        self._start_when_checked = False
        file = self._planner.study.recipe_file
        if self._saved_state.data_problem:
            text = f"the data: {self._saved_state.data_problem}"
            show_notice(self._screen, text, error=True)
        elif self._saved_state.saved and file:
            self._start_runs(Path(file))
        else:
            self._ask_for_file(start=True)

    def study_saved(self, message: StudySaved) -> None:
        """Remember the file; start the runs if the study was saved for that."""
        if message.problem is not None:
            show_notice(self._screen, f"not saved: {message.problem}", error=True)
            return
        planner = self._planner
        unchanged = (planner.study, planner.baseline) == (message.study, message.baseline)
        saved = replace(message.study, recipe_file=str(message.path), name=message.name)
        if unchanged:
            self._saved_state.set_saved(saved, message.baseline)
        else:
            saved = replace(planner.study, recipe_file=saved.recipe_file)
        planner.rename(saved)
        show_notice(self._screen, f"saved in {message.path}")
        if message.start:
            self._start_runs(message.path)

    def _start_runs(self, path: Path) -> None:
        self._estimator.forget()  # because fewer runs are left from now on
        device = self._planner.study.device
        self._screen.workspace.start_study(str(path), StartOptions(device=device))

    def _ask_for_file(self, *, start: bool) -> None:
        study, baseline = self._planner.study, self._planner.baseline

        def save(path: Path | None) -> None:
            if path is not None:
                run_in_background(lambda: _save(path, study, baseline, start), self._screen)

        self._screen.app.push_screen(FileDialog(suggest_file(study), start=start), save)

    def _has_variants(self) -> bool:
        if not self._planner.study.variants:
            text = "no variants yet: space on a proposal makes one, r records one"
            show_notice(self._screen, text)
        return bool(self._planner.study.variants)

    def _networks_trainable(self) -> bool:
        """Whether every network can be trained; if not, show why."""
        for preview in self._previews.previews():
            if preview.fault:
                text = f"'{preview.name}' cannot be trained: {preview.fault}.\n"
                text += self._remedy(is_baseline=preview.is_baseline)
                show_notice(self._screen, text, error=True)
                return False
        return True

    def _remedy(self, *, is_baseline: bool) -> str:
        first_key = self._screen.workspace.first_key
        undo = f"{first_key('ablate.undo')} undoes the last change of the study"
        if is_baseline:
            return f"{first_key('app.compose')} goes to Compose to change it, or {undo}."
        return f"{first_key('ablate.remove')} on its line takes it out, or {undo}."


def _save(path: Path, study: StudyDraft, baseline: Network, start: bool) -> StudySaved:
    try:
        recipe = save_study_file(path, study, baseline)
    except NetlabError as error:
        return StudySaved(path, study, baseline, study.name, str(error), start)
    return StudySaved(path, study, baseline, recipe.name, None, start)
