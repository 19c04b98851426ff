"""The plain convolution with its normalisation and activation."""

from __future__ import annotations

from torch import nn

from netlab.blocks.convolution import Conv
from netlab.modules.build import builds
from netlab.modules.layers import activation, normalisation


@builds(Conv)
class ConvBlock(nn.Sequential):
    """act(norm(conv(x))): (N, in, H, W) → (N, out, H/stride, W/stride)."""

    def __init__(self, in_channels: int, spec: Conv) -> None:
        conv = nn.Conv2d(
            in_channels,
            spec.channels,
            spec.kernel,
            spec.stride,
            spec.pad,
            spec.dilation,
            spec.groups,
            bias=spec.bias,
        )
        parts = [conv, normalisation(spec.norm, spec.channels), activation(spec.activation)]
        super().__init__(*(part for part in parts if not isinstance(part, nn.Identity)))
