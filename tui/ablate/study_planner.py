"""The planned study and its baseline, with undo and redo."""

from __future__ import annotations

from dataclasses import replace

from netlab.recipe.network import Network
from netlab.recipe.study_draft import StudyDraft
from tui.model.study_history import StudyHistory
from tui.workspace import Workspace


class StudyPlanner:
    """Changes the workspace's study and keeps the history."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    @property
    def study(self) -> StudyDraft:
        return self._workspace.study

    @property
    def baseline(self) -> Network:
        """The network that every variant starts from."""
        return self._workspace.document.baseline

    def change(self, study: StudyDraft) -> None:
        if study != self.study:
            self._set(self._history.changed(study))

    def change_baseline(self, network: Network) -> None:
        self._set(self._history.changed(self.study, self.baseline), network)

    def rename(self, study: StudyDraft) -> None:
        """Use `study`, which differs in name or file. This step cannot be undone."""
        self._set(self._history.renamed(study))

    def undo(self) -> bool:
        """Undo the last change to the study or its baseline. Returns False if there is none."""
        return self._step(*self._history.undone(self.baseline))

    def redo(self) -> bool:
        """Redo the change that was undone last. Returns False if there is none."""
        return self._step(*self._history.redone(self.baseline))

    @property
    def _history(self) -> StudyHistory:
        return self._workspace.study_history.for_study(self.study)

    def _step(self, history: StudyHistory, baseline: Network) -> bool:
        if history == self._history:
            return False
        self._set(history, baseline)
        return True

    def _set(self, history: StudyHistory, baseline: Network | None = None) -> None:
        # Set the history first, because watchers of the study save both.
        self._workspace.study_history = history
        self._workspace.study = history.study
        document = self._workspace.document
        if baseline is not None and baseline != document.baseline:
            self._workspace.document = replace(document, baseline=baseline)
