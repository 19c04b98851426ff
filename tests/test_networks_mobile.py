"""MobileNets, MnasNets and ShuffleNets: exact costs, and the functions of the references."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import timm
import torch
from reference_networks import draw_normalisation, outputs_of_both, reference_cost, saved_network
from small_networks import network
from torch import nn
from torch.nn import functional
from torchvision.models import mnasnet, mobilenetv2, shufflenetv2

from netlab.analysis.network_analysis import analyse, check_trainable
from netlab.modules.build import build_stack

REFERENCES: dict[str, Callable[[], nn.Module]] = {
    "mobilenet-v2": mobilenetv2.mobilenet_v2,
    "mobilenet-v2-0.5": partial(mobilenetv2.mobilenet_v2, width_mult=0.5),
    "mnasnet-0.5": mnasnet.mnasnet0_5,
    "mnasnet-1.0": mnasnet.mnasnet1_0,
    "shufflenet-v2-x0.5": shufflenetv2.shufflenet_v2_x0_5,
    "shufflenet-v2-x1.0": shufflenetv2.shufflenet_v2_x1_0,
}
"""torchvision's, whose calls of modules are ours too."""

MOBILENET_V1 = partial(timm.create_model, "mobilenetv1_100")

FIGURES = {
    "mobilenet-v1": (4_231_976, 568_740_352),
    "mobilenet-v2": (3_504_872, 300_774_272),
    "mobilenet-v2-0.5": (1_968_680, 97_131_840),
    "mnasnet-0.5": (2_218_512, 104_455_968),
    "mnasnet-1.0": (4_383_312, 314_415_872),
    "shufflenet-v1-g3": (1_865_728, 137_460_672),
    "shufflenet-v2-x0.5": (1_366_792, 40_476_448),
    "shufflenet-v2-x1.0": (2_278_604, 144_907_992),
}
"""Parameters, and MACs at 3×224×224."""


@pytest.mark.parametrize(("name", "figures"), FIGURES.items())
def test_parameters_and_macs_are_the_published_ones(name: str, figures: tuple[int, int]) -> None:
    large = saved_network(name)
    cost = analyse(large).cost
    assert large.input == (3, 224, 224)
    assert (cost.params, cost.macs) == figures


@pytest.mark.parametrize(
    ("name", "megabytes", "params_mb"),
    [("mnasnet-0.5", "501.67", "8.46"), ("mobilenet-v2", "1104.27", "13.37")],
)
def test_memory_is_what_the_notes_print(name: str, megabytes: str, params_mb: str) -> None:
    cost = analyse(saved_network(name, side=600)).cost
    assert f"{cost.forward_backward_mb:.2f}" == megabytes
    assert f"{cost.params * 4 / 2**20:.2f}" == params_mb


@pytest.mark.parametrize("name", REFERENCES)
def test_every_figure_is_that_of_torchvision(name: str) -> None:
    assert analyse(saved_network(name, 600)).cost == reference_cost(REFERENCES[name](), 600)


def test_mobilenet_v1_costs_what_it_costs_in_timm() -> None:
    own, theirs = analyse(saved_network("mobilenet-v1")).cost, reference_cost(MOBILENET_V1(), 224)
    assert (own.params, own.macs, own.activations) == (
        theirs.params,
        theirs.macs,
        theirs.activations,
    )


@pytest.mark.parametrize("name", ["mobilenet-v1", *REFERENCES])
def test_the_weights_of_the_reference_give_its_scores(name: str) -> None:
    ours, theirs = outputs_of_both(saved_network(name, side=64), REFERENCES.get(name, MOBILENET_V1))
    assert ours.std() > 1e-3
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-5)


def shufflenet_v1_by_hand(x: torch.Tensor, model: nn.Module) -> torch.Tensor:
    """ShuffleNet 1×, g = 3, from the paper's text and tables, with `model`'s weights in order."""
    layers = iter([m for m in model.modules() if isinstance(m, nn.Conv2d | nn.Linear)])
    norms = iter([m for m in model.modules() if isinstance(m, nn.BatchNorm2d)])

    def conv_norm(x: torch.Tensor, groups: int, stride: int = 1) -> torch.Tensor:
        weight = next(layers).weight
        assert isinstance(weight, torch.Tensor)
        x = functional.conv2d(x, weight, None, stride, weight.shape[-1] // 2, 1, groups)
        norm = next(norms)
        assert norm.running_mean is not None
        assert norm.running_var is not None
        return functional.batch_norm(x, norm.running_mean, norm.running_var, norm.weight, norm.bias)

    x = functional.max_pool2d(functional.relu(conv_norm(x, 1, 2)), 3, 2, 1)
    for stage, units in enumerate((4, 8, 4)):
        for unit in range(units):
            first = functional.relu(conv_norm(x, 1 if stage == unit == 0 else 3))
            n, c, h, w = first.shape
            shuffled = first.reshape(n, 3, c // 3, h, w).permute(0, 2, 1, 3, 4).reshape(n, c, h, w)
            inner = conv_norm(shuffled, c, stride=2 if unit == 0 else 1)
            last = conv_norm(inner, 3)
            joined = (
                torch.cat([functional.avg_pool2d(x, 3, 2, 1), last], 1) if unit == 0 else x + last
            )
            x = functional.relu(joined)
    linear = next(layers)
    assert isinstance(linear, nn.Linear)
    return functional.linear(x.mean((2, 3)), linear.weight, linear.bias)


def test_shufflenet_v1_computes_what_its_paper_says() -> None:
    torch.manual_seed(0)
    shufflenet = saved_network("shufflenet-v1-g3", side=64)
    model = build_stack(shufflenet.resolved_blocks(), shufflenet.input).eval()
    draw_normalisation(model)
    images = torch.randn(2, *shufflenet.input)
    with torch.no_grad():
        torch.testing.assert_close(
            model(images), shufflenet_v1_by_hand(images, model), rtol=0, atol=1e-5
        )


@pytest.mark.parametrize("name", FIGURES)
def test_the_form_for_small_images_has_the_same_blocks_and_ends_on_a_4x4_map(name: str) -> None:
    large, small = saved_network(name), saved_network(f"cifar-{name}")
    analysis = analyse(small)
    check_trainable(analysis)
    assert small.input == (3, 32, 32)
    assert analysis.rows[-1].in_shape[1:] == (4, 4)
    # All weights but the last layer's, which depends on the classes, are as large.
    features = analysis.rows[-1].in_shape[0]
    assert analyse(large).cost.params - analysis.cost.params == (features + 1) * (
        large.classes - small.classes
    )


def test_mnasnet_with_attention_is_that_of_timm() -> None:
    # The variant A1: expansion, kernel, SE and width chosen block by block.
    mbconv: dict[str, Any] = {"block": "inverted-residual", "stride": 2}
    attention: dict[str, Any] = {"attention": "se", "reduction": 4}
    a1 = network(
        {"block": "conv", "channels": 32, "stride": 2},
        {"block": "depthwise-separable", "channels": 16, "projection_activation": False},
        {**mbconv, "channels": 24, "repeat": 2},
        {**mbconv, **attention, "channels": 40, "expansion": 3, "kernel": 5, "repeat": 3},
        {**mbconv, "channels": 80, "repeat": 4},
        {**mbconv, **attention, "channels": 112, "stride": 1, "repeat": 2},
        {**mbconv, **attention, "channels": 160, "kernel": 5, "repeat": 3},
        {**mbconv, "channels": 320, "stride": 1},
        {"block": "conv", "channels": 1280, "kernel": 1},
        {"block": "classifier"},
        input=[3, 64, 64],
        classes=1000,
    )
    assert analyse(a1).cost.params == 3_887_038
    ours, theirs = outputs_of_both(a1, partial(timm.create_model, "semnasnet_100"))
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-5)
