"""The Guides screen: choose a question, predict, run it, see the result."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widgets import Static

from netlab.sanitize import sanitize
from tui.background.time_estimate import TimeEstimator, TimeQuery, TimeUnknownError
from tui.guide.actions import ACTIONS
from tui.guide.claim_card import ClaimCard, ClaimKeys
from tui.guide.guide_costs import GuideCosts
from tui.guide.guide_library import GuideLibrary
from tui.guide.guide_list import GuideList
from tui.guide.guide_page import GuidePage, OwnWords
from tui.guide.guide_reader import GuideForm, GuidesLoaded, NotesWritten, StatusesRead
from tui.guide.guide_runs import GuideRuns, TimingEnded
from tui.guide.guide_text import describe_time, list_status
from tui.guide.open_guide import OpenGuide
from tui.guide.prediction_actions import PredictionActions
from tui.guide.prediction_writer import PredictionWriter
from tui.guide.start_bar import StartBar, start_bar_text
from tui.shell.header import ModeHeader
from tui.shell.mode_screen import ModeScreen
from tui.widgets.search_list import Item

if TYPE_CHECKING:
    from netlab.report.verdicts.verdict import VerdictKind

LAB_CHECK_INTERVAL_S = 2.0
"""Short, because a check costs only two calls of stat."""

CLAIM_ACTIONS = {"holds", "fails", "no_guess"}
GUIDE_ACTIONS = {*CLAIM_ACTIONS, "words", "start", "form"}
LIST_ACTIONS = {"open"}


class GuidesScreen(ModeScreen):
    """The Guides mode: a list, and beside it or in its place the page of one guide."""

    MODE = "guides"
    ACTIONS = ACTIONS
    CSS_PATH = "guide.tcss"
    AUTO_FOCUS = "VimOptions"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide"), (165, "-widest")]  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        first_key = self.workspace.first_key
        keys = ClaimKeys(
            *(first_key(f"guides.{name}") for name in ("holds", "fails", "no-guess", "time"))
        )
        self._list, self._bar = GuideList(), StartBar()
        self._page = GuidePage(keys, ascii=self.workspace.settings.ascii)
        self.library = GuideLibrary(self)
        self._costs = GuideCosts(self, self.refresh_view)
        self._writer = PredictionWriter(self, self.library)
        self.opened = OpenGuide(self.library, self._costs, self._writer)
        self._predictions = PredictionActions(self, self._page, self.opened, self._writer)
        self._runs = GuideRuns(self, self.library, self._writer, self.opened)
        self.library.read_anew = self._forms_to_read_anew
        self._estimator = TimeEstimator(self.workspace.lab_path, self, self.refresh_view)
        self._lab_timer: Timer | None = None
        self._opening_page = False
        """Whether `_open_page` is running."""

    def compose_mode(self) -> ComposeResult:
        with Horizontal(id="body"):
            yield self._list
            with Vertical(id="reader") as reader:
                reader.border_title = " Guide "
                yield Static(id="none", markup=False)
                yield self._page
                yield self._bar

    def on_mount(self) -> None:
        self.library.load_guides()
        self._lab_timer = self.set_interval(LAB_CHECK_INTERVAL_S, self.library.check_lab)
        self.refresh_view()

    def on_screen_resume(self) -> None:
        """Read what is missing, because answers that came while another screen was up are lost."""
        if self._lab_timer is not None:
            self._lab_timer.resume()
            self.library.check_lab()
        self._request_figures()

    def on_screen_suspend(self) -> None:
        """Stop reading, unless the end of a study has to be announced."""
        self._estimator.stop()
        if self._lab_timer is not None and not self._runs.awaited:
            self._lab_timer.pause()

    def on_unmount(self) -> None:
        self._estimator.stop()

    # Messages from the background

    def on_guides_loaded(self, message: GuidesLoaded) -> None:
        self.library.guides_loaded(message)
        if message.problem:
            self.notify(message.problem, severity="error", markup=False)
        if self.is_live:
            items = [
                Item(one.name, "", sanitize(one.name), sanitize(one.recipe.question))
                for one in message.guides
            ]
            self._list.fill(items, complete=message.complete)

    def on_statuses_read(self, message: StatusesRead) -> None:
        if self.library.statuses_read(message):
            self._writer.lab_was_read()
            self._runs.notify_ended()
        if self.is_live:
            self._request_time()
            self.refresh_view()
            self.refresh_bindings()

    def on_notes_written(self, message: NotesWritten) -> None:
        self._writer.notes_written(message)
        if message.problem is not None:
            text = f"Not written down: {message.problem}"
            self.notify(text, severity="error", timeout=15, markup=False)

    def on_timing_ended(self, message: TimingEnded) -> None:
        self._runs.timing_ended(message)

    def _forms_to_read_anew(self) -> set[GuideForm]:
        return self._writer.unread | ({self.opened.form} if self.opened.form else set())

    # Showing

    def refresh_view(self) -> None:
        """Show the current state of everything; what is unchanged is not drawn again."""
        if not self.is_mounted or not self.is_live:
            return
        statuses, guide = self.library.statuses, self.opened.guide
        states = {
            name: list_status(statuses.get(GuideForm(name)), statuses.get(GuideForm(name, True)))
            for name in self.library.guides
        }
        self._list.show_states(states, self.library.problem)
        self.query_one("#none", Static).display = guide is None
        self._page.display = self._bar.display = guide is not None
        self.query_one(ModeHeader).subject = sanitize(guide.name) if guide else ""
        if guide is None:
            self.query_one("#none", Static).update("Choose a guide: Enter reads it.")
            return
        self.query_one("#reader").border_title = f" {sanitize(guide.name)} "
        text = start_bar_text(self.opened, self.time_text, self.workspace.first_key)
        self._bar.show_text(text)
        if self._page.shown_guide == guide.name:
            status = self.opened.status
            self._page.show_status(
                self.opened.networks,
                self.opened.outcomes,
                self.opened.pending,
                status.own_words if status else None,
            )
        elif not self._opening_page:
            self._opening_page = True
            self.run_worker(self._open_page())

    async def _open_page(self) -> None:
        """Put the open guide on the page; if another one was opened by then, show that one next.

        It must not be cancelled half-way, because widgets being removed wait for each other.
        """
        if self.opened.guide is not None:
            await self._page.open(self.opened.guide)
        self._opening_page = False
        if self._at_page:
            self._page.focus_claim()
        self.refresh_view()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable actions on a guide only if one is open and its page has the focus."""
        guide, status = self.opened.guide, self.opened.status
        if action in GUIDE_ACTIONS:
            done = status and status.run_count and status.done_count == status.run_count
            return guide is not None and self._at_page and not (action == "start" and done)
        if action in LIST_ACTIONS:
            return not self._at_page
        if action == "back":
            return self._at_page or self._list.searching
        if action == "time":
            return guide is not None and any(one.from_timing for one in guide.questions)
        return super().check_action(action, parameters)

    @property
    def _at_page(self) -> bool:
        """Whether the page has the focus and not the list."""
        return self.has_class("-reading")

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        at_page = self.query_one("#reader") in event.widget.ancestors
        if at_page != self._at_page:
            self.set_class(at_page, "-reading")
            self.refresh_bindings()

    # Figures

    def _request_figures(self) -> None:
        if self.opened.guide is not None and self.is_current:
            self._costs.request(self.opened.guide)
        self._request_time()

    @property
    def time_text(self) -> str:
        """About how long the rest of the guide takes; empty if not known."""
        return self._estimator.text(self._time_depends_on()) or ""

    def _time_depends_on(self) -> Hashable:
        """The form and its number of finished runs; None if there is nothing to estimate."""
        form, status = self.opened.form, self.opened.status
        if form is None or status is None or status.active:
            return None
        done = status.run_count and status.done_count == status.run_count
        return None if done else (form, status.done_count)

    def _request_time(self) -> None:
        recipe, form = self.opened.recipe, self.opened.form
        if recipe is not None and form is not None and self.is_current:
            options = () if form.full else ("--quick",)
            estimate = partial(_estimate, recipe.file, options)
            self._estimator.request(self._time_depends_on(), estimate)

    # The list

    def on_guide_list_highlighted(self, message: GuideList.Highlighted) -> None:
        self._open(message.name)

    def on_guide_list_opened(self, message: GuideList.Opened) -> None:
        self._open(message.name)
        self.add_class("-reading")
        if self._page.shown_guide == message.name:
            self._page.focus_claim()
        self.refresh_bindings()

    def _open(self, name: str) -> None:
        if self.opened.form is None or name != self.opened.form.name:
            statuses = self.library.statuses
            short, full = statuses.get(GuideForm(name)), statuses.get(GuideForm(name, True))
            only_full = bool(full and full.run_count and not (short and short.run_count))
            self._open_form(GuideForm(name, only_full))
            self.refresh_bindings()

    def _open_form(self, form: GuideForm) -> None:
        self._page.save_own_words()
        self.opened.form = form
        self.library.read_statuses()
        self._request_figures()
        self.refresh_view()

    def action_search(self) -> None:
        self._to_list()
        self._list.search()

    def action_open(self) -> None:
        self._list.options.action_select()

    def action_back(self) -> None:
        """Leave the line of own words, else the search; without either, go back to the list."""
        if self.query_one(OwnWords).has_focus:
            self._page.focus_claim()
        elif self._at_page or not self._list.leave_search():
            self._to_list()

    def _to_list(self) -> None:
        self.remove_class("-reading")
        self.set_focus(self._list.options)
        self.refresh_bindings()

    # The page

    def action_holds(self) -> None:
        self._predict("supported")

    def action_fails(self) -> None:
        self._predict("refuted")

    def action_no_guess(self) -> None:
        self._predict(None)

    def on_claim_card_guessed(self, message: ClaimCard.Guessed) -> None:
        self._predictions.predict(message.card, message.guess)
        self.refresh_view()

    def on_guide_page_own_words_written(self, message: GuidePage.OwnWordsWritten) -> None:
        self._predictions.write(None, message.text)
        self.refresh_view()

    def action_words(self) -> None:
        self.add_class("-reading")
        self.set_focus(self.query_one(OwnWords))

    def _predict(self, kind: VerdictKind | None) -> None:
        self._predictions.predict_focused(kind)
        self.refresh_view()

    # Runs

    def on_start_bar_pressed(self, message: StartBar.Pressed) -> None:
        if message.button == "start":
            self.action_start()
        else:
            self.action_form()

    def action_form(self) -> None:
        if self.opened.form is not None:
            self._open_form(GuideForm(self.opened.form.name, not self.opened.form.full))

    def action_start(self) -> None:
        self._runs.start(self._page.save_own_words, self._page.focus_claim)

    def action_time(self) -> None:
        self._runs.measure_speed()


def _estimate(recipe: str, options: Sequence[str], query: TimeQuery) -> str:
    try:
        return describe_time(query.estimate(recipe, options))
    except TimeUnknownError:
        return ""
