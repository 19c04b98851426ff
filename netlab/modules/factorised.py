"""One large window as several small ones."""

from __future__ import annotations

from torch import nn

from netlab.blocks.factorised import Factorised
from netlab.modules.build import builds
from netlab.modules.layers import activation, normalisation


@builds(Factorised)
class FactorisedConv(nn.Sequential):
    """Small windows in place of a large one: (N, in, H, W) → (N, out, H/stride, W/stride).

    The last window along each axis has the stride: only then do all together cover `spec.kernel`.
    """

    def __init__(self, in_channels: int, spec: Factorised) -> None:
        out, plain, wide = spec.channels, spec.norm == "none", spec.kernel
        if spec.form == "asymmetric":
            windows = [(1, wide), (wide, 1)]
            strides = [(1, spec.stride), (spec.stride, 1)]
        else:
            windows = [(3, 3)] * spec.layers
            strides = [(1, 1)] * (spec.layers - 1) + [(spec.stride, spec.stride)]
        parts: list[nn.Module] = []
        for window, stride in zip(windows, strides, strict=True):
            padding = (window[0] // 2, window[1] // 2)
            parts += [
                nn.Conv2d(in_channels, out, window, stride, padding, bias=plain),
                normalisation(spec.norm, out),
                activation(spec.activation),
            ]
            in_channels = out
        super().__init__(*(part for part in parts if not isinstance(part, nn.Identity)))
