"""Heads: from the last feature map to one score per class."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from netlab.blocks.classifier import Classifier
from netlab.modules.build import builds


@builds(Classifier)
class PooledLinear(nn.Sequential):
    """linear(mean over the map): (N, in, H, W) → (N, classes)."""

    def __init__(self, in_channels: int, spec: Classifier) -> None:
        assert spec.classes is not None
        pool: list[nn.Module] = [nn.AdaptiveAvgPool2d(1)] if spec.pooling == "module" else []
        dropout = [nn.Dropout(spec.dropout)] if spec.dropout else []
        super().__init__(*pool, *dropout, nn.Linear(in_channels, spec.classes))
        self.first = len(pool)

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002
        """Pool, flatten, drop, score."""
        out = self[0](input) if self.first else input.mean((2, 3), keepdim=True)
        out = torch.flatten(out, 1)
        for layer in list(self)[self.first :]:
            out = layer(out)
        return out
