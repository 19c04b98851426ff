"""Separable convolutions and inverted residuals: their arithmetic, and what they leave out."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from small_networks import network
from torch import nn

from netlab.analysis.network_analysis import analyse
from netlab.errors import BlockError
from netlab.modules.build import build_stack

SEPARABLE: dict[str, Any] = {"block": "depthwise-separable"}
INVERTED: dict[str, Any] = {"block": "inverted-residual"}


def built(block: dict[str, Any], channels: int, **settings: Any) -> nn.Module:
    """The block on an 8×8 map of `channels`."""
    net = network(block, input=[channels, 8, 8], **settings)
    return build_stack(net.resolved_blocks(), net.input).eval()


def layers(module: nn.Module) -> list[str]:
    """The names of all layers in order."""
    return [type(m).__name__ for m in module.modules() if not list(m.children())]


def weights(block: dict[str, Any], channels: int) -> int:
    """Weights of the convolutions: each is used once on a map of one pixel."""
    return analyse(network(block, input=[channels, 1, 1])).cost.macs


def test_a_separable_3x3_from_3_to_4_channels_has_39_weights_instead_of_108() -> None:
    assert weights({"block": "conv", "channels": 4, "kernel": 3}, 3) == 108
    assert weights({**SEPARABLE, "channels": 4}, 3) == 27 + 12 == 39


def test_the_middle_and_the_last_activation_of_a_separable_convolution_can_be_left_out() -> None:
    whole = ["Conv2d", "BatchNorm2d", "ReLU", "Conv2d", "BatchNorm2d", "ReLU"]
    assert layers(built({**SEPARABLE, "channels": 4}, 3)) == whole
    joined = {**SEPARABLE, "channels": 4, "middle": False}
    assert layers(built(joined, 3)) == whole[:1] + whole[3:]
    linear = {**SEPARABLE, "channels": 4, "projection_activation": False}
    assert layers(built(linear, 3)) == whole[:-1]


def test_an_inverted_residual_of_24_channels_has_8208_weights() -> None:
    assert weights({**INVERTED, "channels": 24}, 24) == 3_456 + 1_296 + 3_456 == 8_208
    attention = {**INVERTED, "channels": 24, "attention": "se", "reduction": 4}
    assert weights(attention, 24) == 8_208 + 2 * 144 * 6
    assert weights({"block": "conv", "channels": 144, "kernel": 3}, 144) == 186_624


def test_expansion_1_leaves_the_first_convolution_out() -> None:
    kernels = [
        [m.kernel_size[0] for m in module.modules() if isinstance(m, nn.Conv2d)]
        for module in (
            built({**INVERTED, "channels": 8, "expansion": 1, "kernel": 5}, 8),
            built({**INVERTED, "channels": 8, "expansion": 2, "kernel": 5}, 8),
        )
    ]
    assert kernels == [[5, 1], [1, 5, 1]]


@pytest.mark.parametrize(
    ("fields", "adds"),
    [
        ({"channels": 8}, True),
        ({"channels": 8, "stride": 2}, False),
        ({"channels": 10}, False),
        ({"channels": 8, "shortcut": "none"}, False),
    ],
)
def test_the_input_is_added_only_where_stride_is_1_and_widths_agree(
    fields: dict[str, Any], adds: bool
) -> None:
    module = built({**INVERTED, **fields}, 8)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.zero_()
    x = torch.randn(1, 8, 8, 8)
    out = module(x)
    assert torch.equal(out, x) if adds else out.abs().max() == 0


def test_the_last_1x1_is_linear_unless_its_activation_is_left_in() -> None:
    torch.manual_seed(0)
    x = torch.randn(2, 8, 8, 8)
    linear = {**INVERTED, "channels": 6}
    assert built(linear, 8)(x).min() < 0
    assert built({**linear, "projection_activation": True}, 8)(x).min() == 0


def test_its_activations_are_the_network_s() -> None:
    found = layers(built({**INVERTED, "channels": 8}, 8, activation="relu6"))
    assert found.count("ReLU6") == 2
    assert "ReLU" not in found


def test_an_attention_without_a_channel_is_explained_with_a_value_that_works() -> None:
    block = {**INVERTED, "channels": 6, "attention": "se", "reduction": 16, "repeat": 2}
    with pytest.raises(BlockError) as caught:
        analyse(network(block, input=[8, 8, 8]))
    assert str(caught.value) == (
        "block 1 (inverted-residual): reduction 16 leaves nothing of the 8 input channels; "
        "6 would work"
    )
    assert analyse(network({**block, "reduction": 6}, input=[8, 8, 8])).output == (6, 8, 8)
