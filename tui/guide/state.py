"""What the Guides screen knows: guides, how they stand, what they cost, what is to be written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual.timer import Timer

from tui.background.jobs import post_from_thread, run_in_background
from tui.compare.reading import lab_stamp
from tui.guide.guide_reader import (
    GuideForm,
    GuideReader,
    GuidesLoaded,
    NotesWritten,
    PendingNotes,
    StatusesRead,
    read_guides,
    write_notes,
)
from tui.guide.guide_text import ended_notice
from tui.guide.network_costs import NetworkCosts, network_costs, static_verdicts, variant_question
from tui.guide.time_left import TimeLeft
from tui.model.analyser_requests import AnalyserFailure, PreparedCostsRequest
from tui.shell.mode_screen import ModeScreen

if TYPE_CHECKING:
    from netlab.recipe.recipe import Recipe
    from netlab.report.guide_status import ClaimOutcome, GuideStatus
    from netlab.report.guides import Guide
    from netlab.report.verdicts.verdict import VerdictKind
    from tui.model.costs import PreparedCosts

LAB_CHECK_INTERVAL_S = 2.0
"""Seconds between two looks at whether the lab has changed; they cost two calls of stat."""


class GuideState(ModeScreen):
    """The state behind the widgets. Subclasses show it in `refresh_view`."""

    MODE: ClassVar[str] = "guides"

    def __init__(self) -> None:
        super().__init__()
        self.guides: dict[str, Guide] = {}
        self.statuses: Mapping[GuideForm, GuideStatus] = {}
        self.form: GuideForm | None = None
        """The guide that is read."""
        self.problem: str | None = None
        """What is wrong with the lab."""
        self._reader = GuideReader(self.workspace.lab_path)
        self._reading, self._again = False, False
        self._starting: tuple[str, ...] = ()
        """What was being started when the lab was last read."""
        self._prepared: dict[str, dict[str, PreparedCosts | str]] = {}
        self._drafts: dict[GuideForm, dict[str | None, str | None]] = {}
        """What is to be written down, and is not yet."""
        self._unread: dict[GuideForm, dict[str | None, str | None]] = {}
        """What has been written down since the lab was last read."""
        self._writing = False
        self._start_after_writing: GuideForm | None = None
        """What is started once all is written down."""
        self._started_here: set[GuideForm] = set()
        """What was started here and is not done."""
        self._stamp: object = None
        self._look_timer: Timer | None = None
        self._time = TimeLeft(self.workspace.lab_path, self, self.refresh_view)

    def refresh_view(self) -> None:
        """Show everything as it is now."""
        raise TypeError(f"{type(self).__name__} shows nothing")

    # The guide that is read.

    @property
    def guide(self) -> Guide | None:
        """The guide that is read."""
        return self.guides.get(self.form.name) if self.form else None

    @property
    def recipe(self) -> Recipe | None:
        """Its recipe, in the form that is looked at."""
        return self.guide.in_form(full=self.form.full) if self.guide and self.form else None

    @property
    def status(self) -> GuideStatus | None:
        """How it stands."""
        return self.statuses.get(self.form) if self.form else None

    @property
    def networks(self) -> tuple[NetworkCosts, ...]:
        """Its networks, with what is known of them."""
        return (
            network_costs(self.guide, self._prepared.get(self.guide.name, {})) if self.guide else ()
        )

    @property
    def drafts(self) -> PendingNotes:
        """What was said of it that the last reading of the lab does not hold yet."""
        if self.form is None:
            return {}
        return {**self._unread.get(self.form, {}), **self._drafts.get(self.form, {})}

    @property
    def outcomes(self) -> tuple[ClaimOutcome, ...]:
        """Its claims, with what is expected as of now, and verdicts that need no run."""
        if self.guide is None:
            return ()
        if self.status is None:
            from netlab.report.guide_status import claim_outcomes

            found = claim_outcomes(self.guide, (), ())
        else:
            found = self.status.outcomes
        known = static_verdicts(self.guide, self.networks)
        return tuple(self._as_of_now(one, known) for one in found)

    def _as_of_now(self, one: ClaimOutcome, known: Mapping[str, object]) -> ClaimOutcome:
        if one.verdict is None and one.question.hash in known:
            one = replace(one, verdict=known[one.question.hash])  # type: ignore[arg-type]
        if one.question.hash in self.drafts:
            guess = cast("VerdictKind | None", self.drafts[one.question.hash])
            one = replace(one, predicted=guess, predicted_at=None)
        return one

    @property
    def time_words(self) -> str:
        """About how long the rest takes; empty while that is not known."""
        return self._time.words(self._timed())

    def show(self, place: GuideForm | None) -> None:
        """Read another guide, or the same in its other form."""
        if place == self.form:
            return
        self.form = place
        self._ask_costs()
        self.reread()
        self._plan_time()
        self.refresh_view()

    # Reading.

    def start_reading(self) -> None:
        """Read the guides, then the lab whenever it changes; call once the widgets are there."""
        run_in_background(
            lambda: read_guides(lambda message: post_from_thread(self, message)), self
        )
        self._look_timer = self.set_interval(LAB_CHECK_INTERVAL_S, self.check_lab)

    def check_lab(self) -> None:
        """Read the lab if anything was written to it since the last look."""
        now = lab_stamp(self.workspace.lab_path)
        if now != self._stamp:
            self._stamp = now
            self.reread()

    def reread(self) -> None:
        """Read how all guides stand; once more if that is being done already."""
        if self._reading:
            self._again = True
            return
        self._reading, self._again = True, False
        self._starting = self.workspace.starting
        guides = tuple(self.guides.values())
        anew = {*self._unread} if self.form is None else {self.form, *self._unread}
        run_in_background(lambda: self._reader.read(guides, anew), self)

    def on_guides_loaded(self, message: GuidesLoaded) -> None:
        """Some more guides are there."""
        self.guides = {guide.name: guide for guide in message.guides}
        if message.problem:
            self.notify(message.problem, severity="error", markup=False)
        if message.complete:
            self.reread()

    def on_statuses_read(self, message: StatusesRead) -> None:
        """Show how guides stand."""
        self._reading = False
        self.statuses, self.problem = message.standings, message.problem
        if self._again:  # this is older than what was written or started since
            self.reread()
        else:
            self._unread.clear()
            self._notify_ended()
        if self.is_live:
            self._plan_time()
            self.refresh_view()
            self.refresh_bindings()

    def on_screen_resume(self) -> None:
        """Look at once; answers that came while another screen was up are lost."""
        if self._look_timer is not None:
            self._look_timer.resume()
            self.check_lab()
        self._ask_costs()
        self._plan_time()

    def on_screen_suspend(self) -> None:
        """Nobody sees it: do not look, unless something was started whose end is to be told."""
        self._time.stop()
        if self._look_timer is not None and not self._started_here:
            self._look_timer.pause()

    async def on_unmount(self) -> None:
        """Leave no process behind."""
        await self._time.ended()

    def _notify_ended(self) -> None:
        for place in tuple(self._started_here):
            found = self.statuses.get(place)
            started_as = Path(self.guides[place.name].recipe.file).stem
            if found is None or found.active or started_as in self._starting:
                continue
            self._started_here.discard(place)
            if found.run_count and found.done_count == found.run_count:
                self.notify(ended_notice(place, found), timeout=15, markup=False)

    # Costs.

    def _ask_costs(self) -> None:
        guide = self.guide
        if guide is None or not self.is_current:
            return
        known = self._prepared.setdefault(guide.name, {})
        baseline = guide.recipe.variants[0]
        for index, variant in enumerate(guide.recipe.variants):
            if variant.name not in known:
                self.workspace.ask(
                    PreparedCostsRequest(variant_question(variant, baseline)),
                    f"guide-{index}",
                    self,
                    partial(self._receive_costs, guide.name, variant.name),
                )

    def _receive_costs(
        self, guide: str, variant: str, answer: PreparedCosts | AnalyserFailure
    ) -> None:
        if isinstance(answer, AnalyserFailure):
            self._prepared.setdefault(guide, {})[variant] = answer.message
        else:
            self._prepared.setdefault(guide, {})[variant] = answer
        if self.is_live:
            self.refresh_view()

    # Writing.

    def add_note(self, claim: str | None, said: str | None) -> None:
        """Write something down about the guide that is read."""
        if self.form is not None:
            self._drafts.setdefault(self.form, {})[claim] = said
            self.write_pending()
            self.refresh_view()

    def write_pending(self) -> None:
        """Write down what is to be; then start what is to be started."""
        if self._writing:
            return
        for place, notes in self._drafts.items():
            if notes and place in self.statuses:
                self._writing = True
                lab, condition = self.workspace.lab_path, self.statuses[place].condition
                kept = dict(notes)
                run_in_background(lambda: write_notes(lab, place, condition, kept), self)  # noqa: B023
                return
        if self._start_after_writing is not None:
            wanted, self._start_after_writing = self._start_after_writing, None
            self.begin_runs(wanted)

    def begin_runs(self, place: GuideForm) -> None:
        """Train that guide."""
        raise TypeError(f"{type(self).__name__} does not start {place.name}")

    def on_notes_written(self, message: NotesWritten) -> None:
        """It is in the lab; or say why not."""
        self._writing = False
        left = self._drafts[message.place]
        for claim, said in message.notes.items():
            if left.get(claim) == said:
                del left[claim]
        if message.problem is not None:
            left.clear()
            self._start_after_writing = None
            words = f"not written down: {message.problem}"
            self.notify(words.capitalize(), severity="error", timeout=15, markup=False)
        else:
            self._unread.setdefault(message.place, {}).update(message.notes)
        self.reread()
        self.write_pending()

    # How long it takes.

    def _timed(self) -> tuple[GuideForm, int] | None:
        """What the time depends on; None where there is nothing to work out."""
        found = self.status
        if self.form is None or found is None or found.active:
            return None
        return (
            None
            if found.run_count and found.done_count == found.run_count
            else (self.form, found.done_count)
        )

    def _plan_time(self) -> None:
        if self.guide is None or self.form is None or not self.is_current:
            return
        form = [] if self.form.full else ["--quick"]
        self._time.want(self._timed(), ["plan", self.guide.recipe.file, *form, "--json"])
