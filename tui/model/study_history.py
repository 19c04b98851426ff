"""Undo and redo of the study that is being planned."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from netlab.recipe.network import Network, StoredNetwork
from netlab.recipe.study_draft import StudyDraft


@dataclass(frozen=True)
class StudySnapshot:
    """The study before or after a change, with the baseline where that changed too."""

    study: StudyDraft
    baseline: StoredNetwork | None = None


@dataclass(frozen=True)
class StudyHistory:
    """Undo and redo steps of one draft; `for_study` gives an empty history for any other."""

    study: StudyDraft = field(default_factory=StudyDraft)
    """The study as it is now."""
    past: tuple[StudySnapshot, ...] = ()
    future: tuple[StudySnapshot, ...] = ()
    """Undone steps, the next to redo last."""

    def for_study(self, study: StudyDraft) -> StudyHistory:
        """This history if it is that of `study`, wherever that is saved; else an empty one."""
        same = replace(self.study, recipe_file=study.recipe_file) == study
        return replace(self, study=study) if same else StudyHistory(study)

    def changed(self, study: StudyDraft, baseline: Network | None = None) -> StudyHistory:
        """The history after a change to `study`; `baseline` is the old one, where that changed."""
        return StudyHistory(study, (*self.past, StudySnapshot(self.study, baseline)))

    def renamed(self, study: StudyDraft) -> StudyHistory:
        """The history of the study under another name or file; that cannot be undone."""
        return replace(self, study=study)

    def undone(self, baseline: Network) -> tuple[StudyHistory, Network]:
        """One step back from a study with `baseline`, and the baseline that it then has."""
        return self._step(self.past, baseline, back=True)

    def redone(self, baseline: Network) -> tuple[StudyHistory, Network]:
        """One undone step made again, as `undone` gives it."""
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
