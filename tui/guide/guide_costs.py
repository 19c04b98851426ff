"""The costs of a guide's networks, and the verdicts that need only these costs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from netlab.lab.records import StudyClaim, StudyRecord, StudyVariant
from tui.model.analyser_requests import AnalyserFailure, PreparedCostsRequest
from tui.model.costs import PreparedCosts
from tui.model.network_preview import NetworkPreview
from tui.shell.mode_screen import ModeScreen

if TYPE_CHECKING:
    from netlab.report.guides import Guide
    from netlab.report.verdicts.verdict import Verdict

GuideVariant = tuple[str, str]
"""The names of a guide and of one of its variants."""


class GuideCosts:
    """Asks the analyser about the networks of guides, and keeps the answers."""

    def __init__(self, screen: ModeScreen, on_change: Callable[[], None]) -> None:
        self._screen = screen
        self._on_change = on_change
        self._answers: dict[GuideVariant, PreparedCosts | AnalyserFailure] = {}

    def request(self, guide: Guide) -> None:
        """Ask about those networks of `guide` that have no answer yet."""
        baseline = guide.recipe.variants[0].network
        for index, one in enumerate(guide.recipe.variants):
            key = (guide.name, one.name)
            if key not in self._answers:
                request = PreparedCostsRequest(one.network, one.requested, one.match, baseline)
                receive = partial(self._receive, key)
                self._screen.workspace.ask(request, f"guide-{index}", self._screen, receive)

    def _receive(self, key: GuideVariant, answer: PreparedCosts | AnalyserFailure) -> None:
        self._answers[key] = answer
        self._on_change()

    def previews(self, guide: Guide) -> tuple[NetworkPreview, ...]:
        """Baseline and variants, each with its answer if there is one."""
        return tuple(
            NetworkPreview(one.name, one.because, one.changes).with_answer(
                self._answers.get((guide.name, one.name))
            )
            for one in guide.recipe.variants
        )


def static_verdicts(guide: Guide, previews: Sequence[NetworkPreview]) -> dict[str, Verdict]:
    """Verdicts that need no run, by the hash of the claim; empty until all costs are known."""
    from netlab.report.verdicts.judge import judge

    variants = tuple(
        StudyVariant(one.name, one.because, one.all_changes, costs.params, costs.macs)
        for one in previews
        if (costs := one.figures) is not None
    )
    if len(variants) < len(previews):
        return {}
    claims = tuple(
        StudyClaim(one.says, one.check, one.source, one.figure, one.hash, 0.0, changed=False)
        for one in guide.questions
        if one.static
    )
    study = StudyRecord(guide.name, "", "", guide.recipe.question, claims, 0.0, variants)
    return {verdict.claim.hash: verdict for verdict in judge(study, (), {})}
