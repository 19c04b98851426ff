"""Attention over channels: a block of its own, and an option of residual blocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from netlab.blocks.base import BlockSpec
from netlab.blocks.types import Channels, Paper, Problem, Shape

AttentionField = Annotated[
    Literal["none", "se"],
    Field(description="se: squeeze-and-excitation, which reweights the channels"),
]
ReductionField = Annotated[
    Channels, Field(description="channels ÷ width of the attention's bottleneck")
]


class SqueezeExcitation(BlockSpec):
    """x · sigmoid(W2 relu(W1 mean(x))): weights every channel by the content of the whole map."""

    family: ClassVar[str] = "Attention"
    purpose: ClassVar[str] = "turn channels up or down by what the whole image shows"
    cost: ClassVar[str] = (
        "2 × channels² / reduction weights, each used once per image: hardly any MACs, but two "
        "more passes over the whole map, which cost time"
    )
    paper: ClassVar[Paper | None] = Paper(
        "Squeeze-and-excitation networks", "Hu et al.", 2017, "https://arxiv.org/abs/1709.01507"
    )

    block: Literal["se"] = "se"
    reduction: ReductionField = 16

    def check_map(self, in_shape: Shape) -> Iterator[Problem]:
        yield from check_attention("se", self.reduction, in_shape[0])


def check_attention(
    attention: Literal["none", "se"], reduction: int, channels: int
) -> Iterator[Problem]:
    """The problem, if any, that `reduction` leaves none of `channels`."""
    if attention == "se" and reduction > channels:
        yield Problem(
            "reduction", f"reduction {reduction} leaves nothing of {channels} channels", (channels,)
        )
