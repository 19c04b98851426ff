"""Densely connected blocks: every layer reads the outputs of all layers before it."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from netlab.blocks.dense import DenseBlock, DenseResidual, Transition
from netlab.blocks.types import Activation, Norm
from netlab.modules.build import builds
from netlab.modules.layers import activation, conv_norm, normalisation
from netlab.modules.shortcuts import add_shortcut, make_shortcut


def preactivated(
    in_channels: int, out_channels: int, kernel: int, *, norm: Norm | None, act: Activation | None
) -> nn.Sequential:
    """conv(act(norm(x))), the size kept: (N, in, H, W) → (N, out, H, W).

    The convolution has a bias only if there is no normalisation. The activation is then not in
    place, because it would overwrite `x`, which other layers may need.
    """
    plain = norm in (None, "none")
    parts = [
        normalisation(norm, in_channels),
        activation(act, inplace=not plain),
        nn.Conv2d(in_channels, out_channels, kernel, padding=kernel // 2, bias=plain),
    ]
    return nn.Sequential(*(part for part in parts if not isinstance(part, nn.Identity)))


class DenseLayer(nn.Module):
    """conv(act(norm(all maps so far))): a list of (N, ·, H, W), `in_channels` in all → growth."""

    def __init__(
        self,
        in_channels: int,
        growth: int,
        *,
        bottleneck: bool,
        norm: Norm | None,
        act: Activation | None,
    ) -> None:
        super().__init__()
        self.reduce = (
            preactivated(in_channels, 4 * growth, 1, norm=norm, act=act) if bottleneck else None
        )
        self.grow = preactivated(
            4 * growth if bottleneck else in_channels, growth, 3, norm=norm, act=act
        )

    def forward(self, seen: list[Tensor]) -> Tensor:
        """Concatenate all maps so far, and compute `growth` new channels from them."""
        out = torch.cat(seen, 1)
        if self.reduce is not None:
            out = self.reduce(out)
        new: Tensor = self.grow(out)
        return new


@builds(DenseBlock)
class DenselyConnected(nn.Module):
    """Layers that read all before them: (N, in, H, W) → (N, in + layers × growth, H, W)."""

    def __init__(self, in_channels: int, spec: DenseBlock) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            DenseLayer(
                in_channels + number * spec.growth,
                spec.growth,
                bottleneck=spec.bottleneck,
                norm=spec.norm,
                act=spec.activation,
            )
            for number in range(spec.layers)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Concatenate the input and the outputs of all layers."""
        seen = [x]
        for layer in self.layers:
            seen.append(layer(seen))
        return torch.cat(seen, 1)


@builds(Transition)
class TransitionBlock(nn.Sequential):
    """pool(conv(act(norm(x)))): (N, in, H, W) → (N, θ × in, H/stride, W/stride)."""

    def __init__(self, in_channels: int, spec: Transition) -> None:
        # The millionth corrects rounding errors such as 100 × 0.29, which is 28.999…
        out = int(in_channels * spec.compression + 1e-6)
        parts: list[nn.Module] = [
            preactivated(in_channels, out, 1, norm=spec.norm, act=spec.activation)
        ]
        if spec.stride > 1:
            parts.append(nn.AvgPool2d(spec.stride))
        super().__init__(*parts)


@builds(DenseResidual)
class DenseResidualBlock(nn.Module):
    """act(shortcut(x) + f(x)) with dense f: (N, in, H, W) → (N, C, H/stride, W/stride).

    Widths inside: 1×1 to C, 3×3 to C/2, 1×1 to C over both, 3×3 to C over all three.
    """

    def __init__(self, in_channels: int, spec: DenseResidual) -> None:
        super().__init__()
        out, half = spec.channels, spec.channels // 2
        self.layer1 = conv_norm(in_channels, out, 1, spec.stride, norm=spec.norm)
        self.layer2 = conv_norm(out, half, 3, norm=spec.norm)
        self.layer3 = conv_norm(out + half, out, 1, norm=spec.norm)
        self.layer4 = conv_norm(out + half + out, out, 3, norm=spec.norm)
        self.act = activation(spec.activation)
        self.shortcut = make_shortcut(
            spec.shortcut,
            in_channels,
            out,
            spec.stride,
            kernel=spec.shortcut_kernel,
            norm=spec.norm,
        )

    def forward(self, x: Tensor) -> Tensor:
        """Concatenate the outputs before each layer; after the last one add the shortcut."""
        first = self.act(self.layer1(x))
        seen = torch.cat([first, self.act(self.layer2(first))], 1)
        seen = torch.cat([seen, self.act(self.layer3(seen))], 1)
        summed: Tensor = self.act(add_shortcut(self.shortcut, x, self.layer4(seen)))
        return summed
