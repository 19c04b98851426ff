"""The variants of a plan as a table of their costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from netlab.cli.shared.output import align_columns
from netlab.format import format_count, format_percent_change

if TYPE_CHECKING:
    from netlab.planning.plan import Plan
    from netlab.recipe.variants import Variant


def cost_table(plan: Plan, heading: str, describe: Callable[[Variant], str]) -> list[str]:
    """Parameters, MACs, their change from the baseline, and description of each variant."""
    base = plan.baseline.cost
    rows: list[list[str]] = []
    for variant, analysis in zip(plan.recipe.variants, plan.analyses, strict=True):
        cost = analysis.cost
        changes = ("", "")
        if rows:
            changes = (
                format_percent_change(cost.params, base.params),
                format_percent_change(cost.macs, base.macs),
            )
        figures = [f"{cost.params:,}", changes[0], format_count(cost.macs), changes[1]]
        rows.append([variant.name, *figures, describe(variant)])
    header = ["variant", "params", "", "MACs", "", heading]
    return align_columns(header, rows, right=(1, 2, 3, 4))
