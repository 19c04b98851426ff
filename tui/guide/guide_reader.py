"""What Guides reads from files and from the lab, and writes to it. All of it runs in threads."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message

from netlab.errors import LabError, NetlabError
from netlab.lab.records import Prediction, StudyInCondition
from netlab.lab.run_state import UNFINISHED_STATES, State

if TYPE_CHECKING:
    from netlab.lab.store import Lab
    from netlab.recipe.loader import Recipe
    from netlab.report.guides import ClaimOutcome, Guide
    from netlab.report.verdicts.verdict import VerdictKind


@dataclass(frozen=True)
class GuideForm:
    """A guide in one of its forms."""

    name: str
    full: bool = False
    """The long form instead of the short one."""


@dataclass(frozen=True)
class GuideStatus:
    """How a guide stands in one of its forms: what was predicted, what ran, what came out."""

    condition: str
    """Under what data and protocol it is run."""
    outcomes: tuple[ClaimOutcome, ...]
    own_words: Prediction | None = None
    """What was last written of the study as a whole, in one's own words."""
    states: tuple[State, ...] = ()
    """Of its runs that are in the lab."""

    @property
    def run_count(self) -> int:
        """Its runs that are in the lab."""
        return len(self.states)

    @property
    def done_count(self) -> int:
        """Those that are done."""
        return self.states.count("done")

    @property
    def unfinished_count(self) -> int:
        """Those that can still be finished."""
        return sum(state in UNFINISHED_STATES for state in self.states)

    @property
    def active(self) -> bool:
        """Whether any waits to be trained, or is."""
        return "queued" in self.states or "running" in self.states

    @property
    def started(self) -> bool:
        """Whether any has been started."""
        return any(state != "queued" for state in self.states)

    @property
    def decided_count(self) -> int:
        """Claims with a verdict for or against them."""
        return self._count({"supported", "refuted"})

    @property
    def judged_count(self) -> int:
        """Claims for which there are figures, whether these decide or not."""
        return self._count({"supported", "refuted", "inconclusive"})

    def _count(self, words: set[VerdictKind]) -> int:
        return sum(one.verdict is not None and one.verdict.kind in words for one in self.outcomes)


class GuidesLoaded(Message):
    """Guides as far as they are read; `complete` once there are no more."""

    def __init__(
        self, guides: tuple[Guide, ...], *, complete: bool, problem: str | None = None
    ) -> None:
        super().__init__()
        self.guides = guides
        self.complete = complete
        self.problem = problem


class StatusesRead(Message):
    """How guides stand; where the lab could not be read, `problem` says why."""

    def __init__(self, standings: Mapping[GuideForm, GuideStatus], problem: str | None) -> None:
        super().__init__()
        self.standings = standings
        self.problem = problem


PendingNotes = Mapping[str | None, str | None]
"""What is to be written down: for a claim's hash the verdict that is expected, or None to take
that back; for None a text on the study as a whole."""


class NotesWritten(Message):
    """What was to be written down is, or `problem` says why not."""

    def __init__(self, place: GuideForm, notes: PendingNotes, problem: str | None) -> None:
        super().__init__()
        self.place = place
        self.notes = notes
        self.problem = problem


def load_guides() -> Iterator[tuple[Guide, ...]]:
    """The guides that come with netlab, by name: with each one that was read, all so far."""
    from netlab.recipe.library import bundled
    from netlab.recipe.loader import load_recipe
    from netlab.report.guides import Guide

    found: tuple[Guide, ...] = ()
    for path in bundled().values():
        recipe = load_recipe(path)
        if recipe.why and recipe.claims:
            found = (*found, Guide(recipe))
            yield found


def recipe_in_form(guide: Guide, *, full: bool) -> Recipe:
    """The recipe as it is trained in that form."""
    return guide.recipe if full else guide.recipe.with_overrides(quick=True)


def condition_of(guide: Guide, *, full: bool) -> str:
    """Under what data and protocol the guide is run in that form."""
    recipe = recipe_in_form(guide, full=full)
    return recipe.specs(recipe.variants[0])[0].condition


class GuideReader:
    """Reads how guides stand, and judges anew only what may have changed. One call at a time."""

    def __init__(self, lab: Path) -> None:
        self._lab = lab
        self._known: dict[GuideForm, tuple[StudyInCondition | None, GuideStatus]] = {}

    def read(self, guides: Iterable[Guide], anew: Collection[GuideForm]) -> StatusesRead:
        """How all `guides` stand in both forms; those in `anew` are read in any case."""
        places = {GuideForm(guide.name, full): guide for guide in guides for full in (False, True)}
        problem = None
        if self._lab.exists():
            from netlab.lab.store import Lab

            try:
                with Lab.open(self._lab, readonly=True) as lab:
                    self._read_changed(lab, places, anew)
            except NetlabError as error:
                problem = str(error)
        for place, guide in places.items():
            if place not in self._known:
                self._known[place] = None, _not_run(guide, place)
        return StatusesRead({place: self._known[place][1] for place in places}, problem)

    def _read_changed(
        self, lab: Lab, places: Mapping[GuideForm, Guide], anew: Collection[GuideForm]
    ) -> None:
        plans = {(plan.study, plan.condition): plan for plan in lab.studies.by_condition()}
        for place, guide in places.items():
            plan = plans.get((place.name, condition_of(guide, full=place.full)))
            known = self._known.get(place)
            if known is None or known[0] != plan or place in anew:
                self._known[place] = plan, read_status(lab, guide, place, entered=plan is not None)


def read_status(lab: Lab, guide: Guide, place: GuideForm, *, entered: bool) -> GuideStatus:
    """How one guide stands; `entered` says whether the lab has the study in this form."""
    from netlab.report.guides import claim_outcomes
    from netlab.report.verdicts.judge import judge

    condition = condition_of(guide, full=place.full)
    said = lab.predictions.about(guide.name, condition)
    own = next((one for one in reversed(said) if one.claim is None and one.text), None)
    if not entered:
        return GuideStatus(condition, claim_outcomes(guide, said, ()), own)
    study = lab.studies.get(guide.name, condition)
    entries = lab.runs.entries(guide.name, condition)
    verdicts = judge(study, entries, lab.timings.values(study))
    states = tuple(entry.run.state for entry in entries)
    return GuideStatus(condition, claim_outcomes(guide, said, verdicts), own, states)


def write_notes(lab: Path, place: GuideForm, condition: str, notes: PendingNotes) -> NotesWritten:
    """Write predictions down; the lab adds the time, and how many runs had started by then."""
    from netlab.lab.store import Lab

    try:
        with Lab.open(lab, create=True) as opened:
            for claim, said in notes.items():
                if claim is None:
                    opened.predictions.add(place.name, condition, said or "")
                else:
                    opened.predictions.add(place.name, condition, claim=claim, verdict=said)
    except LabError as error:
        return NotesWritten(place, notes, str(error))
    return NotesWritten(place, notes, None)


def read_guides(on_progress: Callable[[GuidesLoaded], object]) -> GuidesLoaded:
    """Read the guides, and tell of them as they come; the last word is the result."""
    found: tuple[Guide, ...] = ()
    try:
        for found in load_guides():
            on_progress(GuidesLoaded(found, complete=False))
    except NetlabError as error:
        return GuidesLoaded(found, complete=True, problem=str(error))
    return GuidesLoaded(found, complete=True)


def _not_run(guide: Guide, place: GuideForm) -> GuideStatus:
    from netlab.report.guides import claim_outcomes

    none: tuple[Prediction, ...] = ()
    return GuideStatus(condition_of(guide, full=place.full), claim_outcomes(guide, none, ()))
