"""What the Ablate screen knows: costs, the study's past, whether it is saved, how long it takes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from textual.timer import Timer
from textual.worker import Worker, WorkerError

from netlab.errors import NetlabError
from netlab.recipe.network import Network
from tui.ablate import estimate as estimating
from tui.ablate.figures import duration
from tui.ablate.preview import Preview, previews
from tui.ablate.saving import is_saved, recipe_text
from tui.costs import Costs
from tui.draft import StudyDraft, VariantDraft
from tui.mode import ModeScreen

if TYPE_CHECKING:
    from tui.app import CostsFound


@dataclass(frozen=True)
class Time:
    """How long the study `about` takes, in words; None while that is worked out."""

    about: tuple[StudyDraft, Network]
    words: str | None


class StudyState(ModeScreen):
    """The state behind the widgets. Subclasses show it in `refresh_view`."""

    MODE: ClassVar[str] = "ablate"

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[Network, Costs] = {}
        self._past: list[StudyDraft] = []
        self._future: list[StudyDraft] = []
        self._mine: StudyDraft | None = None
        """The study as this screen last set it; another one comes from elsewhere."""
        self._saved: tuple[StudyDraft, Network] | None = None
        self._time: Time | None = None
        self._timer: Timer | None = None
        self._estimating_now: Worker[None] | None = None

    @property
    def study(self) -> StudyDraft:
        """The study that is planned."""
        return self.netlab.study

    @property
    def baseline(self) -> Network:
        """The network that every variant starts from."""
        return self.netlab.document.baseline

    @property
    def saved(self) -> bool:
        """Whether the study's file is known to say what the study says."""
        return self._saved == (self.study, self.baseline)

    def refresh_view(self) -> None:
        """Show everything as it is now."""
        raise TypeError(f"{type(self).__name__} shows nothing")

    def previews(self) -> tuple[Preview, ...]:
        """The baseline and every variant with what is known of them."""
        return previews(self.study, self.baseline, self._known)

    def change(self, study: StudyDraft) -> None:
        """Change the study, so that it can be undone."""
        if study != self.study:
            self._past.append(self.study)
            self._future.clear()
            self.set_study(study)

    def set_study(self, study: StudyDraft) -> None:
        """Change the study, and keep what can be undone."""
        self._mine = study
        self.netlab.study = study

    def action_undo(self) -> None:
        """Take the last change of the study back."""
        self._step(self._past, self._future, "nothing to undo in the study")

    def action_redo(self) -> None:
        """Make the change that was undone again."""
        self._step(self._future, self._past, "nothing to redo in the study")

    def _step(self, source: list[StudyDraft], target: list[StudyDraft], empty: str) -> None:
        if not source:
            self.notify(empty, markup=False)
            return
        target.append(self.study)
        self.set_study(replace(source.pop(), recipe_file=self.study.recipe_file))

    # What comes from the app.

    def follow(self) -> None:
        """Watch the app; call once the widgets are there."""
        self.watch(self.app, "document", self._document_changed, init=False)
        self.watch(self.app, "study", self._study_changed, init=False)
        self.watch(self.app, "baseline_costs", self._baseline_known, init=False)
        self._baseline_known(self.netlab.baseline_costs)

    def on_screen_resume(self) -> None:
        """Ask for what is not known; answers that came while another screen was up are lost."""
        self.update()

    async def on_unmount(self) -> None:
        """Leave no process behind."""
        self._stop_estimate()
        if self._estimating_now is not None:
            with contextlib.suppress(WorkerError):
                await self._estimating_now.wait()

    def on_screen_suspend(self) -> None:
        """Let no estimate go on that nobody sees."""
        self._stop_estimate()

    def update(self) -> None:
        """Everything may be different: show it, and find out what is not known."""
        self.refresh_view()
        if self.is_current:
            self.ask_for(preview.network for preview in self.previews())
            self._check_saved()
            self._plan_estimate()

    def ask_for(self, networks: Iterable[Network | None]) -> None:
        """Ask for the costs of those networks that are not known yet."""
        for index, network in enumerate(networks):
            if network is not None and network not in self._known:
                self.netlab.ask_costs(f"ablate-{index}", network)

    def _document_changed(self) -> None:
        self.update()

    def _study_changed(self, study: StudyDraft) -> None:
        if study is not self._mine:
            self._past.clear()
            self._future.clear()
            self._mine = study
        self.update()

    def _baseline_known(self, costs: Costs | None) -> None:
        if costs is not None:
            self._learn(costs)

    def on_costs_found(self, message: CostsFound) -> None:
        """The analyser has answered."""
        self._learn(message.costs)

    def _learn(self, costs: Costs) -> None:
        self._known[costs.network] = costs
        self.refresh_view()
        if self.is_current:
            self._plan_estimate()

    # Whether it is saved.

    def note_saved(self, saved: StudyDraft, was: StudyDraft, baseline: Network) -> None:
        """`was` is in a file now, as `saved`; it may have been changed in the meantime."""
        self._saved = (saved, baseline)
        if self.study == was:
            self.set_study(saved)
        else:
            self.set_study(replace(self.study, recipe_file=saved.recipe_file))

    def _check_saved(self) -> None:
        if self.study.recipe_file is not None and not self.saved:
            self.run_worker(
                self._look_whether_saved(self.study, self.baseline), group="saved", exclusive=True
            )

    async def _look_whether_saved(self, study: StudyDraft, baseline: Network) -> None:
        if await asyncio.to_thread(is_saved, study, baseline):
            self._saved = (study, baseline)
            self.refresh_view()

    # How long it takes.

    @property
    def time_words(self) -> str:
        """`about 12 min`, or `…`."""
        if any(preview.fault for preview in self.previews()):
            return "no time: a network cannot be trained"
        known = self._time if self._time and self._time.about == self._timed() else None
        return (known and known.words) or "…"

    def forget_time(self) -> None:
        """Runs are being trained: the time is another from now on."""
        self._time = None

    def _timed(self) -> tuple[StudyDraft, Network]:
        """What the time depends on: all of the study but its words."""
        variants = tuple(VariantDraft("", variant.edits) for variant in self.study.variants)
        return replace(self.study, name="", question="", variants=variants), self.baseline

    def _plan_estimate(self) -> None:
        """Estimate once the study has stayed as it is for a moment; an older one is ended."""
        about = self._timed()
        if self._time is not None and self._time.about == about:
            return
        self._stop_estimate()
        seen = self.previews()[1:]
        if seen and all(preview.complete and not preview.fault for preview in seen):
            self._timer = self.set_timer(estimating.PATIENCE, self._estimate)

    def _stop_estimate(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.workers.cancel_group(self, "estimate")
        if self._time is not None and self._time.words is None:
            self._time = None

    def _estimate(self) -> None:
        self._time = Time(self._timed(), None)
        self._estimating_now = self.run_worker(
            self._estimating(self._time.about, self.study, self.baseline),
            group="estimate",
            exclusive=True,
        )

    async def _estimating(
        self, about: tuple[StudyDraft, Network], study: StudyDraft, baseline: Network
    ) -> None:
        try:
            text = await asyncio.to_thread(recipe_text, study, baseline)
            found = await estimating.estimate(text, self.netlab.lab_path)
        except (NetlabError, estimating.NoEstimate) as error:
            words = f"time not known: {error}"
        else:
            words = f"about {duration(found.seconds)}" if found.seconds else "all done already"
        self._time = Time(about, words)
        self.refresh_view()
