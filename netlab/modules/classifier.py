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
        parts: list[nn.Module] = [nn.Dropout(spec.dropout)] if spec.dropout else []
        super().__init__(nn.AdaptiveAvgPool2d(1), *parts, nn.Linear(in_channels, spec.classes))

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002
        """Pool, flatten, drop, score."""
        pool, *rest = self
        out = torch.flatten(pool(input), 1)
        for layer in rest:
            out = layer(out)
        return out
