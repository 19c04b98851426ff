"""The blocks of VGG, DenseNet, SqueezeNet and Darknet: what they compute and cost, and their faults."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from small_networks import network
from torch import nn

from netlab.analysis.network_analysis import analyse
from netlab.blocks.types import Activation
from netlab.errors import BlockError
from netlab.modules.build import build_stack
from netlab.modules.layers import ACTIVATIONS, activate, activation


def built(*blocks: dict[str, Any], channels: int = 3, side: int = 32, **settings: Any) -> nn.Module:
    """The blocks on a square map of `channels`, as drawn by seed 0."""
    torch.manual_seed(0)
    net = network(*blocks, input=[channels, side, side], **settings)
    return build_stack(net.resolved_blocks(), net.input).eval()


def zeroed(module: nn.Module) -> nn.Module:
    """The module with all weights 0."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.zero_()
    return module


def support(module: nn.Module, stride: int) -> tuple[int, int]:
    """Height and width of the part of the input on which one pixel of the output depends."""
    x = torch.randn(1, 4, 32, 32, requires_grad=True)
    module(x)[0, :, 16 // stride, 16 // stride].sum().backward()
    assert x.grad is not None
    rows, columns = x.grad[0].abs().sum(0).nonzero(as_tuple=True)
    return tuple(int(i.max() - i.min()) + 1 for i in (rows, columns))  # type: ignore[return-value]


LINEAR = {"norm": "none", "activation": "none"}
"""Nothing but convolutions: a gradient is zero only where nothing is seen."""


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize(
    ("kernel", "form"),
    [(5, "stacked"), (7, "stacked"), (3, "asymmetric"), (5, "asymmetric"), (7, "asymmetric")],
)
def test_small_windows_see_what_one_large_window_sees_with_fewer_weights(
    kernel: int, form: str, stride: int
) -> None:
    shared = {"channels": 4, "kernel": kernel, "stride": stride, **LINEAR}
    large = built({"block": "conv", **shared}, channels=4)
    small = built({"block": "factorised", "form": form, **shared}, channels=4)
    x = torch.randn(1, 4, 32, 32)
    assert support(small, stride) == support(large, stride) == (kernel, kernel)
    assert small(x).shape == large(x).shape

    def weights(module: nn.Module) -> int:
        return sum(p.numel() for p in module.parameters() if p.dim() > 1)

    assert weights(small) < weights(large) == 16 * kernel**2


def test_a_factorised_convolution_is_normalised_and_activated_in_between() -> None:
    layers = built({"block": "factorised", "channels": 8, "kernel": 5})[0]  # type: ignore[index]
    assert [type(layer) for layer in layers] == [nn.Conv2d, nn.BatchNorm2d, nn.ReLU] * 2
    assert analyse(network({"block": "factorised", "channels": 3}, norm="none")).cost.params == (
        2 * (9 * 3 * 3 + 3)
    )


def test_layer_l_of_a_dense_block_takes_k0_and_k_from_each_before_it() -> None:
    block = {"block": "dense-block", "layers": 5, "growth": 6}
    for bottleneck, width in ((True, 24), (False, None)):
        module = built({**block, "bottleneck": bottleneck}, channels=7)
        convs = [m for m in module.modules() if isinstance(m, nn.Conv2d)]
        reading = [m for m in convs if m.kernel_size == (1, 1)] if bottleneck else convs
        assert [m.in_channels for m in reading] == [7 + 6 * (layer - 1) for layer in range(1, 6)]
        assert {m.out_channels for m in reading} == {width or 6}
        assert module(torch.randn(2, 7, 32, 32)).shape == (2, 7 + 5 * 6, 32, 32)


def test_a_dense_block_hands_its_input_on_unchanged() -> None:
    x = torch.randn(2, 7, 8, 8)
    module = zeroed(built({"block": "dense-block", "layers": 2, "growth": 3}, channels=7, side=8))
    out = module(x)
    assert torch.equal(out[:, :7], x)
    assert out[:, 7:].abs().max() == 0


def test_one_dense_block_after_another_is_one_dense_block() -> None:
    block = {"block": "dense-block", "growth": 4}
    one, two = ({**block, "layers": 6}, {**block, "layers": 3, "repeat": 2})
    assert analyse(network(one)).cost.params == analyse(network(two)).cost.params


@pytest.mark.parametrize(
    ("compression", "stride", "leaves"),
    [(0.5, 2, (50, 4, 4)), (1, 2, (100, 4, 4)), (0.29, 2, (29, 4, 4)), (0.777, 1, (77, 8, 8))],
)
def test_a_transition_keeps_theta_of_the_channels_and_halves_the_map(
    compression: float, stride: int, leaves: tuple[int, ...]
) -> None:
    block = {"block": "transition", "compression": compression, "stride": stride}
    assert analyse(network(block, input=[100, 8, 8])).output == leaves


def test_fire_costs_what_its_help_says() -> None:
    fire = {"block": "fire", "channels": 128, **LINEAR}
    cost = analyse(network(fire, input=[128, 1, 1])).cost
    assert cost.macs == 2_048 + 1_024 + 9_216
    assert cost.params - cost.macs == 16 + 128


def test_fire_divides_its_channels_as_it_is_told() -> None:
    module = built(
        {"block": "fire", "channels": 20, "squeeze": 3, "expand_3x3": 5}, channels=8, side=4
    )
    convs = [m for m in module.modules() if isinstance(m, nn.Conv2d)]
    assert [(m.out_channels, m.kernel_size[0]) for m in convs] == [(3, 1), (15, 1), (5, 3)]


def test_bypasses_go_around_fire() -> None:
    x = torch.randn(1, 6, 4, 4)
    fire = {"block": "fire", "channels": 6, **LINEAR}
    assert torch.equal(
        zeroed(built({**fire, "bypass": "simple"}, channels=6, side=4))(x),
        x,
    )
    assert zeroed(built(fire, channels=6, side=4))(x).abs().max() == 0
    wider = built({**fire, "channels": 8, "bypass": "complex"}, channels=6, side=4)
    last = [m for m in wider.modules() if isinstance(m, nn.Conv2d)][-1]
    others = {id(p) for p in last.parameters()}
    with torch.no_grad():
        for parameter in wider.parameters():
            if id(parameter) not in others:
                parameter.zero_()
    assert torch.equal(wider(x), last(x))


def test_nothing_follows_the_sum_of_a_darknet_residual() -> None:
    x = torch.randn(1, 6, 4, 4)
    block = {"block": "darknet-residual", "channels": 6}
    assert torch.equal(zeroed(built(block, channels=6, side=4, activation="leaky-relu"))(x), x)


def test_a_darknet_residual_costs_what_its_help_says() -> None:
    block = {"block": "darknet-residual", "channels": 64}
    assert analyse(network(block, input=[64, 1, 1])).cost.macs == 20_480


def test_a_vgg_stage_is_convolutions_with_biases_and_a_pool() -> None:
    stage = {"block": "vgg-stage", "channels": 8, "layers": 2}
    conv = [nn.Conv2d, nn.BatchNorm2d, nn.ReLU]
    for stride, pool in ((2, [nn.MaxPool2d]), (1, [])):
        layers = built({**stage, "stride": stride})[0]  # type: ignore[index]
        assert [type(layer) for layer in layers] == [*conv, *conv, *pool]
        assert layers[0].bias is not None


def test_pooling_takes_the_largest_or_the_mean_of_every_window() -> None:
    x = torch.arange(9.0).reshape(1, 1, 3, 3)
    pooled = {
        (kind, ceil): built({"block": "pool", "kind": kind, "ceil": ceil}, channels=1, side=3)(x)
        for kind in ("max", "avg")
        for ceil in (False, True)
    }
    assert pooled["max", False].flatten().tolist() == [4]
    assert pooled["avg", False].flatten().tolist() == [2]
    assert pooled["max", True].flatten().tolist() == [4, 5, 7, 8]
    assert pooled["avg", True].flatten().tolist() == [2, 3.5, 6.5, 8]


def test_a_classifier_pools_to_the_same_scores_as_a_module_and_as_a_function() -> None:
    heads = [{"block": "classifier", "pooling": how} for how in ("module", "functional")]
    one, other = (built(head, channels=6) for head in heads)
    x = torch.randn(2, 6, 32, 32)
    torch.testing.assert_close(one(x), other(x))
    calls = [analyse(network(head, input=[6, 32, 32])).cost.outputs for head in heads]
    assert calls == [6 + 10, 10]


@pytest.mark.parametrize("kind", [*ACTIVATIONS, "leaky-relu"])
def test_an_activation_is_the_same_as_a_function(kind: Activation) -> None:
    x = torch.linspace(-8, 8, 33)
    before = x.clone()
    assert torch.equal(activate(kind, x), activation(kind)(before.clone()))
    assert torch.equal(x, before)  # never in place


FAULTS: list[tuple[dict[str, Any], str, tuple[Any, ...]]] = [
    ({"block": "pool", "kernel": 3, "padding": 2}, "padding", (1,)),
    ({"block": "pool", "kernel": 5, "padding": 0}, "kernel", (4,)),
    ({"block": "pool", "stride": 5}, "stride", (2, 3, 4)),
    ({"block": "factorised", "channels": 4, "kernel": 6}, "kernel", (5, 7)),
    ({"block": "factorised", "channels": 4, "kernel": 2, "form": "asymmetric"}, "kernel", (3,)),
    ({"block": "vgg-stage", "channels": 4, "stride": 8}, "stride", (2, 3, 4)),
    ({"block": "transition", "compression": 0.1}, "compression", (1.0,)),
    ({"block": "transition", "stride": 5}, "stride", (2, 3, 4)),
    ({"block": "fire", "channels": 8, "bypass": "simple"}, "bypass", ("complex", "none")),
    ({"block": "fire", "channels": 8, "expand_3x3": 9}, "expand_3x3", (7,)),
    (
        {"block": "darknet-residual", "channels": 8, "shortcut": "identity"},
        "shortcut",
        ("projection", "padded", "none"),
    ),
]


@pytest.mark.parametrize(("block", "field", "valid"), FAULTS)
def test_an_impossible_block_is_refused_with_its_field_and_valid_values(
    block: dict[str, Any], field: str, valid: tuple[Any, ...]
) -> None:
    with pytest.raises(BlockError) as caught:
        analyse(network(block, input=[6, 4, 4]))
    error = caught.value
    found = (error.row, error.kind, error.field, error.valid_values)
    assert found == (1, block["block"], field, valid)
    for value in valid:
        assert analyse(network({**block, field: value}, input=[6, 4, 4])).output
