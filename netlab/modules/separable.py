"""Convolutions split into a spatial and a channel-mixing half."""

from __future__ import annotations

from torch import nn

from netlab.blocks.separable import DepthwiseSeparable
from netlab.blocks.types import Activation, Norm
from netlab.modules.build import builds
from netlab.modules.layers import activation, conv_norm


def conv_norm_act(
    in_channels: int,
    out_channels: int,
    kernel: int,
    stride: int = 1,
    *,
    groups: int = 1,
    norm: Norm | None,
    act: Activation | None,
) -> nn.Sequential:
    """act(norm(conv(x))) with padding kernel // 2: (N, in, H, W) → (N, out, H/s, W/s)."""
    layers = conv_norm(in_channels, out_channels, kernel, stride, groups=groups, norm=norm)
    if act not in (None, "none"):
        layers.append(activation(act))
    return layers


@builds(DepthwiseSeparable)
class SeparableBlock(nn.Sequential):
    """Depthwise, then 1×1: (N, in, H, W) → (N, out, H/stride, W/stride); Howard et al., 2017."""

    def __init__(self, in_channels: int, spec: DepthwiseSeparable) -> None:
        look = conv_norm_act(
            in_channels,
            in_channels,
            spec.kernel,
            spec.stride,
            groups=in_channels,
            norm=spec.norm,
            act=spec.activation,
        )
        if not spec.middle:
            look = nn.Sequential(look[0])
        last = spec.activation if spec.projection_activation else "none"
        mix = conv_norm_act(in_channels, spec.channels, 1, norm=spec.norm, act=last)
        super().__init__(look, mix)
