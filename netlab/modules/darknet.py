"""DarkNet's residual block."""

from __future__ import annotations

from torch import Tensor, nn

from netlab.blocks.darknet import DarknetResidual
from netlab.modules.attention import attend
from netlab.modules.build import builds
from netlab.modules.layers import activation, conv_norm
from netlab.modules.shortcuts import add_shortcut, make_shortcut


@builds(DarknetResidual)
class DarknetBlock(nn.Module):
    """shortcut(x) + f(x): (N, in, H, W) → (N, out, H/stride, W/stride)."""

    def __init__(self, in_channels: int, spec: DarknetResidual) -> None:
        super().__init__()
        out, half = spec.channels, spec.channels // 2
        self.conv1 = conv_norm(in_channels, half, 1, norm=spec.norm)
        self.act1 = activation(spec.activation)
        self.conv2 = conv_norm(half, out, 3, spec.stride, norm=spec.norm)
        self.act2 = activation(spec.activation)
        self.attention = attend(spec.attention, out, spec.reduction)
        self.shortcut = make_shortcut(
            spec.shortcut,
            in_channels,
            out,
            spec.stride,
            kernel=spec.shortcut_kernel,
            norm=spec.norm,
        )

    def forward(self, x: Tensor) -> Tensor:
        """Apply both convolutions and the attention, then add the shortcut."""
        out = self.act1(self.conv1(x))
        out = self.act2(self.conv2(out))
        if self.attention is not None:
            out = self.attention(out)
        return add_shortcut(self.shortcut, x, out)
