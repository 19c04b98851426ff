"""What the Guides screen knows: guides, how they stand, what they cost, what is to be written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual.timer import Timer

from tui.background import in_background, post
from tui.compare.reading import stamp
from tui.guide.reading import (
    GuidesRead,
    Notes,
    Place,
    Reader,
    Standing,
    StandingsRead,
    Written,
    in_form,
    read_guides,
    write,
)
from tui.guide.sides import Side, beforehand, question_about, sides
from tui.guide.time_left import TimeLeft
from tui.guide.words import ended_in_words
from tui.mode import ModeScreen

if TYPE_CHECKING:
    from netlab.recipe.recipe import Recipe
    from netlab.report.guides import Guide, Outcome
    from netlab.report.verdict import Word
    from tui.costing import SettledFound
    from tui.costs import Settled

LOOK_EVERY = 2.0
"""Seconds between two looks at whether the lab has changed; they cost two calls of stat."""


class GuideState(ModeScreen):
    """The state behind the widgets. Subclasses show it in `refresh_view`."""

    MODE: ClassVar[str] = "guides"

    def __init__(self) -> None:
        super().__init__()
        self.guides: dict[str, Guide] = {}
        self.standings: Mapping[Place, Standing] = {}
        self.place: Place | None = None
        """The guide that is read."""
        self.problem: str | None = None
        """What is wrong with the lab."""
        self._reader = Reader(self.netlab.lab_path)
        self._reading, self._again = False, False
        self._starting: tuple[str, ...] = ()
        """What was being started when the lab was last read."""
        self._settled: dict[str, dict[str, Settled | str]] = {}
        self._drafts: dict[Place, dict[str | None, str | None]] = {}
        """What is to be written down, and is not yet."""
        self._unread: dict[Place, dict[str | None, str | None]] = {}
        """What has been written down since the lab was last read."""
        self._writing = False
        self._wanted: Place | None = None
        """What is started once all is written down."""
        self._awaited: set[Place] = set()
        """What was started here and is not done."""
        self._stamp: object = None
        self._look_timer: Timer | None = None
        self._time = TimeLeft(self.netlab.lab_path, self, self.refresh_view)

    def refresh_view(self) -> None:
        """Show everything as it is now."""
        raise TypeError(f"{type(self).__name__} shows nothing")

    # The guide that is read.

    @property
    def guide(self) -> Guide | None:
        """The guide that is read."""
        return self.guides.get(self.place.name) if self.place else None

    @property
    def recipe(self) -> Recipe | None:
        """Its recipe, in the form that is looked at."""
        return in_form(self.guide, full=self.place.full) if self.guide and self.place else None

    @property
    def standing(self) -> Standing | None:
        """How it stands."""
        return self.standings.get(self.place) if self.place else None

    @property
    def sides(self) -> tuple[Side, ...]:
        """Its networks, with what is known of them."""
        return sides(self.guide, self._settled.get(self.guide.name, {})) if self.guide else ()

    @property
    def drafts(self) -> Notes:
        """What was said of it that the last reading of the lab does not hold yet."""
        if self.place is None:
            return {}
        return {**self._unread.get(self.place, {}), **self._drafts.get(self.place, {})}

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Its claims, with what is expected as of now, and verdicts that need no run."""
        if self.guide is None:
            return ()
        if self.standing is None:
            from netlab.report.guides import outcomes

            found = outcomes(self.guide, (), ())
        else:
            found = self.standing.outcomes
        known = beforehand(self.guide, self.sides)
        return tuple(self._as_of_now(one, known) for one in found)

    def _as_of_now(self, one: Outcome, known: Mapping[str, object]) -> Outcome:
        if one.verdict is None and one.question.hash in known:
            one = replace(one, verdict=known[one.question.hash])  # type: ignore[arg-type]
        if one.question.hash in self.drafts:
            guess = cast("Word | None", self.drafts[one.question.hash])
            one = replace(one, predicted=guess, written=None)
        return one

    @property
    def time_words(self) -> str:
        """About how long the rest takes; empty while that is not known."""
        return self._time.words(self._timed())

    def show(self, place: Place | None) -> None:
        """Read another guide, or the same in its other form."""
        if place == self.place:
            return
        self.place = place
        self._ask_costs()
        self.reread()
        self._plan_time()
        self.refresh_view()

    # Reading.

    def begin(self) -> None:
        """Read the guides, then the lab whenever it changes; call once the widgets are there."""
        in_background(lambda: read_guides(lambda message: post(self, message)), self)
        self._look_timer = self.set_interval(LOOK_EVERY, self.look)

    def look(self) -> None:
        """Read the lab if anything was written to it since the last look."""
        now = stamp(self.netlab.lab_path)
        if now != self._stamp:
            self._stamp = now
            self.reread()

    def reread(self) -> None:
        """Read how all guides stand; once more if that is being done already."""
        if self._reading:
            self._again = True
            return
        self._reading, self._again = True, False
        self._starting = self.netlab.starting
        guides, place = tuple(self.guides.values()), self.place
        in_background(lambda: self._reader.read(guides, place), self)

    def on_guides_read(self, message: GuidesRead) -> None:
        """Some more guides are there."""
        self.guides = {guide.name: guide for guide in message.guides}
        if message.problem:
            self.notify(message.problem, severity="error", markup=False)
        if message.complete:
            self.reread()

    def on_standings_read(self, message: StandingsRead) -> None:
        """Show how guides stand."""
        self._reading = False
        self.standings, self.problem = message.standings, message.problem
        if self._again:  # this is older than what was written or started since
            self.reread()
        else:
            self._unread.clear()
            self._tell_ended()
        if self.whole:
            self._plan_time()
            self.refresh_view()
            self.refresh_bindings()

    def on_screen_resume(self) -> None:
        """Look at once; answers that came while another screen was up are lost."""
        if self._look_timer is not None:
            self._look_timer.resume()
            self.look()
        self._ask_costs()
        self._plan_time()

    def on_screen_suspend(self) -> None:
        """Nobody sees it: do not look, unless something was started whose end is to be told."""
        self._time.stop()
        if self._look_timer is not None and not self._awaited:
            self._look_timer.pause()

    async def on_unmount(self) -> None:
        """Leave no process behind."""
        await self._time.ended()

    def _tell_ended(self) -> None:
        for place in tuple(self._awaited):
            found = self.standings.get(place)
            started_as = Path(self.guides[place.name].recipe.file).stem
            if found is None or found.going or started_as in self._starting:
                continue
            self._awaited.discard(place)
            if found.runs and found.done == found.runs:
                self.notify(ended_in_words(place, found), timeout=15, markup=False)

    # Costs.

    def _ask_costs(self) -> None:
        guide = self.guide
        if guide is None or not self.is_current:
            return
        known = self._settled.setdefault(guide.name, {})
        baseline = guide.recipe.variants[0]
        for index, variant in enumerate(guide.recipe.variants):
            if variant.name not in known:
                self.netlab.ask_settled(
                    f"guide-{index}",
                    (guide.name, variant.name),
                    **question_about(variant, baseline),
                )

    def on_settled_found(self, message: SettledFound) -> None:
        """The analyser has answered."""
        guide, variant = cast("tuple[str, str]", message.context)
        self._settled.setdefault(guide, {})[variant] = message.settled
        if self.whole:
            self.refresh_view()

    # Writing.

    def note(self, claim: str | None, said: str | None) -> None:
        """Write something down about the guide that is read."""
        if self.place is not None:
            self._drafts.setdefault(self.place, {})[claim] = said
            self.flush()
            self.refresh_view()

    def flush(self) -> None:
        """Write down what is to be; then start what is to be started."""
        if self._writing:
            return
        for place, notes in self._drafts.items():
            if notes and place in self.standings:
                self._writing = True
                lab, condition = self.netlab.lab_path, self.standings[place].condition
                kept = dict(notes)
                in_background(lambda: write(lab, place, condition, kept), self)  # noqa: B023
                return
        if self._wanted is not None:
            wanted, self._wanted = self._wanted, None
            self.begin_runs(wanted)

    def begin_runs(self, place: Place) -> None:
        """Train that guide."""
        raise TypeError(f"{type(self).__name__} does not start {place.name}")

    def on_written(self, message: Written) -> None:
        """It is in the lab; or say why not."""
        self._writing = False
        left = self._drafts[message.place]
        for claim, said in message.notes.items():
            if left.get(claim) == said:
                del left[claim]
        if message.problem is not None:
            left.clear()
            self._wanted = None
            words = f"not written down: {message.problem}"
            self.notify(words.capitalize(), severity="error", timeout=15, markup=False)
        else:
            self._unread.setdefault(message.place, {}).update(message.notes)
        self.reread()
        self.flush()

    # How long it takes.

    def _timed(self) -> tuple[Place, int] | None:
        """What the time depends on; None where there is nothing to work out."""
        found = self.standing
        if self.place is None or found is None or found.going:
            return None
        return None if found.runs and found.done == found.runs else (self.place, found.done)

    def _plan_time(self) -> None:
        if self.guide is None or self.place is None or not self.is_current:
            return
        form = [] if self.place.full else ["--quick"]
        self._time.want(self._timed(), ["plan", self.guide.recipe.file, *form, "--json"])
