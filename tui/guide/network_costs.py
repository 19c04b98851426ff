"""The networks of a guide side by side: what they cost, and what is known from that alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netlab.lab.records import StudyClaim, StudyRecord, StudyVariant
from tui.model.costs import PreparedCosts

if TYPE_CHECKING:
    from netlab.recipe.variants import Variant
    from netlab.report.guides import Guide
    from netlab.report.verdicts.verdict import Verdict


@dataclass(frozen=True)
class NetworkCosts:
    """One network of a guide; figures are None while they are worked out, or beside a fault."""

    name: str
    because: str
    changes: tuple[str, ...]
    params: int | None = None
    macs: int | None = None
    fault: str = ""
    """Why there are no figures, in words."""


def variant_question(variant: Variant, baseline: Variant) -> dict[str, Any]:
    """What the analyser is asked so that it tells `variant` as it will be trained."""
    match = variant.match.model_dump(mode="json", exclude_none=True) if variant.match else None
    return {
        "network": variant.network.to_dict(),
        "requests": [
            {name: list(asked) for name, asked in row.items()} for row in variant.requested
        ],
        "match": match,
        "baseline": baseline.network.to_dict(),
    }


def network_costs(
    guide: Guide, known: Mapping[str, PreparedCosts | str]
) -> tuple[NetworkCosts, ...]:
    """Baseline and variants, with what is `known` of each by name: its costs, or why not."""
    return tuple(_side(variant, known.get(variant.name)) for variant in guide.recipe.variants)


def _side(variant: Variant, known: PreparedCosts | str | None) -> NetworkCosts:
    if known is None:
        return NetworkCosts(variant.name, variant.because, variant.changes)
    if isinstance(known, str):
        return NetworkCosts(variant.name, variant.because, variant.changes, fault=known)
    changes = (*variant.changes, *known.adjustments)
    return NetworkCosts(
        variant.name, variant.because, changes, known.params, known.macs, known.fault
    )


def static_verdicts(guide: Guide, found: Sequence[NetworkCosts]) -> dict[str, Verdict]:
    """Verdicts that need no run, by the hash of the claim; none while costs are worked out."""
    from netlab.report.verdicts.judge import judge

    variants = tuple(
        StudyVariant(side.name, side.because, side.changes, side.params, side.macs)
        for side in found
        if side.params is not None and side.macs is not None
    )
    if len(variants) < len(found):
        return {}
    claims = tuple(
        StudyClaim(one.says, one.check, one.source, one.figure, one.hash, 0.0, changed=False)
        for one in guide.questions
        if one.static
    )
    study = StudyRecord(guide.name, "", "", guide.recipe.question, claims, 0.0, variants)
    return {verdict.claim.hash: verdict for verdict in judge(study, (), {})}
