"""Aggregated residual transformations in three forms that compute the same function."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

import torch
from torch import Tensor, nn

from netlab.blocks.resnext import ResNeXt
from netlab.modules.attention import attend
from netlab.modules.build import builds
from netlab.modules.layers import activation, normalisation
from netlab.modules.shortcuts import add_shortcut, make_shortcut


@builds(ResNeXt)
class ResNeXtBlock(nn.Module):
    """act(shortcut(x) + norm(Σ f_i(x))): (N, in, H, W) → (N, out, H/stride, W/stride)."""

    def __init__(self, in_channels: int, spec: ResNeXt) -> None:
        super().__init__()
        out = spec.channels
        make = {"grouped": grouped_form, "concatenated": concatenated_form, "split": split_form}[
            spec.form
        ]
        self.transform = make(in_channels, spec)
        self.attention = attend(spec.attention, out, spec.reduction)
        self.shortcut = make_shortcut(spec.shortcut, in_channels, out, spec.stride, norm=spec.norm)
        self.act = in_force(act=activation(spec.activation))

    def forward(self, x: Tensor) -> Tensor:
        """Apply the transform and the attention, add the shortcut, activate."""
        out = self.transform(x)
        if self.attention is not None:
            out = self.attention(out)
        summed: Tensor = self.act(add_shortcut(self.shortcut, x, out))
        return summed


class Paths(nn.Sequential):
    """Parallel paths, each over all channels or over its share; concatenated or summed."""

    def __init__(self, paths: Iterable[nn.Module], *, share: bool, merge: str) -> None:
        super().__init__(*paths)
        self.share = share
        self.merge = merge

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002
        """(N, in, H, W) → (N, out, H, W); out is the width of all paths, or of one if summed."""
        seen = input.chunk(len(self), 1) if self.share else [input] * len(self)
        made = [path(part) for path, part in zip(self, seen, strict=True)]
        merged: Tensor = torch.cat(made, 1) if self.merge == "concat" else sum(made[1:], made[0])
        return merged


def grouped_form(in_channels: int, spec: ResNeXt) -> nn.Sequential:
    """All paths as one path with a grouped 3×3 convolution."""
    layers = path_layers(in_channels, spec.inner, spec.groups, spec)
    return in_force(**layers, **last_layers(spec))


def concatenated_form(in_channels: int, spec: ResNeXt) -> nn.Sequential:
    """Paths of a 1×1 and a 3×3, concatenated before one 1×1."""
    seen = in_channels // spec.groups if spec.group_first else in_channels
    paths = [
        in_force(**path_layers(seen, spec.inner // spec.groups, 1, spec))
        for _ in range(spec.groups)
    ]
    return in_force(paths=Paths(paths, share=spec.group_first, merge="concat"), **last_layers(spec))


def split_form(in_channels: int, spec: ResNeXt) -> nn.Sequential:
    """Paths of a 1×1, a 3×3 and a 1×1, summed."""
    seen = in_channels // spec.groups if spec.group_first else in_channels
    width = spec.inner // spec.groups
    paths = []
    for number in range(spec.groups):
        # Without a norm only one path's last 1×1 has a bias, because the sum needs only one.
        bias = spec.norm == "none" and number == 0
        conv3 = nn.Conv2d(width, spec.channels, 1, bias=bias)
        paths.append(in_force(**path_layers(seen, width, 1, spec), conv3=conv3))
    return in_force(
        paths=Paths(paths, share=spec.group_first, merge="sum"),
        norm3=normalisation(spec.norm, spec.channels),
    )


def path_layers(in_channels: int, width: int, groups: int, spec: ResNeXt) -> dict[str, nn.Module]:
    """1×1, norm, act, 3×3, norm, act: of one path, or of `groups` paths together."""
    bias = spec.norm == "none"
    first = groups if spec.group_first else 1
    return {
        "conv1": nn.Conv2d(in_channels, width, 1, groups=first, bias=bias),
        "norm1": normalisation(spec.norm, width),
        "act1": activation(spec.activation),
        "conv2": nn.Conv2d(width, width, 3, spec.stride, 1, groups=groups, bias=bias),
        "norm2": normalisation(spec.norm, width),
        "act2": activation(spec.activation),
    }


def last_layers(spec: ResNeXt) -> dict[str, nn.Module]:
    """1×1, norm: from the channels of all paths to the block's output channels."""
    return {
        "conv3": nn.Conv2d(spec.inner, spec.channels, 1, bias=spec.norm == "none"),
        "norm3": normalisation(spec.norm, spec.channels),
    }


def in_force(**layers: nn.Module) -> nn.Sequential:
    """The layers in sequence, without those that do nothing."""
    return nn.Sequential(
        OrderedDict(
            (name, layer) for name, layer in layers.items() if not isinstance(layer, nn.Identity)
        )
    )
