"""Channel shuffle and the units built on it: what mixes with what, at what cost."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from small_networks import network
from torch import nn

from netlab.analysis.network_analysis import analyse
from netlab.errors import BlockError
from netlab.modules.build import build_stack
from netlab.modules.shuffle import shuffle_channels

PLAIN = {"norm": "none", "activation": "none"}
"""Linear blocks: a gradient is zero only where nothing connects."""


def built(*blocks: dict[str, Any], channels: int, **settings: Any) -> nn.Sequential:
    """The blocks on a 3×3 map of `channels`."""
    net = network(*blocks, input=[channels, 3, 3], **settings)
    return build_stack(net.resolved_blocks(), net.input).eval()


def dependence(model: nn.Module, channels: int) -> torch.Tensor:
    """Whether output channel i depends on input channel j: (out, in), by gradients."""
    torch.manual_seed(0)
    x = torch.randn(1, channels, 3, 3, requires_grad=True)
    out = model(x)
    rows = [
        torch.autograd.grad(out[:, i].sum(), x, retain_graph=True)[0].abs().sum((0, 2, 3))
        for i in range(out.shape[1])
    ]
    return torch.stack(rows) > 0


def in_blocks(channels: int, groups: int) -> torch.Tensor:
    """Dependence within `groups` only."""
    group = torch.arange(channels) // (channels // groups)
    return group[:, None] == group


def test_it_deals_the_channels_of_each_group_out_as_the_notes_do() -> None:
    x = torch.randn(4, 6, 3, 3)
    y = x.reshape(4, 2, 3, 3, 3).permute(0, 2, 1, 3, 4).reshape(4, 6, 3, 3)
    assert torch.equal(built({"block": "channel-shuffle"}, channels=6)(x), y)
    assert shuffle_channels(x, 2)[0, :, 0, 0].tolist() == x[0, [0, 3, 1, 4, 2, 5], 0, 0].tolist()


def test_shuffling_by_the_size_of_the_groups_undoes_it() -> None:
    x = torch.randn(2, 12, 3, 3)
    assert torch.equal(shuffle_channels(shuffle_channels(x, 3), 4), x)


def test_it_costs_no_weights_and_no_macs() -> None:
    grouped = {"block": "conv", "channels": 12, "kernel": 1, "groups": 3}
    apart = analyse(network(grouped, grouped, input=[12, 3, 3])).cost
    shuffle = {"block": "channel-shuffle", "groups": 3}
    mixed = analyse(network(grouped, shuffle, grouped, input=[12, 3, 3])).cost
    assert (mixed.params, mixed.macs) == (apart.params, apart.macs)


def test_only_with_it_does_every_output_of_a_grouped_stack_depend_on_every_input() -> None:
    grouped = {"block": "conv", "channels": 12, "kernel": 1, "groups": 3, **PLAIN}
    shuffle = {"block": "channel-shuffle", "groups": 3}
    assert torch.equal(dependence(built(grouped, grouped, channels=12), 12), in_blocks(12, 3))
    assert dependence(built(grouped, shuffle, grouped, channels=12), 12).all()


def test_the_same_holds_inside_a_unit_of_the_first_shufflenet() -> None:
    unit = {"block": "shufflenet-v1", "channels": 48, "groups": 3}
    apart = {**unit, "shuffle": False}
    assert torch.equal(dependence(built({**apart, **PLAIN}, channels=48), 48), in_blocks(48, 3))
    assert dependence(built({**unit, **PLAIN}, channels=48), 48).all()
    costs = [analyse(network(row, input=[48, 3, 3])).cost for row in (unit, apart)]
    assert costs[0] == costs[1]


def test_without_it_half_of_the_channels_pass_all_units_of_the_second_untouched() -> None:
    unit = {"block": "shufflenet-v2", "channels": 8, "repeat": 3}
    x = torch.randn(1, 8, 3, 3)
    kept = built({**unit, "shuffle": False}, channels=8)(x)
    assert torch.equal(kept[:, :4], x[:, :4])
    mixed = dependence(built({**unit, **PLAIN}, channels=8), 8)
    assert mixed.sum() > dependence(built({**unit, **PLAIN, "shuffle": False}, channels=8), 8).sum()


def weights(block: dict[str, Any], channels: int) -> int:
    """Weights of the convolutions of one block."""
    cost = analyse(network(block, input=[channels, 1, 1])).cost
    return cost.macs  # on a map of one pixel, each weight is used once


def test_weights_are_those_of_the_documented_arithmetic() -> None:
    v1 = {"block": "shufflenet-v1", "channels": 240}
    assert weights(v1, 240) == 4_800 + 540 + 4_800
    assert weights({**v1, "groups": 1}, 240) == 14_400 + 540 + 14_400
    v2 = {"block": "shufflenet-v2", "channels": 116}
    assert weights(v2, 116) == 3_364 + 522 + 3_364
    assert weights({**v2, "merge": "add"}, 116) == 6_728 + 522 + 6_728


def test_a_unit_of_the_first_puts_new_channels_beside_the_averaged_input() -> None:
    x = torch.rand(2, 6, 8, 8)
    unit = {"block": "shufflenet-v1", "channels": 24, "stride": 2}
    net = network(unit, input=[6, 8, 8])
    out = build_stack(net.resolved_blocks(), net.input).eval()(x)
    torch.testing.assert_close(out[:, :6], nn.functional.avg_pool2d(x, 3, 2, 1))
    assert out.shape == (2, 24, 4, 4)


def test_only_the_very_first_1x1_of_a_row_has_the_entry_groups() -> None:
    row = {"block": "shufflenet-v1", "channels": 24, "entry_groups": 1, "repeat": 3}
    model = built(row, channels=6)
    ones = [
        m.groups for m in model.modules() if isinstance(m, nn.Conv2d) and m.kernel_size == (1, 1)
    ]
    assert ones == [1, 3, 3, 3, 3, 3]


FAULTS: list[tuple[int, dict[str, Any], str, tuple[Any, ...]]] = [
    (10, {"block": "channel-shuffle", "groups": 4}, "groups", (1, 2, 5, 10)),
    (
        24,
        {"block": "shufflenet-v1", "channels": 24, "stride": 2, "repeat": 2},
        "channels",
        (36, 39, 48, 51),
    ),
    (24, {"block": "shufflenet-v1", "channels": 12}, "channels", (24, 27, 36, 39)),
    (
        24,
        {"block": "shufflenet-v1", "channels": 240, "groups": 7, "repeat": 2},
        "groups",
        (2, 3, 4, 6),
    ),
    (
        25,
        {"block": "shufflenet-v1", "channels": 240, "entry_groups": 2, "repeat": 2, "groups": 1},
        "entry_groups",
        (1, 5),
    ),
    (
        24,
        {"block": "shufflenet-v1", "channels": 242, "entry_groups": 1, "repeat": 2},
        "groups",
        (1, 2),
    ),
    (24, {"block": "shufflenet-v1", "channels": 24, "reduction": 32}, "reduction", (1, 2, 4, 8)),
    (8, {"block": "shufflenet-v2", "channels": 15, "repeat": 2}, "channels", (14, 16)),
    (8, {"block": "shufflenet-v2", "channels": 1}, "channels", (2,)),
]


@pytest.mark.parametrize(("in_channels", "block", "field", "valid"), FAULTS)
def test_an_uneven_split_is_refused_with_its_field_and_valid_values(
    in_channels: int, block: dict[str, Any], field: str, valid: tuple[Any, ...]
) -> None:
    with pytest.raises(BlockError) as caught:
        analyse(network(block, input=[in_channels, 8, 8]))
    error = caught.value
    found = (error.row, error.kind, error.field, error.valid_values)
    assert found == (1, block["block"], field, valid)
    for value in valid:
        fixed = {**block, field: value}
        assert analyse(network(fixed, input=[in_channels, 8, 8])).output
