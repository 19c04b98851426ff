"""VGG, DenseNet, SqueezeNet and Darknet: exact costs, and the functions of the references."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import timm
import torch
from reference_networks import draw_normalisation, reference_cost, saved_network
from torch import nn
from torchvision import models

from netlab.analysis.network_analysis import analyse, check_trainable
from netlab.modules.build import build_on_meta, build_stack

TORCHVISION: dict[str, Callable[[], nn.Module]] = {
    "densenet121": models.densenet121,
    "squeezenet-1.0": models.squeezenet1_0,
    "squeezenet-1.1": models.squeezenet1_1,
    "vgg11": models.vgg11,
    "vgg11-bn": models.vgg11_bn,
    "vgg16": models.vgg16,
    "vgg16-bn": models.vgg16_bn,
}


def darknet53() -> nn.Module:
    """timm's, whose leaky ReLU has torch's slope of 0.01; Darknet's own is 0.1."""
    model: nn.Module = timm.create_model("darknet53")
    for layer in model.modules():
        if isinstance(layer, nn.LeakyReLU):
            layer.negative_slope = 0.1
    return model


def densenet_bc_100_12() -> nn.Module:
    """torchvision's blocks behind the paper's stem for 32×32 images: one bare convolution."""
    model = models.DenseNet(12, (16, 16, 16), 24, num_classes=10)  # type: ignore[arg-type]
    model.features.conv0 = nn.Conv2d(3, 24, 3, padding=1, bias=False)
    model.features.norm0 = model.features.relu0 = model.features.pool0 = nn.Sequential()
    return model


REFERENCES = {
    **TORCHVISION,
    "darknet53": darknet53,
    "cifar-densenet-bc-100-12": densenet_bc_100_12,
}

FIGURES = {
    "densenet121": (7_978_856, 2_834_161_664),
    "squeezenet-1.0": (1_248_424, 818_924_576),
    "squeezenet-1.1": (1_235_496, 349_151_936),
    "vgg11": (132_863_336, 7_609_090_048),
    "vgg11-bn": (132_868_840, 7_609_090_048),
    "vgg16": (138_357_544, 15_470_264_320),
    "vgg16-bn": (138_365_992, 15_470_264_320),
}
"""Parameters, and MACs at 3×224×224."""


@pytest.mark.parametrize(("name", "figures"), FIGURES.items())
def test_parameters_and_macs_are_the_published_ones(name: str, figures: tuple[int, int]) -> None:
    cost = analyse(saved_network(name, side=224)).cost
    assert (cost.params, cost.macs) == figures


@pytest.mark.parametrize(
    ("name", "megabytes", "params_mb"),
    [
        ("densenet121", "2229.69", "30.44"),
        ("vgg16", "1566.19", "527.79"),
        ("squeezenet-1.1", "403.69", "4.71"),
    ],
)
def test_memory_is_what_the_notes_print(name: str, megabytes: str, params_mb: str) -> None:
    cost = analyse(saved_network(name, side=600)).cost
    assert f"{cost.forward_backward_mb:.2f}" == megabytes
    assert f"{cost.params * 4 / 2**20:.2f}" == params_mb


@pytest.mark.parametrize("name", TORCHVISION)
def test_every_figure_is_that_of_torchvision(name: str) -> None:
    theirs = reference_cost(build_on_meta(TORCHVISION[name]), 600)
    assert analyse(saved_network(name, side=600)).cost == theirs


def test_darknet53_costs_what_it_costs_in_timm() -> None:
    own, theirs = (
        analyse(saved_network("darknet53")).cost,
        reference_cost(build_on_meta(darknet53), 256),
    )
    assert (own.params, f"{own.flops / 1e9:.2f}") == (41_609_928, "18.57")
    assert (own.params, own.macs, own.activations) == (
        theirs.params,
        theirs.macs,
        theirs.activations,
    )


def with_weights(make: Callable[[], nn.Module]) -> nn.Module:
    """A model with weights that keep the scale of what passes; VGG's own take seconds to draw."""
    torch.manual_seed(0)
    model = build_on_meta(make)
    with torch.no_grad():
        for parameter in model.parameters():
            bound = (3 / parameter[0].numel()) ** 0.5 if parameter.dim() > 1 else 0.1
            parameter.uniform_(-bound, bound)
    draw_normalisation(model)
    return model


@pytest.mark.parametrize("name", REFERENCES)
def test_the_weights_of_the_reference_give_its_scores(name: str) -> None:
    net = saved_network(name, side=32 if name.startswith("cifar-") else 64)
    theirs = with_weights(REFERENCES[name])
    ours = build_on_meta(lambda: build_stack(net.resolved_blocks(), net.input))
    in_order = zip(ours.state_dict(), theirs.state_dict().values(), strict=True)
    ours.load_state_dict(dict(in_order), assign=True)
    images = torch.randn(2, *net.input)
    with torch.no_grad():
        scores, expected = ours(images), theirs(images)
    assert 1e-3 < scores.std() < 100
    torch.testing.assert_close(scores, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("name", "params", "last_map"),
    [
        ("cifar-densenet-bc-100-12", 769_162, (342, 8, 8)),
        ("cifar-densenet-40-12", 1_019_722, (448, 8, 8)),
        ("cifar-vgg11-bn", 9_756_426, (512, 1, 1)),
        ("cifar-vgg16-bn", 15_253_578, (512, 1, 1)),
        ("cifar-squeezenet-1.1", 727_626, (512, 4, 4)),
        ("cifar-darknet53", 40_595_178, (1024, 4, 4)),
    ],
)
def test_small_forms_score_ten_classes_of_small_images(
    name: str, params: int, last_map: tuple[int, ...]
) -> None:
    analysis = analyse(saved_network(name))
    check_trainable(analysis)
    assert analysis.network.input == (3, 32, 32)
    assert analysis.cost.params == params
    assert analysis.rows[-1].in_shape == last_map


def test_bypasses_of_squeezenet_add_what_the_paper_says() -> None:
    plain, simple, complex_ = (
        analyse(saved_network(name)).cost.params
        for name in (
            "squeezenet-1.0",
            "squeezenet-1.0-simple-bypass",
            "squeezenet-1.0-complex-bypass",
        )
    )
    assert simple == plain  # a wire
    # A 1×1 with biases around each of the four modules that change the channels.
    assert complex_ - plain == sum(
        before * after + after for before, after in ((96, 128), (128, 256), (256, 384), (384, 512))
    )
