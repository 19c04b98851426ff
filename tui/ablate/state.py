"""What the Ablate screen knows: costs, the study's past, whether it is saved, how long it takes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from textual.timer import Timer
from textual.worker import Worker, WorkerError

from netlab.errors import NetlabError
from netlab.format import format_duration
from netlab.recipe.network import Network
from netlab.recipe.study_draft import StudyDraft, VariantDraft
from tui.ablate.network_preview import NetworkPreview, preview_study
from tui.model import time_estimate as estimating
from tui.model.analyser_requests import AnalyserFailure, CostsRequest
from tui.model.costs import Costs
from tui.model.study_file import SavedState, recipe_text, saved_state
from tui.model.study_history import StudyHistory
from tui.shell.mode_screen import ModeScreen


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
        self._looked: tuple[tuple[StudyDraft, Network], SavedState] | None = None
        self._time: Time | None = None
        self._timer: Timer | None = None
        self._estimating_now: Worker[None] | None = None

    @property
    def study(self) -> StudyDraft:
        """The study that is planned."""
        return self.workspace.study

    @property
    def baseline(self) -> Network:
        """The network that every variant starts from."""
        return self.workspace.document.baseline

    @property
    def saved(self) -> bool:
        """Whether the study's file is known to say what the study says."""
        known = self._known_of_files()
        return known is not None and known.saved

    @property
    def protocol(self) -> str:
        """The protocol with its epochs, or its name while the rest is looked for."""
        known = self._known_of_files()
        return known.protocol if known else self.study.protocol

    @property
    def looked(self) -> bool:
        """Whether it is known how the study stands to its files."""
        return self._known_of_files() is not None

    @property
    def data_problem(self) -> str | None:
        """Why the data cannot be trained on; None too while that is looked for."""
        known = self._known_of_files()
        return known.data_problem if known else None

    def _known_of_files(self) -> SavedState | None:
        if self._looked is None or self._looked[0] != self._written():
            return None
        return self._looked[1]

    def _written(self) -> tuple[StudyDraft, Network]:
        """All that a recipe says: not the device."""
        return replace(self.study, device=StudyDraft.device), self.baseline

    def refresh_view(self) -> None:
        """Show everything as it is now."""
        raise TypeError(f"{type(self).__name__} shows nothing")

    def previews(self) -> tuple[NetworkPreview, ...]:
        """The baseline and every variant with what is known of them."""
        return preview_study(self.study, self.baseline, self._known)

    def change(self, study: StudyDraft) -> None:
        """Change the study, so that it can be undone."""
        if study != self.study:
            self._take(self.history.changed(study))

    def change_baseline(self) -> None:
        """Make the network in Compose the baseline, so that it can be undone."""
        history = self.history.changed(self.study, self.baseline)
        self._take(history, self.workspace.document.network)

    @property
    def history(self) -> StudyHistory:
        """What was done to the study that is planned."""
        return self.workspace.study_history.for_study(self.study)

    def action_undo(self) -> None:
        """Take the last change of the study, or of its baseline, back."""
        self._step(*self.history.undone(self.baseline), "nothing to undo in the study")

    def action_redo(self) -> None:
        """Make the change that was undone again."""
        self._step(*self.history.redone(self.baseline), "nothing to redo in the study")

    def _step(self, history: StudyHistory, baseline: Network, empty: str) -> None:
        if history == self.history:
            self.notify(empty.capitalize(), markup=False)
        else:
            self._take(history, baseline)

    def _take(self, history: StudyHistory, baseline: Network | None = None) -> None:
        # The history first: whoever hears of the study keeps both.
        self.workspace.study_history = history
        self.workspace.study = history.study
        document = self.workspace.document
        if baseline is not None and baseline != document.baseline:
            self.workspace.document = replace(document, baseline=baseline)

    def work(self, work: Callable[[], Coroutine[Any, Any, None]], group: str) -> Worker[None]:
        """Do this instead of what else is done in `group`. It is called only as it begins."""
        worker: Worker[None] = self.run_worker(work, group=group, exclusive=True)
        return worker

    # What comes from the app.

    def follow(self) -> None:
        """Watch the app; call once the widgets are there."""
        self.watch(self.app, "document", self._document_changed, init=False)
        self.watch(self.app, "study", self._study_changed, init=False)
        self.watch(self.app, "baseline_costs", self._baseline_known, init=False)
        self._baseline_known(self.workspace.baseline_costs)

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
            self._look()
            self._plan_estimate()

    def ask_for(self, networks: Iterable[Network | None], place: str = "row") -> None:
        """Ask for the costs of those networks that are not known yet, each for its own place."""
        for index, network in enumerate(networks):
            if network is not None and network not in self._known:
                self.workspace.ask(
                    CostsRequest(network), f"ablate-{place}-{index}", self, self._receive_costs
                )

    def _document_changed(self) -> None:
        self.update()

    def _study_changed(self) -> None:
        self.update()

    def _baseline_known(self, costs: Costs | None) -> None:
        if costs is not None:
            self._learn(costs)

    def _receive_costs(self, answer: Costs | AnalyserFailure) -> None:
        if not isinstance(answer, AnalyserFailure):
            self._learn(answer)

    def _learn(self, costs: Costs) -> None:
        before = {preview.network for preview in self.previews()}
        self._known[costs.network] = costs
        self.refresh_view()
        if self.is_current:
            # What turns out to be broken may be repaired, which gives another network.
            after = [preview.network for preview in self.previews()]
            self.ask_for(network if network not in before else None for network in after)
            self._plan_estimate()

    # Whether it is saved.

    def note_saved(self, saved: StudyDraft, was: StudyDraft, baseline: Network) -> None:
        """`was` is in a file now, as `saved`; it may have been changed in the meantime."""
        if (self.study, self.baseline) == (was, baseline):
            self._looked = (
                (replace(saved, device=StudyDraft.device), baseline),
                SavedState(True, self.protocol, self.data_problem),
            )
        else:
            saved = replace(self.study, recipe_file=saved.recipe_file)
        self._take(self.history.renamed(saved))

    def _look(self) -> None:
        if self._known_of_files() is None:
            self.work(self.look, "looking")

    async def look(self) -> None:
        """Find out whether the study is saved and its data is here."""
        about = self._written()
        self._looked = about, await asyncio.to_thread(saved_state, *about)
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
            self._timer = self.set_timer(estimating.DEBOUNCE_S, self._estimate)

    def _stop_estimate(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.workers.cancel_group(self, "estimate")
        if self._time is not None and self._time.words is None:
            self._time = None

    def _estimate(self) -> None:
        self._time = Time(self._timed(), None)
        self._estimating_now = self.work(self._estimating, "estimate")

    async def _estimating(self) -> None:
        about, study = self._timed(), self.study
        try:
            text = await asyncio.to_thread(recipe_text, study, self.baseline)
            found = await estimating.estimate_time(text, self.workspace.lab_path, study.device)
        except (NetlabError, estimating.TimeUnknownError) as error:
            words = f"time not known: {error}"
        else:
            words = (
                f"about {format_duration(found.seconds)}" if found.seconds else "all done already"
            )
        self._time = Time(about, words)
        self.refresh_view()
