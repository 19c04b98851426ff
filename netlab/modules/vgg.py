"""Stages of 3×3 convolutions, each ended by pooling."""

from __future__ import annotations

from torch import nn

from netlab.blocks.vgg import VggStage
from netlab.modules.build import builds
from netlab.modules.layers import activation, normalisation


@builds(VggStage)
class VggStageBlock(nn.Sequential):
    """3×3 convolutions, then a max pool: (N, in, H, W) → (N, out, H/stride, W/stride)."""

    def __init__(self, in_channels: int, spec: VggStage) -> None:
        parts: list[nn.Module] = []
        for _ in range(spec.layers):
            parts += [
                nn.Conv2d(in_channels, spec.channels, 3, padding=1),
                normalisation(spec.norm, spec.channels),
                activation(spec.activation),
            ]
            in_channels = spec.channels
        if spec.stride > 1:
            parts.append(nn.MaxPool2d(spec.stride))
        super().__init__(*(part for part in parts if not isinstance(part, nn.Identity)))
