"""The costs of the study's networks, as the analyser gives them before anything is run."""

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
"""A baseline, the edits of a variant, and the cost that it should match."""


class PreviewLoader:
    """Asks the analyser about variants, and keeps the answers."""

    def __init__(
        self, screen: ModeScreen, planner: StudyPlanner, on_change: Callable[[], None]
    ) -> None:
        self._screen = screen
        self._planner = planner
        self._on_change = on_change
        self._answers: dict[VariantKey, PreparedCosts | AnalyserFailure] = {}

    @property
    def baseline_costs(self) -> Costs | None:
        """The costs of the baseline; None until they are known."""
        costs = self._screen.workspace.baseline_costs
        return costs if costs and costs.network == self._planner.baseline else None

    def previews(self) -> tuple[NetworkPreview, ...]:
        costs = self.baseline_costs
        baseline = NetworkPreview(BASELINE, costs=costs, fault=describe_fault(costs))
        return (baseline, *map(self.preview, self._planner.study.variants))

    def preview(self, variant: VariantDraft) -> NetworkPreview:
        """The preview of one variant, with its answer if there is one."""
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
        """Ask about those variants that have no answer yet.

        A new request replaces an older one that has the same `purpose` and position.
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
