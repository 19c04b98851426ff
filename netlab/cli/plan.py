"""`netlab plan`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from netlab.cli.shared.command_options import (
    Overrides,
    device_option,
    json_option,
    override_options,
)
from netlab.cli.shared.cost_table import cost_table
from netlab.cli.shared.lab_option import chosen_lab
from netlab.cli.shared.output import print_json, print_lines
from netlab.format import format_duration

if TYPE_CHECKING:
    from netlab.cli.shared.training_time import TrainingTime
    from netlab.planning.plan import Plan


@click.command()
@click.argument("recipe")
@override_options
@click.option("--estimate/--no-estimate", default=True, help="Say how long it will take.")
@device_option("The device that the time is estimated for.")
@json_option("The plan as JSON.")
def plan(recipe: str, overrides: Overrides, estimate: bool, device: str, as_json: bool) -> None:
    """Every variant of RECIPE with its cost and its difference from the baseline.

    Trains nothing. The time is estimated from runs in the lab where it holds any like these, else
    from a few training steps on random numbers.
    """
    from netlab.cli.shared.training_time import estimate_training_time
    from netlab.planning.plan import make_plan

    made = make_plan(recipe, **overrides)
    time = estimate_training_time(made, chosen_lab(), device) if estimate else None
    if as_json:
        print_json(plan_as_dict(made, time))
    else:
        print_lines(plan_text(made, time))


def plan_as_dict(plan: Plan, time: TrainingTime | None) -> dict[str, Any]:
    """The plan as JSON values; `delta_` figures are differences from the baseline."""
    recipe, base = plan.recipe, plan.baseline.cost
    return {
        "study": recipe.name,
        "question": recipe.question,
        "data": recipe.data.label,
        "protocol": recipe.protocol.label,
        "seeds": list(recipe.seeds),
        "design": recipe.design.get("design", "one-factor"),
        "factors": [*recipe.design.get("factors", ())],
        "runs": len(plan.specs()),
        "estimated_seconds": round(time.seconds, 1) if time else None,
        "estimated_from": time.source if time else None,
        "variants": [
            {
                "name": variant.name,
                "because": variant.because,
                "expect": variant.expect,
                "changes": list(variant.changes),
                "params": analysis.cost.params,
                "macs": analysis.cost.macs,
                "delta_params": analysis.cost.params - base.params,
                "delta_macs": analysis.cost.macs - base.macs,
            }
            for variant, analysis in zip(recipe.variants, plan.analyses, strict=True)
        ],
    }


def plan_text(plan: Plan, time: TrainingTime | None) -> list[str]:
    """The plan as lines of text."""
    recipe, protocol = plan.recipe, plan.recipe.protocol
    lines = [
        plan.size_text,
        "",
        *([recipe.question, ""] if recipe.question else []),
        *cost_table(plan, "change", lambda variant: "; ".join(variant.changes)),
        "",
        f"data      {recipe.data.label}{f' ({plan.data_problem})' if plan.data_problem else ''}",
        f"protocol  {protocol.label}, {protocol.epochs} epochs, batch {protocol.batch_size}",
    ]
    if time:
        lines.append(f"time      about {format_duration(time.seconds)}, {time.source}")
    return lines
