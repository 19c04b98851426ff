"""The five orders of norm and activation in residual blocks, read off from what is called when."""

from __future__ import annotations

from typing import Any, get_args

import pytest
import torch
from small_networks import network, resnet14
from torch import Tensor, nn

from netlab.analysis.network_analysis import analyse
from netlab.blocks.preactivation import Order
from netlab.modules import preactivation
from netlab.modules.build import build_stack
from netlab.modules.shortcuts import add_shortcut

ORDERS = get_args(Order)
NAMES = {nn.Conv2d: "conv", nn.BatchNorm2d: "bn", nn.ReLU: "relu"}

BASIC = {
    "original": "conv bn relu conv bn + relu",
    "bn-after-addition": "conv bn relu conv + bn relu",
    "relu-before-addition": "conv bn relu conv bn relu +",
    "relu-only-pre-activation": "relu conv bn relu conv bn +",
    "full-pre-activation": "bn relu conv bn relu conv +",
}
"""Figure 4 of He et al. (2016)."""


def block(kind: str, order: str, in_channels: int = 8, **fields: Any) -> nn.Module:
    """One block of 8 channels in evaluation mode, with statistics as after some training."""
    torch.manual_seed(0)
    net = network({"block": kind, "channels": 8, "order": order, **fields})
    module = build_stack(net.resolved_blocks(), (in_channels, 6, 6)).eval()[0]
    for layer in module.modules():
        if isinstance(layer, nn.BatchNorm2d) and layer.running_mean is not None:
            layer.running_mean.normal_()
    return module


def calls(module: nn.Module, x: Tensor, monkeypatch: pytest.MonkeyPatch) -> str:
    """The layers in the order of their calls, the addition among them."""
    seen: list[str] = []

    def added(*arguments: Any) -> Tensor:
        seen.append("+")
        return add_shortcut(*arguments)

    monkeypatch.setattr(preactivation, "add_shortcut", added)
    for layer in module.modules():
        if type(layer) in NAMES:
            layer.register_forward_hook(lambda layer, *_: seen.append(NAMES[type(layer)]))
    module(x)
    return " ".join(seen)


@pytest.mark.parametrize(("order", "sequence"), BASIC.items())
def test_basic_calls_its_layers_in_the_order_of_the_paper(
    order: str, sequence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert calls(block("basic", order), torch.randn(1, 8, 6, 6), monkeypatch) == sequence


@pytest.mark.parametrize(("order", "sequence"), BASIC.items())
def test_a_bottleneck_has_a_third_convolution_in_the_same_order(
    order: str, sequence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    three = sequence.replace("conv", "conv bn relu conv", 1)
    assert calls(block("bottleneck", order), torch.randn(1, 8, 6, 6), monkeypatch) == three


@pytest.mark.parametrize("kind", ["basic", "bottleneck"])
@pytest.mark.parametrize(("order", "leaves"), [
    ("original", "relu"),
    ("bn-after-addition", "bn relu"),
    ("relu-before-addition", ""),
    ("relu-only-pre-activation", ""),
    ("full-pre-activation", ""),
])  # fmt: skip
def test_what_the_addition_leaves_of_the_input_where_the_block_learns_nothing(
    kind: str, order: str, leaves: str
) -> None:
    module = block(kind, order)
    for layer in module.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.zeros_(layer.weight)
        elif isinstance(layer, nn.BatchNorm2d):
            layer.reset_running_stats()
    x = torch.randn(2, 8, 6, 6)
    expected = x / (1 + 1e-5) ** 0.5 if "bn" in leaves else x
    expected = expected.relu() if "relu" in leaves else expected
    torch.testing.assert_close(module(x), expected)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("norm", ["batch", "none"])
def test_no_order_writes_over_what_arrives(order: str, norm: str) -> None:
    x = torch.randn(2, 8, 6, 6)
    before = x.clone()
    block("basic", order, norm=norm)(x)
    assert torch.equal(x, before)


@pytest.mark.parametrize(("order", "reads", "layers"), [
    ("original", "x", 2),
    ("bn-after-addition", "x", 2),
    ("relu-before-addition", "x", 2),
    ("relu-only-pre-activation", "relu(x)", 2),
    ("full-pre-activation", "relu(bn(x))", 1),
])  # fmt: skip
def test_a_projection_reads_what_is_pre_activated(order: str, reads: str, layers: int) -> None:
    residual: Any = block("basic", order, in_channels=4)
    read: list[Tensor] = []
    residual.shortcut.register_forward_pre_hook(lambda _, inputs: read.append(inputs[0].clone()))
    x = torch.randn(2, 4, 6, 6)
    residual(x)
    ready = residual.before[0](x).relu() if "bn" in reads else x.relu()
    expected = x if reads == "x" else ready
    assert torch.equal(read[0], expected)
    assert len(residual.shortcut) == layers  # a convolution, and a norm where none comes before


def test_attention_stands_right_before_the_addition() -> None:
    for order in ORDERS:
        module: Any = block("basic", order, attention="se", reduction=2)
        assert type(module.residual[-1]).__name__ == "SqueezeExcite"


def test_orders_differ_in_weights_only_where_a_norm_has_another_width() -> None:
    costs = [analyse(resnet14(order=order)).cost for order in ORDERS]
    assert {cost.macs for cost in costs} == {costs[0].macs}
    original, after, before, relu_only, full = (cost.params for cost in costs)
    assert original == after == before == relu_only
    # Two blocks' first norms have 16 and 32 channels, not 32 and 64; two projections have none.
    assert original - full == 2 * (16 + 32) + 2 * (32 + 64)


def test_the_order_of_old_recipes_is_the_original_and_changes_no_hash() -> None:
    assert resnet14().identity() == resnet14(order="original").identity()
    assert "order" not in resnet14().identity()["blocks"][1]
    assert resnet14().identity() != resnet14(order="full-pre-activation").identity()
