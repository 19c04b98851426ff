"""The open guide, in one of its forms, with everything that is known about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from tui.guide.guide_costs import GuideCosts, static_verdicts
from tui.guide.guide_library import GuideLibrary
from tui.guide.guide_reader import GuideForm, PendingNotes
from tui.guide.prediction_writer import PredictionWriter
from tui.model.network_preview import NetworkPreview

if TYPE_CHECKING:
    from netlab.recipe.recipe import Recipe
    from netlab.report.guide_status import ClaimOutcome, GuideStatus
    from netlab.report.guides import Guide
    from netlab.report.verdicts.verdict import Verdict, VerdictKind


class OpenGuide:
    """Combines library, costs and unwritten predictions for one guide."""

    def __init__(self, library: GuideLibrary, costs: GuideCosts, writer: PredictionWriter) -> None:
        self.form: GuideForm | None = None
        """None if no guide is open."""
        self._library = library
        self._costs = costs
        self._writer = writer

    @property
    def guide(self) -> Guide | None:
        return self._library.guides.get(self.form.name) if self.form else None

    @property
    def recipe(self) -> Recipe | None:
        return self.guide.in_form(full=self.form.full) if self.guide and self.form else None

    @property
    def status(self) -> GuideStatus | None:
        return self._library.statuses.get(self.form) if self.form else None

    @property
    def networks(self) -> tuple[NetworkPreview, ...]:
        return self._costs.previews(self.guide) if self.guide else ()

    @property
    def pending(self) -> PendingNotes:
        """Predictions and own words that the last reading of the lab did not contain yet."""
        return self._writer.pending(self.form)

    @property
    def outcomes(self) -> tuple[ClaimOutcome, ...]:
        """Its claims, with the latest predictions and with verdicts that need no run."""
        if self.guide is None:
            return ()
        if self.status is None:
            from netlab.report.guide_status import claim_outcomes

            outcomes = claim_outcomes(self.guide, (), ())
        else:
            outcomes = self.status.outcomes
        verdicts = static_verdicts(self.guide, self.networks)
        return tuple(self._up_to_date(one, verdicts) for one in outcomes)

    def _up_to_date(self, one: ClaimOutcome, verdicts: Mapping[str, Verdict]) -> ClaimOutcome:
        if one.verdict is None:
            one = replace(one, verdict=verdicts.get(one.question.hash))
        if one.question.hash in self.pending:
            guess = cast("VerdictKind | None", self.pending[one.question.hash])
            one = replace(one, predicted=guess, predicted_at=None)
        return one

    @property
    def nothing_predicted(self) -> bool:
        """Whether no run has started and nothing is predicted, although something could be."""
        if self.status is None or self.status.started:
            return False
        if self.status.own_words is not None or None in self.pending:
            return False
        open_claims = [one for one in self.outcomes if not one.question.static]
        return bool(open_claims) and all(one.predicted is None for one in open_claims)
