"""Residual blocks whose 3×3 convolution works on fewer channels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from netlab.blocks.arithmetic import divisors, nearest_values
from netlab.blocks.attention import AttentionField, ReductionField, check_attention
from netlab.blocks.base import StyledBlock
from netlab.blocks.preactivation import OrderField
from netlab.blocks.shape_checks import check_divides
from netlab.blocks.shortcuts import ShortcutField, check_shortcut
from netlab.blocks.types import Channels, Paper, Problem, Shape, Stride

Expansion = Annotated[float, Field(strict=True, ge=0.125, le=64)]


class Bottleneck(StyledBlock):
    """act(x + f(x)), f = 1×1 down, norm, act, 3×3, norm, act, 1×1 up, norm; `order` rearranges it."""

    family: ClassVar[str] = "Residual"
    purpose: ClassVar[str] = "a residual block for many channels: squeeze, look around, widen again"
    cost: ClassVar[str] = (
        "with C channels in and out and a quarter of them inside: C²/4 + 9 C²/16 + C²/4 = 17 C²/16 "
        "weights, against the 18 C² of a basic block; groups divide the 9 C²/16 of the 3×3, SE "
        "attention adds 2 C² / reduction"
    )
    paper: ClassVar[Paper | None] = Paper(
        "Deep residual learning for image recognition",
        "He et al.",
        2015,
        "https://arxiv.org/abs/1512.03385",
    )

    block: Literal["bottleneck"] = "bottleneck"
    channels: Channels = Field(description="channels out")
    stride: Stride = Field(1, description="stride of the 3×3 convolution and of the shortcut")
    groups: Channels = Field(1, description="parts into which the 3×3 splits the inner channels")
    expansion: Expansion = Field(
        4, description="channels out ÷ inner channels, those rounded down; 2 in wide ResNets"
    )
    attention: AttentionField = "none"
    reduction: ReductionField = 16
    shortcut: ShortcutField = "projection"
    order: OrderField = "original"

    @property
    def inner(self) -> int:
        """The channels of the 3×3 convolution."""
        return int(self.channels / self.expansion)

    def check_map(self, in_shape: Shape) -> Iterator[Problem]:
        yield from check_inner(self.channels, self.expansion, self.groups)
        yield from check_attention(self.attention, self.reduction, self.channels)
        yield from check_shortcut(self.shortcut, in_shape, self.channels, self.stride)


def check_inner(channels: int, expansion: float, groups: int) -> Iterator[Problem]:
    """The inner width of a bottleneck must be at least 1, and `groups` must divide it."""
    inner = int(channels / expansion)
    if inner:
        yield from check_divides("groups", groups, inner_channels=inner)
        return
    works = tuple(d for d in divisors(channels) if channels // d % groups == 0)
    yield Problem(
        "expansion",
        f"expansion {expansion:g} leaves nothing of {channels} channels",
        nearest_values(works, int(expansion)),
    )
