"""Residual blocks of two 3×3 convolutions."""

from __future__ import annotations

from torch import Tensor, nn

from netlab.blocks.residual import Basic
from netlab.modules.attention import SqueezeExcite
from netlab.modules.build import builds
from netlab.modules.layers import activation, conv_norm
from netlab.modules.shortcuts import add_shortcut, make_shortcut


@builds(Basic)
class BasicBlock(nn.Module):
    """act(shortcut(x) + f(x)): (N, in, H, W) → (N, out, H/stride, W/stride); He et al., 2015."""

    def __init__(self, in_channels: int, spec: Basic) -> None:
        super().__init__()
        out = spec.channels
        self.conv1 = conv_norm(
            in_channels,
            out,
            3,
            spec.stride,
            groups=spec.groups,
            convolution=spec.convolution,
            norm=spec.norm,
        )
        self.act1 = activation(spec.activation)
        self.conv2 = conv_norm(
            out, out, 3, groups=spec.groups, convolution=spec.convolution, norm=spec.norm
        )
        self.attention = SqueezeExcite(out, spec.reduction) if spec.attention == "se" else None
        self.shortcut = make_shortcut(
            spec.shortcut,
            in_channels,
            out,
            spec.stride,
            kernel=spec.shortcut_kernel,
            groups=spec.groups,
            convolution=spec.convolution,
            norm=spec.norm,
        )
        self.act2 = activation(spec.activation)

    def forward(self, x: Tensor) -> Tensor:
        """Two convolutions, attention, the shortcut, and the last activation after the sum."""
        out = self.act1(self.conv1(x))
        out = self.conv2(out)
        if self.attention is not None:
            out = self.attention(out)
        summed: Tensor = self.act2(add_shortcut(self.shortcut, x, out))
        return summed
