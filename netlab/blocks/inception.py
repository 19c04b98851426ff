"""GoogLeNet's block: windows of three sizes and a pooling, side by side."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from netlab.blocks.base import StyledBlock
from netlab.blocks.branches import Branches
from netlab.blocks.types import Channels, Paper


class Inception(StyledBlock):
    """concat(1×1, 3×3 after 1×1, 5×5 after 1×1, 1×1 after max pooling), each with norm and act."""

    family: ClassVar[str] = "Branches"
    purpose: ClassVar[str] = "look at windows of several sizes at once, and let what follows choose"
    cost: ClassVar[str] = (
        "with C channels in: C × (conv1 + reduce3 + reduce5 + pool) weights for the 1×1s, "
        "9 × reduce3 × conv3 and 25 × reduce5 × conv5 for the windows; the reductions make them "
        "cheap: 5×5 from 192 to 32 channels needs 153,600 weights, through 16 channels 15,872"
    )
    paper: ClassVar[Paper | None] = Branches.paper
    widths: ClassVar[tuple[str, ...]] = ("conv1", "reduce3", "conv3", "reduce5", "conv5", "pool")

    block: Literal["inception"] = "inception"
    conv1: Channels = Field(description="channels of the 1×1 branch")
    reduce3: Channels = Field(description="channels of the 1×1 before the 3×3")
    conv3: Channels = Field(description="channels of the 3×3")
    reduce5: Channels = Field(description="channels of the 1×1 before the 5×5")
    conv5: Channels = Field(description="channels of the 5×5")
    pool: Channels = Field(description="channels of the 1×1 after the pooling")
    kernel: Literal[3, 5] = Field(
        5, description="side of the largest window: 5 in the paper, 3 in torchvision's GoogLeNet"
    )
