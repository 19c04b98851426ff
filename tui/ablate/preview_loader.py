"""What the study's networks cost before anything runs, as the analyser answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from netlab.errors import EditError
from netlab.recipe.edit_trace import requested_fields
from netlab.recipe.edits import Edit, apply_all
from netlab.recipe.network import Network
from netlab.recipe.study import BASELINE, Match
from netlab.recipe.study_draft import VariantDraft
from tui.ablate.study_planner import StudyPlanner
from tui.model.analyser_requests import AnalyserFailure, PreparedCostsRequest
from tui.model.costs import Costs, PreparedCosts
from tui.model.network_preview import NetworkPreview, describe_fault
from tui.shell.mode_screen import ModeScreen

VariantKey = tuple[Network, tuple[Edit, ...], Match | None]
"""A baseline, what was changed of it, and the cost that it is to have."""


class PreviewLoader:
    """Asks about variants, and keeps the answers."""

    def __init__(
        self, screen: ModeScreen, planner: StudyPlanner, on_change: Callable[[], None]
    ) -> None:
        self._screen = screen
        self._planner = planner
        self._on_change = on_change
        self._answers: dict[VariantKey, PreparedCosts | AnalyserFailure] = {}

    @property
    def baseline_costs(self) -> Costs | None:
        """None while they are worked out."""
        costs = self._screen.workspace.baseline_costs
        return costs if costs and costs.network == self._planner.baseline else None

    def previews(self) -> tuple[NetworkPreview, ...]:
        costs = self.baseline_costs
        baseline = NetworkPreview(BASELINE, costs=costs, fault=describe_fault(costs))
        return (baseline, *map(self.preview, self._planner.study.variants))

    def preview(self, variant: VariantDraft) -> NetworkPreview:
        """One variant, with what is known of it by now."""
        baseline = self._planner.baseline
        preview = NetworkPreview(variant.name, variant.because)
        try:
            network, changes = apply_all(baseline, variant.edits)
        except EditError as error:
            return replace(preview, fault=f"does not fit the baseline: {error}")
        answer = self._answers.get((baseline, variant.edits, variant.match))
        preview = replace(preview, changes=changes).with_answer(answer)
        if (preview.costs.network if preview.costs else network) == baseline:
            return replace(preview, fault="changes nothing: it is the baseline again")
        return preview

    def request(self, variants: Iterable[VariantDraft], purpose: str = "row") -> None:
        """Ask about variants that nothing is known of.

        Of questions with the same `purpose` and position only the newest is answered.
        """
        baseline = self._planner.baseline
        for index, variant in enumerate(variants):
            key = (baseline, variant.edits, variant.match)
            if key in self._answers:
                continue
            try:
                network, _ = apply_all(baseline, variant.edits)
                requested = requested_fields(baseline, variant.edits)
            except EditError:
                continue
            request = PreparedCostsRequest(network, requested, variant.match, baseline)
            receive = partial(self._receive, key)
            self._screen.workspace.ask(request, f"ablate-{purpose}-{index}", self._screen, receive)

    def _receive(self, key: VariantKey, answer: PreparedCosts | AnalyserFailure) -> None:
        self._answers[key] = answer
        self._on_change()
