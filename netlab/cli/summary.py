"""`netlab summary`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from netlab.cli.shared.command_options import json_option
from netlab.cli.shared.output import align_columns, align_properties, print_json, print_lines
from netlab.errors import NetlabError
from netlab.format import format_count, format_percent, format_shape

if TYPE_CHECKING:
    from netlab.analysis.network_analysis import Analysis
    from netlab.recipe.network import Network


@click.command()
@click.argument("recipe")
@click.option("--variant", help="A variant of the study instead of its baseline.")
@click.option("--input", "shape", metavar="CxHxW", help="Another input, such as 3x224x224.")
@click.option(
    "--depth", type=click.IntRange(1, 9), default=2, show_default=True, help="Levels of the tree."
)
@click.option("--check", is_flag=True, help="Count the MACs with torch's counter, too.")
@json_option("The figures as JSON.")
def summary(
    recipe: str, variant: str | None, shape: str | None, depth: int, check: bool, as_json: bool
) -> None:
    """Layers, shapes, parameters and MACs of the network in RECIPE.

    MACs are multiply-accumulates of convolution and linear layers for one image, without bias;
    FLOPs are 2 × MACs.
    """
    from netlab.analysis.network_analysis import analyse

    analysis = analyse(load_network_argument(recipe, variant, shape))
    if as_json:
        print_json(summary_as_dict(analysis))
        return
    from netlab.analysis.layer_tree import layer_tree

    click.echo(layer_tree(analysis.network, depth))
    print_lines([*blocks_table(analysis), "", *totals(analysis)])
    if check:
        from netlab.analysis.flop_check import compare_mac_counts

        click.echo(compare_mac_counts(analysis))


def load_network_argument(recipe: str, variant: str | None, shape: str | None) -> Network:
    """The network of a recipe or variant; `shape` replaces its input. Raises `NetlabError`."""
    from netlab.recipe.loader import load_recipe

    loaded = load_recipe(recipe)
    network = loaded.network
    if variant is not None:
        from netlab.planning.plan import prepared_variant

        network = prepared_variant(loaded, variant).network
    if shape is None:
        return network
    match = re.fullmatch(r"(\d+)[x×](\d+)[x×](\d+)", shape.strip())
    if not match or not all(1 <= int(side) <= 4096 for side in match.groups()):
        raise NetlabError(
            f"--input {shape}: write channels, height and width as 3x224x224, each from 1 to 4096"
        )
    channels, height, width = (int(side) for side in match.groups())
    return network.model_copy(update={"input": (channels, height, width)})


def summary_as_dict(analysis: Analysis) -> dict[str, Any]:
    """The summary as JSON values."""
    cost = analysis.cost
    return {
        "input": list(analysis.network.input),
        "output": list(analysis.output),
        "params": cost.params,
        "macs": cost.macs,
        "macs_with_bias": cost.macs + cost.bias,
        "flops": cost.flops,
        "activations": cost.activations,
        "forward_backward_mb": round(cost.forward_backward_mb, 2),
        "blocks": [
            {
                "block": row.spec.block,
                "repeat": row.spec.repeat,
                "output": list(row.out_shape),
                "params": row.cost.params,
                "macs": row.cost.macs,
                "activations": row.cost.activations,
            }
            for row in analysis.rows
        ],
    }


def blocks_table(analysis: Analysis) -> list[str]:
    """One line per block: fields, output shape, parameters, MACs and their share."""
    from netlab.recipe.block_fields import describe_block

    total = analysis.cost.macs or 1
    rows = [
        [
            str(row.number),
            describe_block(row.spec),
            format_shape(row.out_shape),
            f"{row.cost.params:,}",
            f"{row.cost.macs:,}",
            format_percent(row.cost.macs / total),
        ]
        for row in analysis.rows
    ]
    header = ["", "block", "output", "params", "MACs", "share"]
    return align_columns(header, rows, right=(0, 3, 4, 5))


def totals(analysis: Analysis) -> list[str]:
    """Lines with the figures of the whole network, and how each was counted."""
    cost, network = analysis.cost, analysis.network
    lines = [
        ("input → output", f"{format_shape(network.input)} → {format_shape(analysis.output)}"),
        ("parameters", f"{cost.params:,} ({cost.params * 4 / 2**20:.2f} MB in float32)"),
        ("MACs", f"{cost.macs:,} for one image: convolution and linear layers, without bias"),
    ]
    if cost.bias:
        with_bias = cost.macs + cost.bias
        lines.append(
            ("MACs with bias", f"{with_bias:,}: the same, and one more for each bias added")
        )
    lines += [
        ("FLOPs", f"{cost.flops:,} (2 × MACs)"),
        ("thop's total", f"{cost.macs + cost.other:,}: MACs, normalisation and pooling"),
        (
            "activations",
            f"{format_count(cost.activations)} outputs of convolution and linear layers",
        ),
        ("forward/backward", f"{cost.forward_backward_mb:.2f} MB for one image in float32"),
    ]
    return align_properties(lines)
