"""`netlab plan`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from netlab.cli.shared.lab_option import chosen_lab
from netlab.cli.shared.output import align_columns, print_json
from netlab.cli.shared.overrides import override_options
from netlab.format import format_count, format_duration, format_percent_change

if TYPE_CHECKING:
    from netlab.cli.shared.training_time import TrainingTime
    from netlab.planning.plan import Plan


@click.command()
@click.argument("recipe")
@override_options
@click.option("--estimate/--no-estimate", default=True, help="Say how long it will take.")
@click.option(
    "--device", default="auto", show_default=True, help="The device that the time is told for."
)
@click.option("--json", "as_json", is_flag=True, help="The plan as JSON.")
def plan(
    recipe: str,
    seeds: tuple[int, ...] | None,
    epochs: int | None,
    data: str | None,
    protocol: str | None,
    quick: bool,
    estimate: bool,
    device: str,
    as_json: bool,
) -> None:
    """Every variant of RECIPE with its cost and its difference from the baseline.

    Trains nothing. The time is told from runs in the lab where it has any like these, else from
    a few training steps on random numbers.
    """
    from netlab.cli.shared.training_time import estimate_training_time
    from netlab.planning.plan import make_plan

    made = make_plan(
        recipe,
        seeds=seeds,
        epochs=epochs,
        data=data,
        protocol=protocol,
        quick=quick,
    )
    time = estimate_training_time(made, chosen_lab(), device) if estimate else None
    if as_json:
        print_json(plan_as_dict(made, time))
        return
    for line in plan_text(made, time):
        click.echo(line)


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
    """The plan for people."""
    recipe, base = plan.recipe, plan.baseline.cost
    rows = [
        [
            variant.name,
            f"{analysis.cost.params:,}",
            format_percent_change(analysis.cost.params, base.params) if number else "",
            format_count(analysis.cost.macs),
            format_percent_change(analysis.cost.macs, base.macs) if number else "",
            "; ".join(variant.changes),
        ]
        for number, (variant, analysis) in enumerate(
            zip(recipe.variants, plan.analyses, strict=True)
        )
    ]
    label = recipe.protocol.label
    lines = [
        plan.size_text,
        "",
        *([recipe.question, ""] if recipe.question else []),
        *align_columns(["variant", "params", "", "MACs", "", "change"], rows, right=(1, 2, 3, 4)),
        "",
        f"data      {recipe.data.label}{f' ({plan.data_problem})' if plan.data_problem else ''}",
        f"protocol  {label}, {recipe.protocol.epochs} epochs, batch {recipe.protocol.batch_size}",
    ]
    if time:
        lines.append(f"time      about {format_duration(time.seconds)}, {time.source}")
    return lines
