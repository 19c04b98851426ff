"""Channel shuffle: mix the groups of grouped convolutions without any weights."""

from __future__ import annotations

from torch import Tensor, nn

from netlab.blocks.shuffle import Shuffle
from netlab.modules.build import builds


def shuffle_channels(x: Tensor, groups: int) -> Tensor:
    """Channel i of group j becomes channel i × groups + j: (N, C, H, W) → (N, C, H, W)."""
    images, channels, height, width = x.shape
    grouped = x.reshape(images, groups, channels // groups, height, width)
    return grouped.transpose(1, 2).reshape(x.shape)


@builds(Shuffle)
class ChannelShuffle(nn.Module):
    """`shuffle_channels` as a module: (N, C, H, W) → (N, C, H, W)."""

    def __init__(self, in_channels: int, spec: Shuffle) -> None:  # noqa: ARG002
        super().__init__()
        self.groups = spec.groups

    def forward(self, x: Tensor) -> Tensor:
        """Shuffle."""
        return shuffle_channels(x, self.groups)
