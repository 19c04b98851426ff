"""The Guides screen: choose a question, say what you expect, run it, see what came out."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from netlab.datasets.check import data_problem
from netlab.sanitize import sanitize
from tui.guide.actions import ACTIONS
from tui.guide.claim_card import ClaimCard
from tui.guide.guide_list import GuideList
from tui.guide.guide_page import GuidePage, OwnWords
from tui.guide.guide_reader import GuideForm, GuidesLoaded
from tui.guide.guide_runs import Running
from tui.guide.guide_text import describe_form, describe_progress, list_status, more_seeds_hint
from tui.guide.start_bar import StartBar, StartBarText
from tui.shell.header import ModeHeader
from tui.widgets.search_list import Item

if TYPE_CHECKING:
    from netlab.report.verdicts.verdict import VerdictKind

CLAIM_ACTIONS = {"holds", "fails", "no_guess"}
GUIDE_ACTIONS = {*CLAIM_ACTIONS, "words", "start", "form"}
LIST_ACTIONS = {"open"}


class GuidesScreen(Running):
    """The Guides mode: a list, and beside it or in its place the page of one guide."""

    ACTIONS = ACTIONS
    CSS_PATH = "guide.tcss"
    AUTO_FOCUS = "VimOptions"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide"), (165, "-widest")]  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self._opening_page = False
        """Whether another guide is being put on the page."""

    def compose_mode(self) -> ComposeResult:
        """The list, the page, what starting would do."""
        first_key = self.workspace.first_key
        marks = tuple(
            first_key(f"guides.{name}") for name in ("holds", "fails", "no-guess", "time")
        )
        with Horizontal(id="body"):
            yield GuideList()
            with Vertical(id="reader") as reader:
                reader.border_title = " Guide "
                yield Static(id="none", markup=False)
                yield GuidePage(
                    cast("tuple[str, str, str, str]", marks),
                    plain_signs=self.workspace.settings.ascii,
                )
                yield StartBar()

    def on_mount(self) -> None:
        """Read what there is."""
        self.start_reading()
        self.refresh_view()

    # Showing.

    def refresh_view(self) -> None:
        """Show everything as it is now; what is as before is not drawn again."""
        if not self.is_mounted or not self.is_live:
            return
        states = {
            name: list_status(
                self.statuses.get(GuideForm(name)), self.statuses.get(GuideForm(name, True))
            )
            for name in self.guides
        }
        self.query_one(GuideList).show_states(states, self.problem)
        page, guide = self.query_one(GuidePage), self.guide
        self.query_one("#none", Static).display = guide is None
        page.display = self.query_one(StartBar).display = guide is not None
        self.query_one(ModeHeader).subject = sanitize(guide.name) if guide else ""
        if guide is None:
            self.query_one("#none", Static).update("Choose a guide: Enter reads it.")
            return
        self.query_one("#reader").border_title = f" {sanitize(guide.name)} "
        self._show_start_bar()
        if page.shown_guide == guide.name:
            own = self.status.own_words if self.status else None
            page.show_status(self.networks, self.outcomes, self.drafts, own)
        elif not self._opening_page:
            self._opening_page = True
            self.run_worker(self._open_page())

    async def _open_page(self) -> None:
        """Show the guide that is read; if that is another one by then, that one next.

        A page that is half turned must not be left: parts that go wait for each other.
        """
        page, guide = self.query_one(GuidePage), self.guide
        if guide is not None:
            await page.open(guide)
        self._opening_page = False
        if self._at_page:
            page.focus_claim()
        self.refresh_view()

    def _show_start_bar(self) -> None:
        recipe, place, found = self.recipe, self.form, self.status
        if recipe is None or place is None:
            return
        runs = describe_progress(found, self.time_words)
        fault = data_problem(recipe.data, recipe.network.classes)
        if fault and not (found and found.run_count):
            runs = f"! {fault}"
        left = len(recipe.specs(recipe.variants[0])) * len(recipe.variants)
        left -= found.done_count if found else 0
        start = "" if fault or found is None or found.active or not left else f"Start {left} runs"
        first_key = self.workspace.first_key
        self.query_one(StartBar).show_text(
            StartBarText(
                describe_form(recipe, full=place.full),
                "\n".join(
                    filter(None, (sanitize(runs), more_seeds_hint(found, place, recipe.seeds)))
                ),
                f"{start} ({first_key('guides.start')})" if start else "",
                f"{'Short' if place.full else 'Full'} form ({first_key('guides.form')})",
            )
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is done to a guide needs one that is read."""
        if action in GUIDE_ACTIONS:
            found = self.status
            over = (
                action == "start"
                and found
                and found.run_count
                and found.done_count == found.run_count
            )
            return self.guide is not None and self._at_page and not over
        if action in LIST_ACTIONS:
            return not self._at_page
        if action == "back":
            return self._at_page or self.query_one(GuideList).searching
        if action == "time":
            return self.guide is not None and any(one.from_timing for one in self.guide.questions)
        return super().check_action(action, parameters)

    @property
    def _at_page(self) -> bool:
        """Whether the page is what is worked on."""
        return self.has_class("-reading")

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The page is worked on, or the list, by where the focus is."""
        at_page = self.query_one("#reader") in event.widget.ancestors
        if at_page != self._at_page:
            self.set_class(at_page, "-reading")
            self.refresh_bindings()

    # The list.

    def on_guides_loaded(self, message: GuidesLoaded) -> None:
        """List them."""
        if self.is_live:
            items = [
                Item(one.name, "", sanitize(one.name), sanitize(one.recipe.question))
                for one in message.guides
            ]
            self.query_one(GuideList).fill(items, complete=message.complete)

    def on_guide_list_highlighted(self, message: GuideList.Highlighted) -> None:
        """Show its page beside the list."""
        self._select(message.name)

    def on_guide_list_opened(self, message: GuideList.Opened) -> None:
        """Go to its page."""
        self._select(message.name)
        self.add_class("-reading")
        page = self.query_one(GuidePage)
        if page.shown_guide == message.name:
            page.focus_claim()
        self.refresh_bindings()

    def _select(self, name: str) -> None:
        if self.form is None or name != self.form.name:
            self.query_one(GuidePage).save_own_words()
            short, full = (self.statuses.get(GuideForm(name, long)) for long in (False, True))
            only_full = bool(full and full.run_count and not (short and short.run_count))
            self.show(GuideForm(name, only_full))
            self.refresh_bindings()

    def action_search(self) -> None:
        """Search the list."""
        self._to_list()
        self.query_one(GuideList).search()

    def action_open(self) -> None:
        """Read what is highlighted."""
        self.query_one(GuideList).options.action_select()

    def action_back(self) -> None:
        """Leave the field or the search; else go back to the list."""
        if self.query_one(OwnWords).has_focus:
            self.query_one(GuidePage).focus_claim()
        elif self._at_page or not self.query_one(GuideList).leave_search():
            self._to_list()

    def _to_list(self) -> None:
        self.remove_class("-reading")
        self.set_focus(self.query_one(GuideList).options)
        self.refresh_bindings()

    # What is expected.

    def action_holds(self) -> None:
        """The claim under the cursor will hold."""
        self._guess("supported")

    def action_fails(self) -> None:
        """It will not."""
        self._guess("refuted")

    def action_no_guess(self) -> None:
        """Nobody knows."""
        self._guess(None)

    def on_claim_card_guessed(self, message: ClaimCard.Guessed) -> None:
        """A choice was clicked."""
        self._predict(message.card, message.guess)

    def on_guide_page_own_words_written(self, message: GuidePage.OwnWordsWritten) -> None:
        """Something was written in one's own words."""
        self.add_note(None, message.text)

    def action_words(self) -> None:
        """Go to the line for one's own words."""
        self.add_class("-reading")
        self.set_focus(self.query_one(OwnWords))

    def _guess(self, guess: VerdictKind | None) -> None:
        page = self.query_one(GuidePage)
        if page.card is None:
            page.focus_claim()
            self.notify("Choose the claim first: up and down go along them.")
        else:
            self._predict(page.card, guess)

    def _predict(self, card: ClaimCard, guess: VerdictKind | None) -> None:
        self.call_after_refresh(card.scroll_visible, animate=False)
        if card.question.static:
            self.notify("Nothing to guess here: this is counted, without a run.")
            return
        now = next((o for o in self.outcomes if o.question == card.question), None)
        if now is None or now.predicted == guess:
            return
        begun = self.status is not None and self.status.started
        if begun and guess is None:
            self.notify("Runs have started: what was expected stays as it was written down.")
            return
        if begun:
            self.notify("Runs have started: this is written down as late.", severity="warning")
        self.add_note(card.question.hash, guess)
