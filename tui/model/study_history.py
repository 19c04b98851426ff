"""Undo and redo for the study in Ablate."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from netlab.recipe.network import Network, StoredNetwork
from netlab.recipe.study_draft import StudyDraft


@dataclass(frozen=True)
class StudySnapshot:
    """The study before or after a change, and the baseline if that changed too."""

    study: StudyDraft
    baseline: StoredNetwork | None = None


@dataclass(frozen=True)
class StudyHistory:
    """Undo and redo steps of one draft; `for_study` gives any other draft an empty history."""

    study: StudyDraft = field(default_factory=StudyDraft)
    """The current state of the study."""
    past: tuple[StudySnapshot, ...] = ()
    future: tuple[StudySnapshot, ...] = ()
    """Undone steps; the next one to redo is the last."""

    def for_study(self, study: StudyDraft) -> StudyHistory:
        """This history if only the recipe file of `study` differs from its study; else a new one."""
        same = replace(self.study, recipe_file=study.recipe_file) == study
        return replace(self, study=study) if same else StudyHistory(study)

    def changed(self, study: StudyDraft, baseline: Network | None = None) -> StudyHistory:
        """The history after a change to `study`; `baseline` is the old one if that changed."""
        return StudyHistory(study, (*self.past, StudySnapshot(self.study, baseline)))

    def renamed(self, study: StudyDraft) -> StudyHistory:
        """The history with a new name or file of the study, which undo does not change back."""
        return replace(self, study=study)

    def undone(self, baseline: Network) -> tuple[StudyHistory, Network]:
        """Undo one step. `baseline` is the current one; returns the new history and baseline."""
        return self._step(self.past, baseline, back=True)

    def redone(self, baseline: Network) -> tuple[StudyHistory, Network]:
        """Redo one step; arguments and result are those of `undone`."""
        return self._step(self.future, baseline, back=False)

    def _step(
        self, steps: tuple[StudySnapshot, ...], baseline: Network, *, back: bool
    ) -> tuple[StudyHistory, Network]:
        if not steps:
            return self, baseline
        *rest, step = steps
        here = StudySnapshot(self.study, baseline if step.baseline is not None else None)
        study = replace(step.study, recipe_file=self.study.recipe_file)
        past, future = (rest, (*self.future, here)) if back else ((*self.past, here), rest)
        return StudyHistory(study, tuple(past), tuple(future)), step.baseline or baseline
