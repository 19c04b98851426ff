"""Heads that are not a single linear layer."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from netlab.blocks.heads import ConvHead, VggHead
from netlab.modules.build import builds
from netlab.modules.layers import activation


@builds(VggHead)
class ThreeLinear(nn.Sequential):
    """Three linear layers over a pooled map: (N, in, H, W) → (N, classes)."""

    def __init__(self, in_channels: int, spec: VggHead) -> None:
        assert spec.classes is not None
        parts: list[nn.Module] = [nn.AdaptiveAvgPool2d(spec.side)]
        features = in_channels * spec.side**2
        for _ in range(2):
            parts += [
                nn.Linear(features, spec.hidden),
                activation(spec.activation),
                *([nn.Dropout(spec.dropout)] if spec.dropout else []),
            ]
            features = spec.hidden
        parts.append(nn.Linear(features, spec.classes))
        super().__init__(*(part for part in parts if not isinstance(part, nn.Identity)))

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002
        """Pool, flatten, then layer by layer."""
        pool, *rest = self
        out = torch.flatten(pool(input), 1)
        for layer in rest:
            out = layer(out)
        return out


@builds(ConvHead)
class PooledScores(nn.Sequential):
    """The mean of scores by pixel: (N, in, H, W) → (N, classes)."""

    def __init__(self, in_channels: int, spec: ConvHead) -> None:
        assert spec.classes is not None
        parts: list[nn.Module] = [nn.Dropout(spec.dropout)] if spec.dropout else []
        parts += [
            nn.Conv2d(in_channels, spec.classes, 1),
            activation(spec.activation),
            nn.AdaptiveAvgPool2d(1),
        ]
        super().__init__(*(part for part in parts if not isinstance(part, nn.Identity)))

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002
        """Drop, score, activate, pool, flatten."""
        out = input
        for layer in self:
            out = layer(out)
        return torch.flatten(out, 1)
