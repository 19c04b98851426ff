"""The study's networks side by side, before anything runs: figures, changes, faults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from netlab.recipe.edits import EditError
from netlab.recipe.network import Network
from netlab.recipe.study import BASELINE
from tui.ablate.repairing import repaired
from tui.costs import Costs
from tui.document import Document
from tui.draft import StudyDraft, VariantDraft


@dataclass(frozen=True)
class Preview:
    """One row of the table. Figures are None while they are worked out, and beside a fault."""

    name: str
    changes: tuple[str, ...]
    network: Network | None
    """None where an edit does not fit the baseline."""
    costs: Costs | None
    base: Costs | None
    fault: str | None
    """Why the variant cannot be trained, in words."""
    variant: VariantDraft | None = None
    """None for the baseline."""
    repairs: tuple[str, ...] = ()
    """What planning repairs of what the changes broke, in words."""

    @property
    def words(self) -> str:
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


def previews(
    study: StudyDraft, baseline: Network, known: Mapping[Network, Costs]
) -> tuple[Preview, ...]:
    """The baseline and every variant, with what is `known` of their costs."""
    base = known.get(baseline)
    rows = [Preview(BASELINE, (), baseline, base, base, fault_of(base))]
    rows += [preview(variant, baseline, known) for variant in study.variants]
    return tuple(rows)


def preview(variant: VariantDraft, baseline: Network, known: Mapping[Network, Costs]) -> Preview:
    """One variant."""
    base = known.get(baseline)
    try:
        network, changes = variant.network(baseline), variant.changes(baseline)
        whole = repaired(baseline, variant.edits, network, known)
    except EditError as error:
        words = f"does not fit the baseline: {error}"
        return Preview(variant.name, (), None, None, base, words, variant)
    costs = known.get(whole.network)
    fault = fault_of(costs)
    if whole.network == baseline:
        fault = "changes nothing: it is the baseline again"
    return Preview(variant.name, changes, whole.network, costs, base, fault, variant, whole.words)


def fault_of(costs: Costs | None) -> str | None:
    """Why a network cannot be trained: the row and what is wrong with it, and what would work."""
    if costs is None or costs.fault is None:
        return None
    fault = costs.fault
    where = f"row {fault.row} ({fault.kind}): " if fault.row and fault.kind else ""
    works = f"; {', '.join(map(str, fault.works))} would work" if fault.works else ""
    return f"{where}{fault.message}{works}"


def pending_changes(document: Document) -> int:
    """How many edits lead from the baseline to the network in Compose; 0 where they are equal."""
    if document.network == document.baseline:
        return 0
    try:
        return len(document.edits_since(document.baseline))
    except ValueError:
        return 1
