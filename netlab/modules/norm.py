"""Normalisation and activation on their own, without a convolution."""

from __future__ import annotations

from torch import Tensor, nn

from netlab.blocks.norm import NormAct
from netlab.modules.build import builds
from netlab.modules.layers import activate, normalisation


@builds(NormAct)
class NormActivation(nn.Sequential):
    """act(norm(x)): (N, C, H, W) → (N, C, H, W).

    The activation is a function and not a module, as at the end of torchvision's DenseNet.
    """

    def __init__(self, in_channels: int, spec: NormAct) -> None:
        parts = [] if spec.norm == "none" else [normalisation(spec.norm, in_channels)]
        super().__init__(*parts)
        self.kind = spec.activation

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002
        """Normalise, then activate."""
        for layer in self:
            input = layer(input)  # noqa: A001
        return activate(self.kind, input)
