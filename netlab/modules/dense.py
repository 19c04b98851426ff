"""Densely connected blocks: every layer sees what all layers before it made."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from netlab.blocks.dense import DenseResidual
from netlab.modules.build import builds
from netlab.modules.layers import activation, conv_norm
from netlab.modules.shortcuts import add_shortcut, make_shortcut


@builds(DenseResidual)
class DenseResidualBlock(nn.Module):
    """act(shortcut(x) + f(x)) with dense f: (N, in, H, W) → (N, C, H/stride, W/stride).

    Widths inside: 1×1 to C, 3×3 to C/2, 1×1 to C over both, 3×3 to C over all three.
    """

    def __init__(self, in_channels: int, spec: DenseResidual) -> None:
        super().__init__()
        out, half = spec.channels, spec.channels // 2
        self.layer1 = conv_norm(in_channels, out, 1, spec.stride, norm=spec.norm)
        self.layer2 = conv_norm(out, half, 3, norm=spec.norm)
        self.layer3 = conv_norm(out + half, out, 1, norm=spec.norm)
        self.layer4 = conv_norm(out + half + out, out, 3, norm=spec.norm)
        self.act = activation(spec.activation)
        self.shortcut = make_shortcut(
            spec.shortcut,
            in_channels,
            out,
            spec.stride,
            kernel=spec.shortcut_kernel,
            norm=spec.norm,
        )

    def forward(self, x: Tensor) -> Tensor:
        """Concatenate what came before, layer by layer; then add the shortcut."""
        first = self.act(self.layer1(x))
        seen = torch.cat([first, self.act(self.layer2(first))], 1)
        seen = torch.cat([seen, self.act(self.layer3(seen))], 1)
        summed: Tensor = self.act(add_shortcut(self.shortcut, x, self.layer4(seen)))
        return summed
