"""ShuffleNet's two units."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from netlab.blocks.shufflenet import ShuffleNetV1, ShuffleNetV2
from netlab.modules.build import builds
from netlab.modules.layers import activation, conv_norm
from netlab.modules.separable import conv_norm_act
from netlab.modules.shuffle import shuffle_channels


@builds(ShuffleNetV1)
class ShuffleNetV1Unit(nn.Module):
    """act(x + f(x)) or act([avg-pool(x), f(x)]): (N, in, H, W) → (N, out, H/stride, W/stride).

    f = grouped 1×1, shuffle, depthwise 3×3, grouped 1×1; Zhang et al., 2017.
    """

    def __init__(self, in_channels: int, spec: ShuffleNetV1) -> None:
        super().__init__()
        inner, norm = spec.inner, spec.norm
        self.adds_input = spec.stride == 1 and in_channels == spec.channels
        new = spec.channels if self.adds_input else spec.channels - in_channels
        self.groups = spec.groups if spec.shuffle else 1
        self.compress = conv_norm_act(
            in_channels, inner, 1, groups=spec.first_groups, norm=norm, act=spec.activation
        )
        self.depthwise = conv_norm(inner, inner, 3, spec.stride, groups=inner, norm=norm)
        self.expand = conv_norm(inner, new, 1, groups=spec.groups, norm=norm)
        self.pool = nn.AvgPool2d(3, spec.stride, 1) if spec.stride > 1 else None
        self.act = activation(spec.activation) if spec.activation != "none" else None

    def forward(self, x: Tensor) -> Tensor:
        """Compress, shuffle, filter, expand; then add the input or concatenate it in front."""
        out: Tensor = self.compress(x)
        if self.groups > 1:
            out = shuffle_channels(out, self.groups)
        out = self.expand(self.depthwise(out))
        if self.adds_input:
            out = x + out
        else:
            out = torch.cat([x if self.pool is None else self.pool(x), out], 1)
        return out if self.act is None else self.act(out)


@builds(ShuffleNetV2)
class ShuffleNetV2Unit(nn.Module):
    """shuffle([x₁, f(x₂)]) or act(x + f(x)): (N, in, H, W) → (N, out, H/stride, W/stride).

    If the shape changes, a second branch g(x) replaces x or x₁; Ma et al., 2018.
    """

    def __init__(self, in_channels: int, spec: ShuffleNetV2) -> None:
        super().__init__()
        half, norm, act, stride = spec.half, spec.norm, spec.activation, spec.stride
        self.splits, self.shuffles = spec.merge == "split", spec.shuffle
        changes = stride > 1 or in_channels != spec.channels
        read = half if self.splits and not changes else in_channels
        written, last = (half, act) if self.splits else (spec.channels, "none")
        self.around: nn.Sequential | None = None
        if changes:
            self.around = nn.Sequential(
                conv_norm(in_channels, in_channels, 3, stride, groups=in_channels, norm=norm),
                conv_norm_act(in_channels, written, 1, norm=norm, act=last),
            )
        self.through = nn.Sequential(
            conv_norm_act(read, half, 1, norm=norm, act=act),
            conv_norm(half, half, 3, stride, groups=half, norm=norm),
            conv_norm_act(half, written, 1, norm=norm, act=last),
        )
        self.act = activation(act) if act != "none" and not self.splits else None

    def forward(self, x: Tensor) -> Tensor:
        """Apply both branches, then merge their outputs."""
        if not self.splits:
            out: Tensor = (x if self.around is None else self.around(x)) + self.through(x)
            return out if self.act is None else self.act(out)
        if self.around is None:
            kept, worked = x.chunk(2, dim=1)
        else:
            kept, worked = self.around(x), x
        out = torch.cat([kept, self.through(worked)], 1)
        return shuffle_channels(out, 2) if self.shuffles else out
