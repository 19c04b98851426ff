"""What was done to the study that is being planned, so that it can be undone and done again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from netlab.recipe.network import Network, StoredNetwork
from netlab.recipe.study_draft import StudyDraft


@dataclass(frozen=True)
class StudySnapshot:
    """The study before or after a change, and the baseline where it was that which changed."""

    study: StudyDraft
    baseline: StoredNetwork | None = None


@dataclass(frozen=True)
class StudyHistory:
    """The way to one study, and on from it; of any other study it knows nothing."""

    study: StudyDraft = field(default_factory=StudyDraft)
    """The study that it leads to."""
    past: tuple[StudySnapshot, ...] = ()
    future: tuple[StudySnapshot, ...] = ()
    """What was undone, the next to be done again last."""

    def for_study(self, study: StudyDraft) -> StudyHistory:
        """This history if it leads to `study`, wherever that is saved; else an empty one."""
        same = replace(self.study, recipe_file=study.recipe_file) == study
        return replace(self, study=study) if same else StudyHistory(study)

    def changed(self, study: StudyDraft, baseline: Network | None = None) -> StudyHistory:
        """After a change to `study`; with the `baseline` before, where that was changed."""
        return StudyHistory(study, (*self.past, StudySnapshot(self.study, baseline)))

    def renamed(self, study: StudyDraft) -> StudyHistory:
        """The same past of a study that was given another name or file, which is not undone."""
        return replace(self, study=study)

    def undone(self, baseline: Network) -> tuple[StudyHistory, Network]:
        """One step back, from a study with `baseline`; with the baseline that it then has."""
        return self._step(self.past, baseline, back=True)

    def redone(self, baseline: Network) -> tuple[StudyHistory, Network]:
        """One step forward again."""
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
