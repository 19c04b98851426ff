"""Residual blocks of two 3×3 convolutions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from netlab.blocks.attention import AttentionField, ReductionField, check_attention
from netlab.blocks.base import StyledBlock
from netlab.blocks.bottleneck import Bottleneck
from netlab.blocks.preactivation import OrderField
from netlab.blocks.shape_checks import check_divides
from netlab.blocks.shortcuts import ShortcutField, ShortcutKernel, check_shortcut
from netlab.blocks.types import Channels, Paper, Problem, Shape, Stride


class Basic(StyledBlock):
    """act(x + f(x)), f = conv 3×3, norm, act, conv 3×3, norm; `order` rearranges it."""

    family: ClassVar[str] = "Residual"
    purpose: ClassVar[str] = (
        "learn a change to the input instead of a new map, so depth stays trainable"
    )
    cost: ClassVar[str] = (
        "two 3×3 convolutions: 9 × channels × (channels in + channels) weights; groups divide "
        "that, separable convolutions leave about a ninth, SE attention adds "
        "2 × channels² / reduction"
    )
    paper: ClassVar[Paper | None] = Bottleneck.paper

    block: Literal["basic"] = "basic"
    channels: Channels = Field(description="channels out")
    stride: Stride = Field(1, description="stride of the first convolution and of the shortcut")
    groups: Channels = Field(
        1, description="parts into which every 3×3 splits the channels; not with separable"
    )
    convolution: Literal["standard", "separable"] = Field(
        "standard", description="separable: each 3×3 becomes a depthwise 3×3 and a 1×1"
    )
    attention: AttentionField = "none"
    reduction: ReductionField = 16
    shortcut: ShortcutField = "projection"
    shortcut_kernel: ShortcutKernel = 1
    order: OrderField = "original"

    def check_map(self, in_shape: Shape) -> Iterator[Problem]:
        if self.groups > 1 and self.convolution == "separable":
            yield Problem(
                "groups", "a separable convolution is already split to single channels", (1,)
            )
        yield from check_divides(
            "groups", self.groups, input_channels=in_shape[0], channels_out=self.channels
        )
        yield from check_attention(self.attention, self.reduction, self.channels)
        yield from check_shortcut(self.shortcut, in_shape, self.channels, self.stride)
