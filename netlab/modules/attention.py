"""Attention over channels."""

from __future__ import annotations

from torch import Tensor, nn

from netlab.blocks.attention import SqueezeExcitation
from netlab.modules.build import builds


class SqueezeExcite(nn.Module):
    """x · sigmoid(W2 relu(W1 mean(x))): (N, C, H, W) → (N, C, H, W); Hu et al., 2017."""

    def __init__(self, channels: int, reduction: int) -> None:
        super().__init__()
        hidden = max(1, channels // reduction)
        self.squeeze = nn.AdaptiveAvgPool2d(1)
        self.excite = nn.Sequential(
            nn.Flatten(),
            nn.Linear(channels, hidden),
            nn.ReLU(inplace=True),
            nn.Linear(hidden, channels),
            nn.Sigmoid(),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Multiply every channel by a weight computed from the means of all channels."""
        weights: Tensor = self.excite(self.squeeze(x))
        return x * weights[:, :, None, None]


@builds(SqueezeExcitation)
class SqueezeExciteBlock(SqueezeExcite):
    """Squeeze-and-excitation between blocks: (N, C, H, W) → (N, C, H, W)."""

    def __init__(self, in_channels: int, spec: SqueezeExcitation) -> None:
        super().__init__(in_channels, spec.reduction)


def attend(kind: str, channels: int, reduction: int) -> SqueezeExcite | None:
    """The optional attention of a residual block: `SqueezeExcite` if `kind` is "se", else None."""
    return SqueezeExcite(channels, reduction) if kind == "se" else None
