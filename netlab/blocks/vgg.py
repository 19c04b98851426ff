"""Stages of 3×3 convolutions, each ended by pooling."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from netlab.blocks.base import StyledBlock
from netlab.blocks.heads import VggHead
from netlab.blocks.types import Channels, Count, Paper, Stride


class VggStage(StyledBlock):
    """pool(act(norm(conv(…act(norm(conv(x)))…)))): 3×3 convolutions, then a max pool."""

    family: ClassVar[str] = "Convolution"
    purpose: ClassVar[str] = "one size of a plain network: small windows in depth, then half a map"
    cost: ClassVar[str] = (
        "9 × channels in × channels weights for the first 3×3, 9 × channels² for each other; "
        "where the pool halves the map and the next stage has twice the channels, each of its "
        "convolutions costs as many MACs as before on four times the weights"
    )
    paper: ClassVar[Paper | None] = VggHead.paper

    block: Literal["vgg-stage"] = "vgg-stage"
    repeat: Literal[1] = 1
    channels: Channels = Field(description="channels out of every convolution")
    layers: Count = Field(2, description="how many 3×3 convolutions; each has a bias")
    stride: Stride = Field(2, description="side and stride of the max pool; 1 for none")
