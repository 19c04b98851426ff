"""SqueezeNet's module."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from netlab.blocks.fire import Fire
from netlab.modules.build import builds
from netlab.modules.layers import activation, conv_norm


@builds(Fire)
class FireBlock(nn.Module):
    """Squeeze, expand by 1×1 and 3×3, concatenate: (N, in, H, W) → (N, out, H, W)."""

    def __init__(self, in_channels: int, spec: Fire) -> None:
        super().__init__()
        few, wide = spec.squeezed, spec.by_3x3
        self.squeeze = conv_norm(in_channels, few, 1, norm=spec.norm)
        self.squeeze_act = activation(spec.activation)
        self.expand1x1 = conv_norm(few, spec.channels - wide, 1, norm=spec.norm)
        self.expand1x1_act = activation(spec.activation)
        self.expand3x3 = conv_norm(few, wide, 3, norm=spec.norm)
        self.expand3x3_act = activation(spec.activation)
        self.kind = spec.bypass
        self.bypass = (
            conv_norm(in_channels, spec.channels, 1, norm=spec.norm)
            if spec.bypass == "complex"
            else None
        )

    def forward(self, x: Tensor) -> Tensor:
        """Squeeze, concatenate both expansions, and add the bypass if there is one."""
        squeezed = self.squeeze_act(self.squeeze(x))
        out = torch.cat(
            [
                self.expand1x1_act(self.expand1x1(squeezed)),
                self.expand3x3_act(self.expand3x3(squeezed)),
            ],
            1,
        )
        if self.kind == "none":
            return out
        return out + (x if self.bypass is None else self.bypass(x))
