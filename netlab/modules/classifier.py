"""Heads: from the last feature map to one score per class."""

from __future__ import annotations

from torch import nn

from netlab.blocks.classifier import Classifier
from netlab.modules.build import builds


@builds(Classifier)
class PooledLinear(nn.Sequential):
    """linear(mean over the map): (N, in, H, W) → (N, classes)."""

    def __init__(self, in_channels: int, spec: Classifier) -> None:
        assert spec.classes is not None
        parts: list[nn.Module] = [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
        if spec.dropout:
            parts.append(nn.Dropout(spec.dropout))
        super().__init__(*parts, nn.Linear(in_channels, spec.classes))
