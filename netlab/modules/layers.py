"""Small parts that many blocks share: normalisation, activation, convolution with both."""

from __future__ import annotations

from torch import nn

from netlab.blocks.base import Activation, Norm

ACTIVATIONS: dict[Activation, type[nn.Module]] = {
    "relu": nn.ReLU,
    "relu6": nn.ReLU6,
    "silu": nn.SiLU,
    "gelu": nn.GELU,
    "hardswish": nn.Hardswish,
    "none": nn.Identity,
}


def normalisation(kind: Norm | None, channels: int) -> nn.Module:
    """The normalisation layer over `channels`; `nn.Identity` for none."""
    return nn.Identity() if kind in (None, "none") else nn.BatchNorm2d(channels)


def activation(kind: Activation | None) -> nn.Module:
    """A nonlinearity; `nn.Identity` for none."""
    make = ACTIVATIONS[kind or "none"]
    return make() if make in (nn.Identity, nn.GELU) else make(inplace=True)
