"""ResNet, pre-activation ResNet, ResNeXt and GoogLeNet: exact costs, the references' functions."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import timm
import torch
from reference_networks import copy_in_order, draw_normalisation, reference_cost, saved_network
from torch import nn
from torchvision import models

from netlab.analysis.network_analysis import analyse, check_trainable
from netlab.modules.build import build_on_meta, build_stack
from netlab.recipe.library import shipped


def googlenet() -> nn.Module:
    """torchvision's without auxiliary classifiers; what rescales its input is off by default."""
    model: nn.Module = models.googlenet(aux_logits=False, init_weights=False)
    return model


TORCHVISION: dict[str, Callable[[], nn.Module]] = {
    "resnet18": models.resnet18,
    "resnet34": models.resnet34,
    "resnet50": models.resnet50,
    "resnext50-32x4d": models.resnext50_32x4d,
    "googlenet": googlenet,
}

TIMM: dict[str, Callable[[], nn.Module]] = {
    "preact-resnet18": lambda: timm.create_model("resnetv2_18"),
    "preact-resnet50": lambda: timm.create_model("resnetv2_50"),
}

FIGURES = {
    "resnet18": (11_689_512, 1_814_073_344),
    "resnet34": (21_797_672, 3_663_761_408),
    "resnet50": (25_557_032, 4_089_184_256),
    "resnext50-32x4d": (25_028_904, 4_230_479_872),
    "cifar-resnet56-a": (853_018, 125_485_696),
    "cifar-resnet56-b": (855_770, 125_747_840),
    "cifar100-resnext50": (5_081_252, 378_306_560),
}
"""Parameters and MACs, at 3×224×224 or 3×32×32."""

MILLIONS = {
    "cifar-resnet20-a": "0.27",
    "cifar-resnet32-a": "0.46",
    "cifar-resnet44-a": "0.66",
    "cifar-resnet56-a": "0.85",
    "cifar-resnet110-a": "1.73",
    "cifar-preact-resnet110": "1.73",
    "cifar-preact-resnet164": "1.70",
    "cifar-resnext29-8x64d": "34.43",
    "googlenet": "6.62",
}
"""Millions of parameters: the papers print 0.27, 0.46, 0.66, 0.85, 1.7, 1.7, 1.7 and 34.4, and
torchvision 6,624,904."""

NAMES = sorted(
    name
    for name in shipped("networks")
    if "resnet" in name or "resnext" in name or "googlenet" in name
)


@pytest.mark.parametrize(("name", "figures"), FIGURES.items())
def test_parameters_and_macs_are_exact(name: str, figures: tuple[int, int]) -> None:
    cost = analyse(saved_network(name)).cost
    assert (cost.params, cost.macs) == figures


@pytest.mark.parametrize(("name", "millions"), MILLIONS.items())
def test_parameters_are_those_of_the_papers(name: str, millions: str) -> None:
    assert f"{analyse(saved_network(name)).cost.params / 1e6:.2f}" == millions


def test_memory_of_resnet50_is_what_the_notes_print() -> None:
    cost = analyse(saved_network("resnet50", side=600)).cost
    assert f"{cost.forward_backward_mb:.2f}" == "2069.00"
    assert f"{cost.params * 4 / 2**20:.2f}" == "97.49"


@pytest.mark.parametrize("name", TORCHVISION)
def test_every_figure_is_that_of_torchvision(name: str) -> None:
    theirs = reference_cost(build_on_meta(TORCHVISION[name]), 600)
    assert analyse(saved_network(name, side=600)).cost == theirs


@pytest.mark.parametrize("name", TIMM)
def test_preactivated_networks_cost_what_they_cost_in_timm(name: str) -> None:
    own, theirs = analyse(saved_network(name)).cost, reference_cost(build_on_meta(TIMM[name]), 224)
    assert (own.params, own.macs, own.activations) == (
        theirs.params,
        theirs.macs,
        theirs.activations,
    )


@pytest.mark.parametrize("name", [*TORCHVISION, *TIMM])
def test_the_weights_of_the_reference_give_its_scores(name: str) -> None:
    net = saved_network(name, side=64)
    torch.manual_seed(0)
    theirs = {**TORCHVISION, **TIMM}[name]().eval()
    draw_normalisation(theirs)
    ours = build_on_meta(lambda: build_stack(net.resolved_blocks(), net.input))
    copy_in_order(theirs, ours)
    # In double precision nothing but another function makes a difference.
    images = torch.randn(2, *net.input, dtype=torch.float64)
    with torch.no_grad():
        expected, scores = theirs.double()(images), ours.double()(images)
    assert expected.std() > 0.01
    torch.testing.assert_close(scores, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_every_network_ends_in_its_classes(name: str) -> None:
    net = saved_network(name)
    check_trainable(analyse(net))
    expected = {"cifar": (32, 10), "cifar100": (32, 100)}.get(name.partition("-")[0], (224, 1000))
    assert (net.input[1], net.classes) == expected


@pytest.mark.parametrize("name", ["resnet18", "resnet34", "resnet50", "preact-resnet18",
                                  "preact-resnet50", "resnext50-32x4d"])  # fmt: skip
def test_the_form_for_small_images_differs_in_the_stem_alone(name: str) -> None:
    large, small = saved_network(name), saved_network(f"cifar-{name}")
    assert large.blocks[2:] == small.blocks[1:]
    assert [row.out_shape[1:] for row in analyse(small).rows[:-1]][-1] == (4, 4)


def test_option_a_has_no_weights_on_its_shortcuts_and_option_b_few() -> None:
    a, b = (analyse(saved_network(f"cifar-resnet20-{option}")).cost for option in "ab")
    # 1×1 convolutions of 16 → 32 and 32 → 64 channels, and the two weights of their norms.
    assert b.params - a.params == 16 * 32 + 32 * 64 + 2 * (32 + 64)
    assert b.macs - a.macs == (16 * 32) * 16**2 + (32 * 64) * 8**2


def test_preactivated_networks_normalise_after_the_last_addition_and_not_before_the_first() -> None:
    for name in NAMES:
        if "preact" in name:
            stem, *_, last, head = saved_network(name).resolved_blocks()
            assert (stem.block, last.block, head.block) == ("conv", "norm-act", "classifier")
            assert (stem.model_dump()["norm"], stem.model_dump()["activation"]) == ("none", "none")
