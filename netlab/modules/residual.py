"""Residual blocks of two 3×3 convolutions."""

from __future__ import annotations

from netlab.blocks.residual import Basic
from netlab.modules.attention import attend
from netlab.modules.build import builds
from netlab.modules.layers import convolve
from netlab.modules.preactivation import OrderedResidual
from netlab.modules.shortcuts import make_shortcut


@builds(Basic)
class BasicBlock(OrderedResidual):
    """act(shortcut(x) + f(x)): (N, in, H, W) → (N, out, H/stride, W/stride); He et al., 2015.

    `order` sets the places of norm and activation.
    """

    def __init__(self, in_channels: int, spec: Basic) -> None:
        out, bias = spec.channels, spec.norm == "none"
        super().__init__(
            spec.order,
            [
                convolve(
                    width,
                    out,
                    3,
                    stride,
                    groups=spec.groups,
                    convolution=spec.convolution,
                    bias=bias,
                )
                for width, stride in ((in_channels, spec.stride), (out, 1))
            ],
            attend(spec.attention, out, spec.reduction),
            make_shortcut(
                spec.shortcut,
                in_channels,
                out,
                spec.stride,
                kernel=spec.shortcut_kernel,
                groups=spec.groups,
                convolution=spec.convolution,
                norm=spec.norm,
                bare=spec.order == "full-pre-activation",
            ),
            spec.norm,
            spec.activation,
        )
