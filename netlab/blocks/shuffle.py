"""Channel shuffle: mix the groups of grouped convolutions without any weights."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from netlab.blocks.base import BlockSpec
from netlab.blocks.shape_checks import check_divides
from netlab.blocks.types import Channels, Paper, Problem, Shape


class Shuffle(BlockSpec):
    """Channel i of group j becomes channel i × groups + j: as many from every group in each."""

    family: ClassVar[str] = "Shuffle"
    purpose: ClassVar[str] = (
        "distribute the channels of each group over all groups, between two grouped "
        "convolutions that would otherwise never mix them"
    )
    cost: ClassVar[str] = (
        "no weights and no MACs, only a copy of the map; the groups of the next convolution hold "
        "channels of every group before it wherever channels ÷ groups is at least groups"
    )
    paper: ClassVar[Paper | None] = Paper(
        "ShuffleNet: an extremely efficient convolutional neural network for mobile devices",
        "Zhang et al.",
        2017,
        "https://arxiv.org/abs/1707.01083",
    )

    block: Literal["channel-shuffle"] = "channel-shuffle"
    repeat: Literal[1] = 1
    groups: Channels = Field(2, description="groups of the convolution before it")

    def check_map(self, in_shape: Shape) -> Iterator[Problem]:
        yield from check_divides("groups", self.groups, input_channels=in_shape[0])
