"""The study's networks side by side, before anything runs: figures, changes, faults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from netlab.errors import EditError
from netlab.recipe.network import Network
from netlab.recipe.study import BASELINE
from netlab.recipe.study_draft import StudyDraft, VariantDraft
from tui.ablate.repairing import repaired
from tui.model.costs import Costs
from tui.model.network_document import NetworkDocument


@dataclass(frozen=True)
class NetworkPreview:
    """One row of the table. Figures are None while they are worked out, and beside a fault."""

    name: str
    changes: tuple[str, ...]
    network: Network | None
    """None where an edit does not fit the baseline."""
    costs: Costs | None
    baseline_costs: Costs | None
    fault: str | None
    """Why the variant cannot be trained, in words."""
    variant: VariantDraft | None = None
    """None for the baseline."""
    repairs: tuple[str, ...] = ()
    """What planning repairs of what the changes broke, in words."""

    @property
    def description(self) -> str:
        """The changes, or what is wrong."""
        if self.fault:
            return self.fault
        told = (*self.repairs, *self.changes)
        return "; ".join(told) if self.variant else "every variant starts from here"

    @property
    def complete(self) -> bool:
        """Whether there are figures of the whole network."""
        return self.costs is not None and (
            self.costs.fault is None or self.costs.fault.trainable_only
        )


def preview_study(
    study: StudyDraft, baseline: Network, known: Mapping[Network, Costs]
) -> tuple[NetworkPreview, ...]:
    """The baseline and every variant, with what is `known` of their costs."""
    base = known.get(baseline)
    rows = [NetworkPreview(BASELINE, (), baseline, base, base, describe_fault(base))]
    rows += [preview_variant(variant, baseline, known) for variant in study.variants]
    return tuple(rows)


def preview_variant(
    variant: VariantDraft, baseline: Network, known: Mapping[Network, Costs]
) -> NetworkPreview:
    """One variant."""
    base = known.get(baseline)
    try:
        network, changes = variant.network(baseline), variant.changes(baseline)
        whole = repaired(baseline, variant.edits, network, known)
    except EditError as error:
        words = f"does not fit the baseline: {error}"
        return NetworkPreview(variant.name, (), None, None, base, words, variant)
    costs = known.get(whole.network)
    fault = describe_fault(costs)
    if whole.network == baseline:
        fault = "changes nothing: it is the baseline again"
    return NetworkPreview(
        variant.name, changes, whole.network, costs, base, fault, variant, whole.words
    )


def describe_fault(costs: Costs | None) -> str | None:
    """Why a network cannot be trained: the row and what is wrong with it, and what would work."""
    if costs is None or costs.fault is None:
        return None
    fault = costs.fault
    where = f"row {fault.row} ({fault.kind}): " if fault.row and fault.kind else ""
    works = f"; {', '.join(map(str, fault.valid_values))} would work" if fault.valid_values else ""
    return f"{where}{fault.message}{works}"


def count_pending_changes(document: NetworkDocument) -> int:
    """How many edits lead from the baseline to the network in Compose; 0 where they are equal."""
    if document.network == document.baseline:
        return 0
    try:
        return len(document.edits_since(document.baseline))
    except ValueError:
        return 1
