"""The inverted residual: wide inside, narrow where it is added."""

from __future__ import annotations

from torch import Tensor, nn

from netlab.blocks.inverted import InvertedResidual
from netlab.modules.attention import SqueezeExcite
from netlab.modules.build import builds
from netlab.modules.separable import conv_norm_act


@builds(InvertedResidual)
class InvertedResidualBlock(nn.Module):
    """x + f(x) if shapes agree, else f(x): (N, in, H, W) → (N, out, H/stride, W/stride).

    f expands by a 1×1, filters each channel by itself, and projects by a linear 1×1; Sandler et
    al., 2018.
    """

    def __init__(self, in_channels: int, spec: InvertedResidual) -> None:
        super().__init__()
        wide, norm, act = in_channels * spec.expansion, spec.norm, spec.activation
        layers: list[nn.Module] = []
        if spec.expansion > 1:
            layers.append(conv_norm_act(in_channels, wide, 1, norm=norm, act=act))
        layers.append(
            conv_norm_act(wide, wide, spec.kernel, spec.stride, groups=wide, norm=norm, act=act)
        )
        if spec.attention == "se":
            # The reduction is relative to the input channels, not to those of the wide map.
            layers.append(SqueezeExcite(wide, spec.reduction * spec.expansion))
        last = act if spec.projection_activation else "none"
        layers.append(conv_norm_act(wide, spec.channels, 1, norm=norm, act=last))
        self.layers = nn.Sequential(*layers)
        kept = spec.stride == 1 and in_channels == spec.channels
        self.adds_input = kept and spec.shortcut == "identity"

    def forward(self, x: Tensor) -> Tensor:
        """Expand, filter, project; add the input if it has the same shape."""
        out: Tensor = self.layers(x)
        return x + out if self.adds_input else out
