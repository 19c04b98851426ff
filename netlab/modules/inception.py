"""GoogLeNet's block: windows of three sizes and a pooling, side by side."""

from __future__ import annotations

from functools import partial

from torch import nn

from netlab.blocks.inception import Inception
from netlab.modules.branches import MergedBranches
from netlab.modules.build import builds
from netlab.modules.separable import conv_norm_act


@builds(Inception)
class InceptionBlock(MergedBranches):
    """concat of four branches: (N, in, H, W) → (N, conv1 + conv3 + conv5 + pool, H, W)."""

    def __init__(self, in_channels: int, spec: Inception) -> None:
        conv = partial(conv_norm_act, norm=spec.norm, act=spec.activation)
        super().__init__(
            [
                conv(in_channels, spec.conv1, 1),
                nn.Sequential(
                    conv(in_channels, spec.reduce3, 1), conv(spec.reduce3, spec.conv3, 3)
                ),
                nn.Sequential(
                    conv(in_channels, spec.reduce5, 1),
                    conv(spec.reduce5, spec.conv5, spec.kernel),
                ),
                nn.Sequential(
                    nn.MaxPool2d(3, stride=1, padding=1), conv(in_channels, spec.pool, 1)
                ),
            ]
        )
