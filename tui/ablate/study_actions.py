"""The study as a whole: its settings, its file, its start."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import ClassVar

from netlab.errors import NetlabError
from netlab.recipe.network import Network
from netlab.recipe.study_draft import StudyDraft
from tui.ablate.network_preview import NetworkPreview
from tui.ablate.state import StudyState
from tui.ablate.study_dialogs import FileDialog, StudyDialog
from tui.background.start_study import StartOptions
from tui.model.study_file import save_study_file, suggest_file


class WholeStudy(StudyState):
    """What is done with the study as a whole."""

    MODE: ClassVar[str] = "ablate"

    def on_summary_bar_pressed(self) -> None:
        """The strip was clicked."""
        self.action_settings()

    def action_settings(self) -> None:
        """Name, question, seeds, protocol, epochs, data, device."""

        def keep(study: StudyDraft | None) -> None:
            if study is not None:
                self.change(study)

        self.app.push_screen(StudyDialog(self.study), keep)

    def action_save(self) -> None:
        """Save as a recipe."""
        if self._complete():
            self.app.push_screen(FileDialog(suggest_file(self.study)), self._save)

    def action_start(self) -> None:
        """Train the study, saved."""
        if not self._complete() or not self._trainable():
            return
        if self.looked and not self.data_problem:
            self._start_or_ask()
        else:
            self.work(self._look_and_start, "start")

    async def _look_and_start(self) -> None:
        await self.look()
        self._start_or_ask()

    def _start_or_ask(self) -> None:
        if self.data_problem:
            self.say(f"the data: {self.data_problem}", wrong=True)
        elif self.saved and self.study.recipe_file:
            self._start(Path(self.study.recipe_file))
        else:
            dialog = FileDialog(suggest_file(self.study), start=True)
            self.app.push_screen(dialog, lambda path: self._save(path, self._start))

    def _complete(self) -> bool:
        if not self.study.variants:
            self.say("no variants yet: space on a proposal makes one, r records one")
        return bool(self.study.variants)

    def _trainable(self) -> bool:
        """Whether nothing speaks against training; says what does."""
        for seen in self.previews():
            if seen.fault:
                told = f"'{seen.name}' cannot be trained: {seen.fault}.\n{self._remedy(seen)}"
                self.say(told, wrong=True)
                return False
        return True

    def _remedy(self, seen: NetworkPreview) -> str:
        """What to do about a network that cannot be trained."""
        first_key = self.workspace.first_key
        undo = f"{first_key('ablate.undo')} undoes the last change of the study"
        if seen.variant is None:
            return f"{first_key('app.compose')} mends it in Compose, or {undo}."
        return f"{first_key('ablate.remove')} on its line takes it out, or {undo}."

    def _save(self, path: Path | None, then: Callable[[Path], None] | None = None) -> None:
        if path is not None:
            self.work(partial(self._saving, path, self.study, self.baseline, then), "save")

    async def _saving(
        self,
        path: Path,
        study: StudyDraft,
        baseline: Network,
        then: Callable[[Path], None] | None,
    ) -> None:
        try:
            recipe = await asyncio.to_thread(save_study_file, path, study, baseline)
        except NetlabError as error:
            self.say(f"not saved: {error}", wrong=True)
            return
        self.note_saved(replace(study, recipe_file=str(path), name=recipe.name), study, baseline)
        self.say(f"saved in {path}")
        if then is not None:
            then(path)

    def _start(self, path: Path) -> None:
        self.forget_time()
        self.workspace.start_study(str(path), StartOptions(device=self.study.device))

    def say(self, words: str, *, wrong: bool = False) -> None:
        """Tell the person, in passing."""
        severity = "error" if wrong else "information"
        self.notify(words[:1].upper() + words[1:], severity=severity, markup=False)  # type: ignore[arg-type]
