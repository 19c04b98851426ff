"""Initial weights and the epsilon of normalisation, set after a block is built."""

from __future__ import annotations

from torch import nn

from netlab.blocks.types import Init


def initialise(module: nn.Module, init: Init | None, norm_eps: float | None) -> None:
    """Draw the weights of `module` by `init`, and give its normalisation layers `norm_eps`."""
    for layer in module.modules():
        if norm_eps is not None and isinstance(layer, nn.BatchNorm2d | nn.GroupNorm):
            layer.eps = norm_eps
        if init in ("kaiming", "xavier") and isinstance(layer, nn.Conv2d | nn.Linear):
            if layer.weight.is_meta:
                continue  # nothing to draw, and on the meta device torch would import its compiler
            if init == "kaiming":
                nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
            else:
                nn.init.xavier_uniform_(layer.weight)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
