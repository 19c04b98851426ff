"""Residual blocks with five possible orders of norm, activation and addition."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from netlab.blocks.preactivation import Order
from netlab.blocks.types import Activation, Norm
from netlab.modules.layers import activation, normalisation
from netlab.modules.shortcuts import add_shortcut

ORDERS: dict[Order, tuple[str, str, str]] = {
    "original": ("", "norm", "act"),
    "bn-after-addition": ("", "", "norm act"),
    "relu-before-addition": ("", "norm act", ""),
    "relu-only-pre-activation": ("act", "norm", ""),
    "full-pre-activation": ("norm act", "", ""),
}
"""The layers before the first convolution, after the last, and after the addition; between two
convolutions there are always norm and activation."""


class OrderedResidual(nn.Module):
    """after(shortcut(x) + residual(before(x))): (N, in, H, W) → (N, out, H/stride, W/stride).

    `convolutions` are those of the residual function: one layer each, or two if separable. A
    projection reads the output of `before`, any other shortcut reads x. Attention comes
    immediately before the addition.
    """

    def __init__(
        self,
        order: Order,
        convolutions: Sequence[Sequence[nn.Conv2d]],
        attention: nn.Module | None,
        shortcut: nn.Module | None,
        norm: Norm | None,
        act: Activation | None,
    ) -> None:
        super().__init__()
        before, end, after = ORDERS[order]
        *inner, last = convolutions
        out_channels = last[-1].out_channels
        layers: list[nn.Module] = []
        for convolution in inner:
            width = convolution[-1].out_channels
            layers += [*convolution, *norm_and_act("norm act", width, norm, act)]
        layers += [*last, *norm_and_act(end, out_channels, norm, act)]
        if attention is not None:
            layers.append(attention)
        in_channels = convolutions[0][0].in_channels
        if before:
            # Registered first, as in timm's pre-activated networks: weights are copied in order.
            self.shortcut = shortcut
        self.before = nn.Sequential(*norm_and_act(before, in_channels, norm, act, keep=True))
        self.residual = nn.Sequential(*layers)
        self.shortcut = shortcut
        self.after = nn.Sequential(*norm_and_act(after, out_channels, norm, act))

    def forward(self, x: Tensor) -> Tensor:
        """Apply `before`, the residual function, the addition, and `after`."""
        ready = self.before(x)
        around = ready if isinstance(self.shortcut, nn.Sequential) else x
        summed: Tensor = self.after(add_shortcut(self.shortcut, around, self.residual(ready)))
        return summed


def norm_and_act(
    which: str, channels: int, norm: Norm | None, act: Activation | None, *, keep: bool = False
) -> list[nn.Module]:
    """The layers that `which` names ("norm", "act", "norm act" or ""), unless they are "none".

    With `keep` they do not overwrite their input, because other layers need it.
    """
    layers: list[nn.Module] = []
    if "norm" in which and norm not in (None, "none"):
        layers.append(normalisation(norm, channels))
    if "act" in which and act not in (None, "none"):
        layers.append(activation(act, inplace=not keep or bool(layers)))
    return layers
