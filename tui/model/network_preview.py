"""Preview of a network of a study before training: its changes and costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from netlab.recipe.study import BASELINE
from tui.model.analyser_requests import AnalyserFailure
from tui.model.costs import Costs, PreparedCosts


@dataclass(frozen=True)
class NetworkPreview:
    """The baseline or a variant, as it will be trained."""

    name: str
    because: str = ""
    changes: tuple[str, ...] = ()
    costs: Costs | None = None
    """None until the analyser answers, or if the network cannot be made."""
    adjustments: tuple[str, ...] = ()
    """Descriptions of the repairs and scaling that planning adds to the changes."""
    fault: str | None = None

    @property
    def is_baseline(self) -> bool:
        return self.name == BASELINE

    @property
    def all_changes(self) -> tuple[str, ...]:
        return (*self.changes, *self.adjustments)

    @property
    def description(self) -> str:
        """The fault, if any; else all changes."""
        if self.fault:
            return self.fault
        if self.is_baseline:
            return "every variant starts from here"
        return "; ".join((*self.adjustments, *self.changes))

    @property
    def figures(self) -> Costs | None:
        """The costs; None if the network cannot be trained."""
        return None if self.fault else self.costs

    @property
    def complete(self) -> bool:
        """Whether the costs include every row of the network."""
        return self.costs is not None and (
            self.costs.fault is None or self.costs.fault.trainable_only
        )

    def with_answer(self, answer: PreparedCosts | AnalyserFailure | None) -> NetworkPreview:
        """This preview with the analyser's answer, or with its failure as the fault."""
        if answer is None:
            return self
        if isinstance(answer, AnalyserFailure):
            return replace(self, fault=answer.message)
        fault = describe_fault(answer.costs)
        return replace(self, costs=answer.costs, adjustments=answer.adjustments, fault=fault)


def describe_fault(costs: Costs | None) -> str | None:
    """Why a network cannot be trained: row, fault and valid values; None if it can."""
    if costs is None or costs.fault is None:
        return None
    fault = costs.fault
    where = f"row {fault.row} ({fault.kind}): " if fault.row and fault.kind else ""
    return f"{where}{fault.message}{_remedy(fault.valid_values)}"


def _remedy(valid_values: Sequence[Any]) -> str:
    return f"; {', '.join(map(str, valid_values))} would work" if valid_values else ""
