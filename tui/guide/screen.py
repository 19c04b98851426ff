"""The Guides screen: choose a question, say what you expect, run it, see what came out."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from netlab.report.plain import plain
from tui.ablate.strip import data_fault
from tui.compose.search_list import Item
from tui.guide.actions import ACTIONS
from tui.guide.card import Card
from tui.guide.page import GuidePage, OwnWords
from tui.guide.reading import GuidesRead, Place
from tui.guide.running import Running
from tui.guide.shelf import Shelf
from tui.guide.startbar import Facts, StartBar
from tui.guide.words import form_in_words, runs_in_words, status, to_decide
from tui.header import ModeHeader
from tui.welcome.way import key_of

if TYPE_CHECKING:
    from netlab.report.verdict import Word

OF_A_CLAIM = {"holds", "fails", "no_guess"}
OF_A_GUIDE = {*OF_A_CLAIM, "words", "start", "form"}
OF_THE_LIST = {"open"}


class GuidesScreen(Running):
    """The Guides mode: a list, and beside it or in its place the page of one guide."""

    ACTIONS = ACTIONS
    CSS_PATH = "guide.tcss"
    AUTO_FOCUS = "VimOptions"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide"), (165, "-widest")]  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self._turning = False
        """Whether another guide is being put on the page."""

    def compose_mode(self) -> ComposeResult:
        """The list, the page, what starting would do."""
        keys = self.netlab.settings.keys
        marks = tuple(
            key_of(f"guides.{name}", keys) for name in ("holds", "fails", "no-guess", "time")
        )
        with Horizontal(id="body"):
            yield Shelf()
            with Vertical(id="reader") as reader:
                reader.border_title = " Guide "
                yield Static(id="none", markup=False)
                yield GuidePage(
                    cast("tuple[str, str, str, str]", marks), plain_signs=self.netlab.settings.ascii
                )
                yield StartBar()

    def on_mount(self) -> None:
        """Read what there is."""
        self.begin()
        self.refresh_view()

    # Showing.

    def refresh_view(self) -> None:
        """Show everything as it is now; what is as before is not drawn again."""
        if not self.is_mounted or not self.whole:
            return
        states = {
            name: status(self.standings.get(Place(name)), self.standings.get(Place(name, True)))
            for name in self.guides
        }
        self.query_one(Shelf).tell(states, self.problem)
        page, guide = self.query_one(GuidePage), self.guide
        self.query_one("#none", Static).display = guide is None
        page.display = self.query_one(StartBar).display = guide is not None
        self.query_one(ModeHeader).subject = plain(guide.name) if guide else ""
        if guide is None:
            self.query_one("#none", Static).update("Choose a guide: Enter reads it.")
            return
        self.query_one("#reader").border_title = f" {plain(guide.name)} "
        self._tell_bar()
        if page.name_shown == guide.name:
            own = self.standing.own if self.standing else None
            page.tell(self.sides, self.outcomes, self.drafts, own)
        elif not self._turning:
            self._turning = True
            self.run_worker(self._turn())

    async def _turn(self) -> None:
        """Show the guide that is read; if that is another one by then, that one next.

        A page that is half turned must not be left: parts that go wait for each other.
        """
        page, guide = self.query_one(GuidePage), self.guide
        if guide is not None:
            await page.open(guide)
        self._turning = False
        if self._at_page:
            page.focus_claim()
        self.refresh_view()

    def _tell_bar(self) -> None:
        recipe, place, found = self.recipe, self.place, self.standing
        if recipe is None or place is None:
            return
        runs = runs_in_words(found, self.time_words)
        fault = data_fault(recipe.data.name, recipe.network)
        if fault and not (found and found.runs):
            runs = f"! {fault}"
        left = len(recipe.specs(recipe.variants[0])) * len(recipe.variants)
        left -= found.done if found else 0
        start = "" if fault or found is None or found.going or not left else f"Start {left} runs"
        keys = self.netlab.settings.keys
        self.query_one(StartBar).tell(
            Facts(
                form_in_words(recipe, full=place.full),
                "\n".join(filter(None, (plain(runs), to_decide(found, place, recipe.seeds)))),
                f"{start} ({key_of('guides.start', keys)})" if start else "",
                f"{'Short' if place.full else 'Full'} form ({key_of('guides.form', keys)})",
            )
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is done to a guide needs one that is read."""
        if action in OF_A_GUIDE:
            found = self.standing
            over = action == "start" and found and found.runs and found.done == found.runs
            return self.guide is not None and self._at_page and not over
        if action in OF_THE_LIST:
            return not self._at_page
        if action == "back":
            return self._at_page or self.query_one(Shelf).searching
        if action == "time":
            return self.guide is not None and any(one.timed for one in self.guide.questions)
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

    def on_guides_read(self, message: GuidesRead) -> None:
        """List them."""
        if self.whole:
            items = [
                Item(one.name, "", plain(one.name), plain(one.recipe.question))
                for one in message.guides
            ]
            self.query_one(Shelf).fill(items, complete=message.complete)

    def on_shelf_highlighted(self, message: Shelf.Highlighted) -> None:
        """Show its page beside the list."""
        self._read(message.name)

    def on_shelf_opened(self, message: Shelf.Opened) -> None:
        """Go to its page."""
        self._read(message.name)
        self.add_class("-reading")
        page = self.query_one(GuidePage)
        if page.name_shown == message.name:
            page.focus_claim()
        self.refresh_bindings()

    def _read(self, name: str) -> None:
        if self.place is None or name != self.place.name:
            self.query_one(GuidePage).keep_words()
            short, full = (self.standings.get(Place(name, long)) for long in (False, True))
            only_full = bool(full and full.runs and not (short and short.runs))
            self.show(Place(name, only_full))
            self.refresh_bindings()

    def action_search(self) -> None:
        """Search the list."""
        self._to_list()
        self.query_one(Shelf).search()

    def action_open(self) -> None:
        """Read what is highlighted."""
        self.query_one(Shelf).options.action_select()

    def action_back(self) -> None:
        """Leave the field or the search; else go back to the list."""
        if self.query_one(OwnWords).has_focus:
            self.query_one(GuidePage).focus_claim()
        elif self._at_page or not self.query_one(Shelf).leave_search():
            self._to_list()

    def _to_list(self) -> None:
        self.remove_class("-reading")
        self.set_focus(self.query_one(Shelf).options)
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

    def on_card_guessed(self, message: Card.Guessed) -> None:
        """A choice was clicked."""
        self._expect(message.card, message.guess)

    def on_guide_page_said(self, message: GuidePage.Said) -> None:
        """Something was written in one's own words."""
        self.note(None, message.text)

    def action_words(self) -> None:
        """Go to the line for one's own words."""
        self.add_class("-reading")
        self.set_focus(self.query_one(OwnWords))

    def _guess(self, guess: Word | None) -> None:
        page = self.query_one(GuidePage)
        if page.card is None:
            page.focus_claim()
            self.notify("Choose the claim first: up and down go along them.")
        else:
            self._expect(page.card, guess)

    def _expect(self, card: Card, guess: Word | None) -> None:
        self.call_after_refresh(card.scroll_visible, animate=False)
        if card.question.exact:
            self.notify("Nothing to guess here: this is counted, without a run.")
            return
        now = next((o for o in self.outcomes if o.question == card.question), None)
        if now is None or now.predicted == guess:
            return
        begun = self.standing is not None and self.standing.begun
        if begun and guess is None:
            self.notify("Runs have started: what was expected stays as it was written down.")
            return
        if begun:
            self.notify("Runs have started: this is written down as late.", severity="warning")
        self.note(card.question.hash, guess)
