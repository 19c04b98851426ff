"""The page of one guide: question, reason, networks, claims, predictions, verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Input, Static

from netlab.sanitize import sanitize
from tui.guide.claim_card import ClaimCard, ClaimKeys, ClaimStatus
from tui.guide.guide_reader import PendingNotes
from tui.guide.guide_text import own_words_time
from tui.guide.network_table import NetworkTable
from tui.model.network_preview import NetworkPreview

if TYPE_CHECKING:
    from netlab.lab.records import Prediction
    from netlab.report.guide_status import ClaimOutcome
    from netlab.report.guides import Guide

MAX_OWN_WORDS = 500
"""In characters."""


class OwnWords(Input):
    """One line on what the user expects; saved when the line loses the focus."""

    HELP: ClassVar[str] = (
        "What you expect of the study, in your own words. Enter or leaving the line writes it\n"
        "down, with the time; it is shown beside the verdicts."
    )


class GuidePage(VerticalScroll, can_focus=False):
    """The page of one guide, from the question to the verdicts."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("g", "scroll_home", "Top", show=False),
        Binding("G,shift+g", "scroll_end", "Bottom", show=False),
    ]
    DEFAULT_CSS = """
    GuidePage { padding: 0 1; scrollbar-size-vertical: 1; }
    GuidePage > #question { text-style: bold; height: auto; }
    GuidePage > #why { height: auto; margin-bottom: 1; }
    GuidePage > #claims-head, GuidePage > #words-label {
        height: auto; margin-top: 1; text-style: bold;
    }
    GuidePage > #cards { height: auto; }
    GuidePage > OwnWords, GuidePage > OwnWords:focus {
        height: 1; border: none; padding: 0 1; background: $surface;
    }
    GuidePage > OwnWords:focus { background: $panel; }
    GuidePage > #words-when { height: auto; color: $text-muted; }
    """

    @dataclass
    class OwnWordsWritten(Message):
        """The user changed the text of the line."""

        text: str

    def __init__(self, keys: ClaimKeys, *, ascii: bool) -> None:  # noqa: A002
        super().__init__(id="page")
        self._keys = keys
        self._ascii = ascii
        self._own_words = ""
        self.shown_guide: str | None = None
        """The name of the guide that is shown; None while `open` builds the page of another one."""

    def compose(self) -> ComposeResult:
        yield Static(id="question", markup=False)
        yield Static(id="why", markup=False)
        yield NetworkTable()
        yield Static(id="claims-head", markup=False)
        yield Vertical(id="cards")
        yield Static("In your own words", id="words-label", markup=False)
        yield OwnWords(
            placeholder="what will happen, and why",
            compact=True,
            max_length=MAX_OWN_WORDS,
            id="words",
        )
        yield Static(id="words-when", markup=False)

    def on_mount(self) -> None:
        self.query_one(OwnWords).cursor_blink = False

    @property
    def cards(self) -> list[ClaimCard]:
        return list(self.query(ClaimCard))

    @property
    def card(self) -> ClaimCard | None:
        """The card that has the focus, or None."""
        return next((card for card in self.cards if card.has_focus), None)

    async def open(self, guide: Guide) -> None:
        """Show another guide, from the top of its page."""
        self.shown_guide = None
        self.query_one("#question", Static).update(Text(sanitize(guide.recipe.question)))
        self.query_one("#why", Static).update(Text(sanitize(guide.recipe.why)))
        asked = not all(question.static for question in guide.questions)
        head = "What the source claims" + (", and what do you expect?" if asked else "")
        self.query_one("#claims-head", Static).update(Text(head))
        cards = self.query_one("#cards", Vertical)
        async with self.batch():
            await cards.remove_children()
            await cards.mount_all(
                ClaimCard(question, self._keys, ascii=self._ascii) for question in guide.questions
            )
        self._own_words = self.query_one(OwnWords).value = ""
        self.shown_guide = guide.name
        self.scroll_home(animate=False)

    def show_status(
        self,
        networks: Sequence[NetworkPreview],
        outcomes: Sequence[ClaimOutcome],
        pending: PendingNotes,
        own: Prediction | None,
    ) -> None:
        """Show costs, verdicts and predictions; `outcomes` are those of the shown guide."""
        self.query_one(NetworkTable).show(networks)
        for number, (card, one) in enumerate(zip(self.cards, outcomes, strict=True), 1):
            card.show_status(ClaimStatus(number, one, one.question.hash in pending))
        field = self.query_one(OwnWords)
        text = pending.get(None) or (own.text if own else "")
        if text != self._own_words:
            self._own_words = text
            if not field.has_focus:
                field.value = text
        when = self.query_one("#words-when", Static)
        written = "writing it down …" if None in pending else own_words_time(own)
        when.update(written)
        when.display = bool(written)

    def focus_claim(self) -> None:
        """Focus the first claim that can be predicted, else the first claim; do not scroll."""
        cards = self.cards
        first = next((card for card in cards if not card.question.static), None)
        if cards:
            (first or cards[0]).focus(scroll_visible=False)

    def on_claim_card_moved(self, message: ClaimCard.Moved) -> None:
        """Focus another claim; past the first or last one, scroll to the top or end of the page."""
        message.stop()
        cards = self.cards
        if not self.region.contains(*message.card.region.offset):
            message.card.scroll_visible(animate=False)
            return
        index = cards.index(message.card) + message.steps
        if index < 0:
            self.scroll_home(animate=False)
        elif index >= len(cards):
            self.scroll_end(animate=False)
        else:
            cards[index].focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.save_own_words()
        self.focus_claim()

    def on_input_blurred(self, event: Input.Blurred) -> None:
        event.stop()
        self.save_own_words()

    def save_own_words(self) -> None:
        """Post the text of the line if it is not empty and has changed."""
        text = self.query_one(OwnWords).value.strip()
        if text and text != self._own_words:
            self._own_words = text
            self.post_message(self.OwnWordsWritten(text))
