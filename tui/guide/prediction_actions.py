"""How the user predicts the outcome of a claim, by key or click."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.guide.claim_card import ClaimCard
from tui.guide.guide_page import GuidePage
from tui.guide.open_guide import OpenGuide
from tui.guide.prediction_writer import PredictionWriter
from tui.shell.mode_screen import ModeScreen

if TYPE_CHECKING:
    from netlab.report.verdicts.verdict import VerdictKind


class PredictionActions:
    """Records predictions for the claims on `page`."""

    def __init__(
        self, screen: ModeScreen, page: GuidePage, opened: OpenGuide, writer: PredictionWriter
    ) -> None:
        self._screen = screen
        self._page = page
        self._opened = opened
        self._writer = writer

    def predict_focused(self, kind: VerdictKind | None) -> None:
        """Predict this for the claim with the focus; None takes a prediction back."""
        if self._page.card is None:
            self._page.focus_claim()
            self._screen.notify("Choose the claim first: up and down go along them.")
        else:
            self.predict(self._page.card, kind)

    def predict(self, card: ClaimCard, kind: VerdictKind | None) -> None:
        self._screen.call_after_refresh(card.scroll_visible, animate=False)
        question, status = card.question, self._opened.status
        if question.static:
            self._screen.notify("Nothing to guess here: this is counted, without a run.")
            return
        now = next((one for one in self._opened.outcomes if one.question == question), None)
        if now is None or now.predicted == kind:
            return
        started = status is not None and status.started
        if started and kind is None:
            text = "Runs have started: what was expected stays as it was written down."
            self._screen.notify(text)
            return
        if started:
            text = "Runs have started: this is written down as late."
            self._screen.notify(text, severity="warning")
        self.write(question.hash, kind)

    def write(self, claim: str | None, text: str | None) -> None:
        """Write a note about a claim, given by its hash, or about the whole study if it is None."""
        if self._opened.form is not None:
            self._writer.add(self._opened.form, claim, text)
