"""What Guides reads from files and the lab, and writes to the lab. Everything runs in threads."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message

from netlab.errors import LabError, NetlabError
from netlab.lab.records import StudyInCondition

if TYPE_CHECKING:
    from netlab.lab.store import Lab
    from netlab.report.guide_status import GuideStatus
    from netlab.report.guides import Guide


@dataclass(frozen=True)
class GuideForm:
    """A guide, in its short or its full form."""

    name: str
    full: bool = False
    """Whether it is the full form, not the short one."""


@dataclass
class GuidesLoaded(Message):
    """The guides loaded so far; `complete` if these are all, or loading failed."""

    guides: tuple[Guide, ...]
    complete: bool
    problem: str | None = None


@dataclass
class StatusesRead(Message):
    """The status of each guide and form; `problem` says why the lab could not be read."""

    statuses: Mapping[GuideForm, GuideStatus]
    problem: str | None


PendingNotes = Mapping[str | None, str | None]
"""Notes to write: by the hash of a claim, the expected verdict (None takes a prediction back); by
None, a text on the study as a whole."""


@dataclass
class NotesWritten(Message):
    """The notes are in the lab, or `problem` says why not."""

    form: GuideForm
    notes: PendingNotes
    problem: str | None


def load_guides() -> Iterator[tuple[Guide, ...]]:
    """Load the guides that come with netlab; after each one, yield all guides so far."""
    from netlab.report.guides import iter_guides

    found: tuple[Guide, ...] = ()
    for guide in iter_guides():
        found = (*found, guide)
        yield found


class GuideReader:
    """Reads the status of guides; judges only what may have changed. One call at a time."""

    def __init__(self, lab: Path) -> None:
        self._lab = lab
        self._known: dict[GuideForm, tuple[StudyInCondition | None, GuideStatus]] = {}

    def read(self, guides: Iterable[Guide], anew: Collection[GuideForm]) -> StatusesRead:
        """Status of all `guides` in both forms; those in `anew` are read even if unchanged."""
        from netlab.report.guide_status import not_run

        forms = {GuideForm(guide.name, full): guide for guide in guides for full in (False, True)}
        problem = None
        if self._lab.exists():
            from netlab.lab.store import Lab

            try:
                with Lab.open(self._lab, readonly=True) as lab:
                    self._read_changed(lab, forms, anew)
            except NetlabError as error:
                problem = str(error)
        for form, guide in forms.items():
            if form not in self._known:
                self._known[form] = None, not_run(guide, full=form.full)
        return StatusesRead({form: self._known[form][1] for form in forms}, problem)

    def _read_changed(
        self, lab: Lab, forms: Mapping[GuideForm, Guide], anew: Collection[GuideForm]
    ) -> None:
        from netlab.report.guide_status import load_guide_status

        plans = {(plan.study, plan.condition): plan for plan in lab.studies.conditions()}
        for form, guide in forms.items():
            plan = plans.get((form.name, guide.condition(full=form.full)))
            known = self._known.get(form)
            if known is None or known[0] != plan or form in anew:
                status = load_guide_status(lab, guide, full=form.full, entered=plan is not None)
                self._known[form] = plan, status


def write_notes(lab: Path, form: GuideForm, condition: str, notes: PendingNotes) -> NotesWritten:
    """Write predictions to the lab, which adds the time and how many runs had started by then."""
    from netlab.lab.store import Lab

    try:
        with Lab.open(lab, create=True) as opened:
            for claim, text in notes.items():
                if claim is None:
                    opened.predictions.add(form.name, condition, text or "")
                else:
                    opened.predictions.add(form.name, condition, claim=claim, verdict=text)
    except LabError as error:
        return NotesWritten(form, notes, str(error))
    return NotesWritten(form, notes, None)


def read_guides(on_progress: Callable[[GuidesLoaded], object]) -> GuidesLoaded:
    """Load the guides. Calls `on_progress` after each one; returns all of them at the end."""
    found: tuple[Guide, ...] = ()
    try:
        for found in load_guides():
            on_progress(GuidesLoaded(found, complete=False))
    except NetlabError as error:
        return GuidesLoaded(found, complete=True, problem=str(error))
    return GuidesLoaded(found, complete=True)
