"""Small parts that many blocks share: convolution, normalisation, activation."""

from __future__ import annotations

import math
from typing import Literal

from torch import Tensor, nn
from torch.nn import functional

from netlab.blocks.types import Activation, Norm

ACTIVATIONS: dict[Activation, type[nn.Module]] = {
    "relu": nn.ReLU,
    "relu6": nn.ReLU6,
    "silu": nn.SiLU,
    "gelu": nn.GELU,
    "hardswish": nn.Hardswish,
    "none": nn.Identity,
}
IN_PLACE = (nn.ReLU, nn.ReLU6, nn.SiLU, nn.Hardswish)
LEAK = 0.1
"""The slope of a leaky ReLU below zero, as in Darknet (torch's own default is 0.01)."""


def activation(kind: Activation | None, *, inplace: bool = True) -> nn.Module:
    """A nonlinearity, in place if it supports that and `inplace` is set; `nn.Identity` for none."""
    if kind == "leaky-relu":
        return nn.LeakyReLU(LEAK, inplace=inplace)
    make = ACTIVATIONS[kind or "none"]
    return make(inplace=inplace) if make in IN_PLACE else make()


def activate(kind: Activation | None, x: Tensor) -> Tensor:
    """Apply the nonlinearity of `activation` to `x`, not in place and not as a module."""
    if kind == "leaky-relu":
        return functional.leaky_relu(x, LEAK)
    if kind in (None, "none"):
        return x
    out: Tensor = getattr(functional, kind)(x)  # our names are torch's
    return out


def normalisation(kind: Norm | None, channels: int) -> nn.Module:
    """The normalisation layer over `channels`; `nn.Identity` for none."""
    if kind == "batch":
        return nn.BatchNorm2d(channels)
    return nn.GroupNorm(math.gcd(32, channels), channels) if kind == "group" else nn.Identity()


def conv_norm(
    in_channels: int,
    out_channels: int,
    kernel: int,
    stride: int = 1,
    *,
    groups: int = 1,
    convolution: Literal["standard", "separable"] = "standard",
    norm: Norm | None = "batch",
) -> nn.Sequential:
    """norm(conv(x)) with padding kernel // 2: (N, in, H, W) → (N, out, H/s, W/s).

    A separable convolution is a depthwise one followed by a 1×1, with nothing in between. The
    last convolution has a bias only if no normalisation follows.
    """
    bias = norm in (None, "none")
    layers: list[nn.Module] = [
        *convolve(
            in_channels,
            out_channels,
            kernel,
            stride,
            groups=groups,
            convolution=convolution,
            bias=bias,
        )
    ]
    if not bias:
        layers.append(normalisation(norm, out_channels))
    return nn.Sequential(*layers)


def convolve(
    in_channels: int,
    out_channels: int,
    kernel: int,
    stride: int = 1,
    *,
    groups: int = 1,
    convolution: Literal["standard", "separable"] = "standard",
    bias: bool = False,
) -> list[nn.Conv2d]:
    """The convolution layers of `conv_norm`: one, or two for a separable convolution."""
    padding = kernel // 2
    if convolution == "standard":
        return [
            nn.Conv2d(in_channels, out_channels, kernel, stride, padding, groups=groups, bias=bias)
        ]
    return [
        nn.Conv2d(
            in_channels, in_channels, kernel, stride, padding, groups=in_channels, bias=False
        ),
        nn.Conv2d(in_channels, out_channels, 1, bias=bias),
    ]
