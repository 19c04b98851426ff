"""The path around a residual block."""

from __future__ import annotations

from typing import Literal

from torch import Tensor, nn
from torch.nn import functional

from netlab.blocks.shortcuts import Shortcut
from netlab.blocks.types import Norm
from netlab.modules.layers import conv_norm, convolve


def add_shortcut(shortcut: nn.Module | None, x: Tensor, out: Tensor) -> Tensor:
    """`out` plus the shortcut of `x`; only `out` if `shortcut` is None."""
    if shortcut is None:
        return out
    # An identity is not called: counts of module outputs then agree with other implementations.
    return out + (x if isinstance(shortcut, nn.Identity) else shortcut(x))


class PaddedShortcut(nn.Module):
    """Every stride-th pixel, zeros for the new channels: (N, in, H, W) → (N, out, H/s, W/s)."""

    def __init__(self, in_channels: int, out_channels: int, stride: int) -> None:
        super().__init__()
        self.stride = stride
        self.before = (out_channels - in_channels) // 2
        self.after = out_channels - in_channels - self.before

    def forward(self, x: Tensor) -> Tensor:
        """Subsample, then pad the channels on both sides."""
        x = x[:, :, :: self.stride, :: self.stride]
        return functional.pad(x, (0, 0, 0, 0, self.before, self.after))


def make_shortcut(
    kind: Shortcut,
    in_channels: int,
    out_channels: int,
    stride: int,
    *,
    kernel: int = 1,
    groups: int = 1,
    convolution: Literal["standard", "separable"] = "standard",
    norm: Norm | None = "batch",
    bare: bool = False,
) -> nn.Module | None:
    """The shortcut from (N, in, H, W) to (N, out, H/stride, W/stride); None for no shortcut.

    `groups` and `convolution` only affect projections with `kernel` above 1; a 1×1 is never split.
    A `bare` projection has no normalisation, because its input is already normalised.
    """
    same = stride == 1 and in_channels == out_channels
    if kind == "none":
        return None
    if same and kind != "projection-all":
        return nn.Identity()
    if kind == "padded":
        return PaddedShortcut(in_channels, out_channels, stride)
    if kernel == 1:
        groups, convolution = 1, "standard"
    if bare and norm != "none":
        return nn.Sequential(
            *convolve(
                in_channels, out_channels, kernel, stride, groups=groups, convolution=convolution
            )
        )
    return conv_norm(
        in_channels,
        out_channels,
        kernel,
        stride,
        groups=groups,
        convolution=convolution,
        norm=norm,
    )
