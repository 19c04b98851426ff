"""Branches: what they compute, what they pass to the blocks inside, and how errors are worded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from pydantic import ValidationError
from small_networks import network
from torch import nn

from netlab.analysis.network_analysis import analyse
from netlab.blocks.branches import Branches
from netlab.errors import BlockError, NetlabError
from netlab.modules.build import build_stack
from netlab.recipe.block_fields import describe_block
from netlab.recipe.edits import SetFields
from netlab.recipe.loader import load_recipe

NARROW = {"name": "narrow", "blocks": [{"block": "conv", "channels": 4, "kernel": 1}]}
WIDE = {
    "name": "wide",
    "blocks": [
        {"block": "conv", "channels": 6, "kernel": 1},
        {"block": "conv", "channels": 8, "stride": 2},
    ],
}
INPUT: dict[str, Any] = {"name": "input"}
HALF = {"name": "half", "blocks": [{"block": "pool", "kernel": 3}]}


def branches(*rows: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """The row of a network with these branches."""
    return {"block": "branches", "branches": list(rows), **fields}


def test_concatenation_puts_the_branches_side_by_side_in_their_order() -> None:
    torch.manual_seed(0)
    net = network(branches(NARROW, INPUT))
    block: Any = build_stack(net.resolved_blocks(), net.input).eval()[0]
    x = torch.randn(2, 3, 8, 8)
    out = block(x)
    assert out.shape == (2, 7, 8, 8)
    assert torch.equal(out[:, :4], block.branches[0](x))
    assert torch.equal(out[:, 4:], x)


def test_the_sum_of_the_input_and_a_convolution_is_a_residual_block() -> None:
    conv = {"name": "conv", "blocks": [{"block": "conv", "channels": 3, "norm": "none"}]}
    net = network(branches(INPUT, conv, merge="sum"))
    block: Any = build_stack(net.resolved_blocks(), net.input)
    nn.init.zeros_(block[0].branches[1][0][0].weight)
    x = torch.randn(2, 3, 8, 8)
    assert torch.equal(block(x), x)


def test_inception_is_branches_of_convolutions_and_a_pool() -> None:
    widths = {"conv1": 4, "reduce3": 3, "conv3": 5, "reduce5": 2, "conv5": 6, "pool": 7}

    def conv(channels: int, kernel: int = 1) -> dict[str, Any]:
        return {"block": "conv", "channels": channels, "kernel": kernel}

    lists = [
        [conv(4)],
        [conv(3), conv(5, 3)],
        [conv(2), conv(6, 5)],
        [{"block": "pool", "kernel": 3, "stride": 1}, conv(7)],
    ]
    rows = [{"name": str(number), "blocks": blocks} for number, blocks in enumerate(lists)]
    nets = [network({"block": "inception", **widths}), network(branches(*rows))]
    inception, same = (build_stack(net.resolved_blocks(), net.input) for net in nets)
    state = zip(same.state_dict(), inception.state_dict().values(), strict=True)
    same.load_state_dict(dict(state))
    x = torch.randn(2, 3, 9, 9)
    assert torch.equal(same(x), inception(x))
    assert analyse(nets[0]).cost == analyse(nets[1]).cost


def test_settings_and_width_of_the_network_reach_the_blocks_inside() -> None:
    net = network(branches(NARROW, WIDE), norm="group", activation="silu", norm_eps=0.5, width=4)
    (resolved,) = net.resolved_blocks()
    assert isinstance(resolved, Branches)
    inside = [spec.model_dump() for branch in resolved.branches for spec in branch.blocks]
    assert [spec["channels"] for spec in inside] == [16, 24, 32]
    assert all(
        (spec["norm"], spec["activation"], spec["norm_eps"]) == ("group", "silu", 0.5)
        for spec in inside
    )
    own = {"block": "conv", "channels": 4, "norm": "none"}
    net = network(branches({"name": "own", "blocks": [own]}, INPUT))
    assert not any(
        isinstance(layer, nn.BatchNorm2d)
        for layer in build_stack(net.resolved_blocks(), net.input).modules()
    )


def test_only_the_first_of_the_repeats_carries_the_strides_inside() -> None:
    inner = branches(HALF, {"name": "conv", "blocks": WIDE["blocks"]})
    outer = branches({"name": "a", "blocks": [inner]}, WIDE, repeat=3)
    analysis = analyse(network({"block": "conv", "channels": 5}, outer))
    assert analysis.output[1:] == (16, 16)


def test_fields_give_the_same_block_again() -> None:
    net = network(branches(NARROW, WIDE, merge="concat", repeat=1))
    same = network({"block": "branches", **net.blocks[0].fields()})
    assert same == net
    assert hash(same.blocks[0]) == hash(net.blocks[0])
    assert type(net).model_validate_json(net.model_dump_json()) == net


def test_a_line_about_the_block_names_branches_and_kinds() -> None:
    (spec,) = network(branches(INPUT, WIDE, merge="sum")).blocks
    assert (
        describe_block(spec) == "branches (branches input: unchanged; wide: conv → conv, merge sum)"
    )


def test_two_kinds_of_block_inside_are_two_networks() -> None:
    def identity(kind: str) -> dict[str, Any]:
        inside = {"name": "a", "blocks": [{"block": kind, "channels": 3}]}
        return network(branches(INPUT, inside)).identity()

    assert identity("conv") != identity("basic")


def test_an_edit_changes_the_merge_and_keeps_the_branches() -> None:
    net = network(branches(NARROW, {**NARROW, "name": "too"}))
    changed = SetFields("branches", {"merge": "sum"}).apply(net)
    assert analyse(changed).output == (4, 32, 32)


ODD = [{"block": "conv", "channels": 6}, {"block": "conv", "channels": 6, "groups": 4}]
LARGE = [{"block": "conv", "channels": 6, "kernel": 31, "padding": 0}]
NESTED = branches(INPUT, {"name": "in", "blocks": [{"block": "classifier"}]})

FAULTS: list[tuple[dict[str, Any], str, str]] = [
    (
        branches(NARROW, {"name": "odd", "blocks": ODD}),
        "branches[2].blocks[2].groups",
        "branch 'odd', block 2 (conv): groups 4 ",
    ),
    (
        branches(NARROW, {"name": "large", "blocks": LARGE}),
        "branches[2].blocks[1].kernel",
        "branch 'large', block 1 (conv): a window of 31 ",
    ),
    (
        branches(NARROW, WIDE),
        "branches",
        "branch 'narrow' makes 4×16×16, but branch 'wide' 8×8×8: ",
    ),
    (
        branches(NARROW, INPUT, merge="sum"),
        "merge",
        "branch 'narrow' makes 4×16×16, but branch 'input' 3×16×16: ",
    ),
    (
        branches(INPUT, {"name": "out", "blocks": [NESTED]}),
        "branches[2].blocks[1].branches",
        "branch 'out', block 1 (branches): branch 'input' makes 3×16×16, but branch 'in' 10: ",
    ),
]


@pytest.mark.parametrize(("block", "field", "start"), FAULTS)
def test_an_error_inside_names_branch_and_block(
    block: dict[str, Any], field: str, start: str
) -> None:
    net = network(block, input=[3, 16, 16])
    with pytest.raises(BlockError) as caught:
        analyse(net)
    assert (caught.value.row, caught.value.kind, caught.value.field) == (1, "branches", field)
    assert caught.value.message.startswith(start)


def test_the_field_at_fault_is_found_inside_and_the_values_work_there() -> None:
    inside: dict[str, Any] = {"block": "conv", "channels": 6, "groups": 5}
    with pytest.raises(BlockError) as caught:
        analyse(network(branches(INPUT, {"name": "a", "blocks": [inside]})))
    assert caught.value.field == "branches[2].blocks[1].groups"
    for value in caught.value.valid_values:
        fixed = {"name": "a", "blocks": [{**inside, "groups": value}]}
        assert analyse(network(branches(INPUT, fixed))).output == (9, 32, 32)


def test_a_recipe_names_the_line_inside_a_branch(tmp_path: Path) -> None:
    path = tmp_path / "branches.yaml"
    path.write_text(
        """\
network:
  input: [3, 8, 8]
  blocks:
    - block: branches
      branches:
        - name: narrow
          blocks:
            - {block: conv, channels: 4}
            - {block: conv, chanels: 4}
        - {name: input}
    - {block: classifier}
"""
    )
    with pytest.raises(NetlabError) as caught:
        load_recipe(path)
    message = str(caught.value)
    assert f"{path}:9: network.blocks[1].branches[1].blocks[2].chanels" in message
    assert "did you mean 'channels'?" in message


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([NARROW, NARROW], "two branches are called 'narrow'"),
        ([NARROW], "at least 2 items"),
        ([NARROW, {"name": "", "blocks": []}], "at least 1 character"),
    ],
)
def test_branches_have_names_of_their_own(rows: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        network(branches(*rows))
