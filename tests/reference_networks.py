"""Reference implementations of published networks, to which ours must be equal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import nn

from netlab.analysis.cost import Cost, measure_cost
from netlab.modules.build import build_stack
from netlab.recipe.loader import load_recipe
from netlab.recipe.network import Network


def saved_network(name: str, side: int | None = None) -> Network:
    """A network that comes with netlab, for square images of another side if one is given."""
    network = load_recipe(name).network
    return network if side is None else network.model_copy(update={"input": (3, side, side)})


def reference_cost(reference: nn.Module, side: int) -> Cost:
    """What a reference costs for one image; as ours, without the output of the root module."""
    cost, _leaves = measure_cost(reference.eval(), (3, side, side))
    with torch.no_grad():
        scores = reference(torch.empty(0, 3, side, side)).shape[1]
    return replace(cost, outputs=cost.outputs - scores)


def outputs_of_both(
    network: Network, make_reference: Callable[[], nn.Module]
) -> tuple[torch.Tensor, torch.Tensor]:
    """Our scores and the reference's on random images, with the reference's weights in both.

    Weights and buffers are copied over in order, those of normalisation drawn at random first. All
    is in double precision, so that no difference can pass for rounding.
    """
    torch.manual_seed(0)
    reference = make_reference().double().eval()
    draw_normalisation(reference)
    ours = build_stack(network.resolved_blocks(), network.input).double().eval()
    copy_in_order(reference, ours)
    images = torch.randn(2, *network.input, dtype=torch.float64)
    with torch.no_grad():
        return ours(images), reference(images)


def draw_normalisation(model: nn.Module) -> None:
    """Give batch normalisation statistics and weights that are not 0 or 1."""
    for layer in model.modules():
        if isinstance(layer, nn.BatchNorm2d):
            assert layer.running_mean is not None
            assert layer.running_var is not None
            for tensor in (layer.weight, layer.running_var):
                nn.init.uniform_(tensor, 0.5, 1.5)
            for tensor in (layer.bias, layer.running_mean):
                nn.init.normal_(tensor, 0, 0.1)


def copy_in_order(source: nn.Module, target: nn.Module) -> None:
    """Copy all parameters and buffers of `source` to `target` in order, names aside.

    A linear layer may have been a 1×1 convolution: the sizes agree, if not the shapes.
    """
    pairs = zip(source.state_dict().values(), target.state_dict().values(), strict=True)
    with torch.no_grad():
        for theirs, own in pairs:
            own.copy_(theirs.reshape(own.shape))
