"""Aggregated residual transformations: many narrow paths, written in three ways."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from netlab.blocks.attention import AttentionField, ReductionField, check_attention
from netlab.blocks.base import StyledBlock
from netlab.blocks.bottleneck import Expansion, check_inner
from netlab.blocks.shape_checks import check_divides
from netlab.blocks.shortcuts import ShortcutField, check_shortcut
from netlab.blocks.types import Channels, Paper, Problem, Shape, StrictBool, Stride

ResNeXtForm = Literal["grouped", "concatenated", "split"]
"""split: each path ends in a 1×1 of its own, and the paths are summed (figure 3a of the paper);
concatenated: the paths are concatenated before one 1×1 (3b); grouped: one grouped 3×3 (3c)."""


class ResNeXt(StyledBlock):
    """act(x + Σ f_i(x)), f_i = 1×1 down, norm, act, 3×3, norm, act, 1×1 up; one norm on the sum."""

    family: ClassVar[str] = "Residual"
    purpose: ClassVar[str] = (
        "split into many narrow paths of one shape, transform each, merge: more paths instead of "
        "more depth or width"
    )
    cost: ClassVar[str] = (
        "with C channels in and out, half of them inside, in 32 paths: C²/2 + 9 (C/2)²/32 + C²/2, "
        "about 1.07 C² weights, as few as a bottleneck with a quarter inside (1.06 C²); the three "
        "forms have the same weights and MACs, but one grouped convolution runs fastest"
    )
    paper: ClassVar[Paper | None] = Paper(
        "Aggregated residual transformations for deep neural networks",
        "Xie et al.",
        2016,
        "https://arxiv.org/abs/1611.05431",
    )

    block: Literal["resnext"] = "resnext"
    channels: Channels = Field(description="channels out")
    stride: Stride = Field(1, description="stride of the 3×3 convolution and of the shortcut")
    groups: Channels = Field(32, description="paths; the paper calls their number cardinality")
    expansion: Expansion = Field(
        2,
        description="channels out ÷ inner channels of all paths together, those rounded down; "
        "2 in ResNeXt 32×4d, 1 in 64×4d, 0.5 in the CIFAR network 8×64d",
    )
    form: ResNeXtForm = Field(
        "grouped",
        description="split: a 1×1 at the end of every path, then their sum; concatenated: all "
        "paths, then one 1×1; grouped: one grouped 3×3. The same function, but that group norm "
        "takes its groups within a path",
    )
    group_first: StrictBool = Field(
        False, description="the first 1×1 is grouped, too: each path sees its share of the input"
    )
    attention: AttentionField = "none"
    reduction: ReductionField = 16
    shortcut: ShortcutField = "projection"

    @property
    def inner(self) -> int:
        """The channels of all paths together."""
        return int(self.channels / self.expansion)

    def check_map(self, in_shape: Shape) -> Iterator[Problem]:
        if self.group_first and self.inner:
            yield from check_divides(
                "groups",
                self.groups,
                input_channels=in_shape[0],
                inner_channels=self.inner,
                channels_out=self.channels,  # the input of a repeated block
            )
        yield from check_inner(self.channels, self.expansion, self.groups)
        yield from check_attention(self.attention, self.reduction, self.channels)
        yield from check_shortcut(self.shortcut, in_shape, self.channels, self.stride)
