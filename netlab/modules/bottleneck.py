"""Residual blocks whose 3×3 convolution works on fewer channels."""

from __future__ import annotations

from netlab.blocks.bottleneck import Bottleneck
from netlab.modules.attention import attend
from netlab.modules.build import builds
from netlab.modules.layers import convolve
from netlab.modules.preactivation import OrderedResidual
from netlab.modules.shortcuts import make_shortcut


@builds(Bottleneck)
class BottleneckBlock(OrderedResidual):
    """act(shortcut(x) + f(x)): (N, in, H, W) → (N, out, H/stride, W/stride); He et al., 2015.

    `order` sets the places of norm and activation. The 3×3 convolution has the stride, not the
    first 1×1 as in the paper, because a 1×1 with stride 2 ignores three of four pixels.
    """

    def __init__(self, in_channels: int, spec: Bottleneck) -> None:
        out, inner, bias = spec.channels, spec.inner, spec.norm == "none"
        super().__init__(
            spec.order,
            [
                convolve(in_channels, inner, 1, bias=bias),
                convolve(inner, inner, 3, spec.stride, groups=spec.groups, bias=bias),
                convolve(inner, out, 1, bias=bias),
            ],
            attend(spec.attention, out, spec.reduction),
            make_shortcut(
                spec.shortcut,
                in_channels,
                out,
                spec.stride,
                norm=spec.norm,
                bare=spec.order == "full-pre-activation",
            ),
            spec.norm,
            spec.activation,
        )
