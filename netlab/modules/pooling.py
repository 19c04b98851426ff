"""Pooling: a smaller map, without weights."""

from __future__ import annotations

from torch import nn

from netlab.blocks.pooling import Pool
from netlab.modules.build import builds


@builds(Pool)
class Pooling(nn.Sequential):
    """max or mean over windows: (N, C, H, W) → (N, C, H/stride, W/stride)."""

    def __init__(self, in_channels: int, spec: Pool) -> None:  # noqa: ARG002
        layer = nn.MaxPool2d if spec.kind == "max" else nn.AvgPool2d
        super().__init__(layer(spec.kernel, spec.stride, spec.pad, ceil_mode=spec.ceil))
