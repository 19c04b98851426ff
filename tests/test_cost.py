"""Costs: the exact figures of the sources, in separate conventions."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from small_networks import network, resnet14

from netlab.analysis.cost import block_cost
from netlab.analysis.flop_check import compare_mac_counts
from netlab.analysis.layer_tree import layer_tree
from netlab.analysis.network_analysis import analyse, check_trainable
from netlab.errors import BlockError
from netlab.modules.build import build_stack
from netlab.recipe.loader import load_recipe

PARAMS = {
    "baseline": 195_738,
    "groups-2": 98_970,
    "groups-4": 50_586,
    "dense": 340_538,
    "separable": 27_738,
    "attention": 201_394,
}


def test_the_six_variants_have_exactly_the_parameters_of_the_source() -> None:
    recipe = load_recipe("resnet14-ablation")
    found = {v.name: analyse(v.network).cost.params for v in recipe.variants}
    assert found == PARAMS


def test_parameters_are_those_of_the_built_network() -> None:
    for variant in load_recipe("resnet14-ablation").variants:
        model = build_stack(variant.network.resolved_blocks(), variant.network.input)
        own_sum = sum(p.numel() for p in model.parameters())
        assert own_sum == analyse(variant.network).cost.params


@pytest.mark.parametrize(
    ("groups", "params", "macs", "with_bias"),
    [
        (1, 1650, 19_602_000, 19_965_000),
        (2, 840, 9_801_000, 10_164_000),
        (3, 570, 6_534_000, 6_897_000),
        (6, 300, 3_267_000, 3_630_000),
    ],
)
def test_grouped_convolution_in_both_conventions(
    groups: int, params: int, macs: int, with_bias: int
) -> None:
    conv: dict[str, Any] = {"block": "conv", "channels": 30, "padding": 0, "groups": groups}
    plain = {"bias": True, "norm": "none", "activation": "none"}
    cost = analyse(network({**conv, **plain}, input=[6, 112, 112])).cost
    assert (cost.params, cost.macs, cost.macs + cost.bias) == (params, macs, with_bias)


def test_macs_of_resnet14_by_hand() -> None:
    # A 3×3 convolution of c → c channels at s×s needs 9·c²·s² MACs: 2,359,296 in every stage.
    cost = analyse(resnet14()).cost
    stem, head, full, half = 9 * 3 * 16 * 32**2, 64 * 10, 2_359_296, 1_179_648
    assert cost.macs == stem + 4 * full + 2 * (3 * full + 2 * half) + head
    assert cost.flops == 2 * cost.macs


def test_groups_divide_the_macs_of_every_3x3_but_the_stem() -> None:
    base, halved = analyse(resnet14()).cost, analyse(resnet14(groups=2)).cost
    outside = 9 * 3 * 16 * 32**2 + 64 * 10
    assert halved.macs - outside == (base.macs - outside) // 2


def test_the_cost_of_the_whole_is_the_sum_of_its_rows() -> None:
    analysis = analyse(resnet14(attention="se", reduction=4))
    assert sum(row.cost.macs for row in analysis.rows) == analysis.cost.macs
    assert sum(row.cost.outputs for row in analysis.rows) == analysis.cost.outputs


def test_activations_are_the_outputs_of_convolution_and_linear_layers() -> None:
    # Stem 16·32², then per stage four (five with a shortcut) outputs of the stage's shape.
    stage = (16 * 32**2, 32 * 16**2, 64 * 8**2)
    assert analyse(resnet14()).cost.activations == stage[0] * 5 + stage[1] * 5 + stage[2] * 5 + 10


def test_an_edit_costs_only_the_block_that_it_changes() -> None:
    analyse(resnet14())
    before = block_cost.cache_info().misses
    changed = resnet14().with_blocks(
        tuple(
            spec.model_copy(update={"groups": 2}) if row == 3 else spec
            for row, spec in enumerate(resnet14().blocks)
        )
    )
    analyse(changed)
    assert block_cost.cache_info().misses - before <= 2  # the first of the repeats, and the rest


def test_analysis_leaves_the_random_state_alone() -> None:
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    block_cost.cache_clear()
    analyse(resnet14())
    layer_tree(resnet14())
    assert torch.equal(torch.rand(3), expected)


def test_the_tree_shows_every_row_with_shapes_for_one_image() -> None:
    tree = layer_tree(resnet14(), depth=1)
    assert "ConvBlock: 1-1                         [1, 16, 32, 32]" in tree
    assert "[1, 10]" in tree
    assert "BasicBlock" not in tree
    assert "BasicBlock" in layer_tree(resnet14(), depth=2)


def test_counters_that_agree_say_so() -> None:
    assert compare_mac_counts(analyse(resnet14())) == (
        "torch's operation counter agrees: 28,754,560 MACs"
    )


def test_a_network_without_a_head_can_be_summarised_but_not_trained() -> None:
    analysis = analyse(network({"block": "conv", "channels": 4}))
    with pytest.raises(BlockError, match="ends in 4×32×32, but training needs 10 class scores"):
        check_trainable(analysis)


def test_width_scales_channels_to_multiples_of_eight_but_not_classes() -> None:
    stem = {"block": "conv", "channels": 32}
    last = {"block": "conv", "channels": 100, "scaled": False}
    rows = analyse(network(stem, last, {"block": "classifier"}, width=0.75)).rows
    assert [row.out_shape for row in rows] == [(24, 32, 32), (100, 32, 32), (10,)]
    assert analyse(network(stem, width=0.05)).output == (8, 32, 32)
    # 0.35 × 32 = 11.2 would round down to 8, below 90 % of it.
    assert analyse(network(stem, width=0.35)).output == (16, 32, 32)
