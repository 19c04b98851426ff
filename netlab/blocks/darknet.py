"""DarkNet's residual block."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from netlab.blocks.attention import AttentionField, ReductionField, check_attention
from netlab.blocks.base import StyledBlock
from netlab.blocks.shortcuts import ShortcutField, ShortcutKernel, check_shortcut
from netlab.blocks.types import Paper, Problem, Shape, Stride


class DarknetResidual(StyledBlock):
    """x + f(x), f = conv 1×1 to half, norm, act, conv 3×3 back, norm, act."""

    family: ClassVar[str] = "Residual"
    purpose: ClassVar[str] = "mix pixels on half the channels, and add that to the input"
    cost: ClassVar[str] = (
        "1×1 to C/2 and 3×3 back to C: C²/2 + 9 × C²/2 = 5 C² weights, against the 18 C² of a "
        "basic block; 20,480 for 64 channels"
    )
    paper: ClassVar[Paper | None] = Paper(
        "YOLOv3: an incremental improvement",
        "Redmon and Farhadi",
        2018,
        "https://arxiv.org/abs/1804.02767",
    )

    block: Literal["darknet-residual"] = "darknet-residual"
    channels: Annotated[int, Field(strict=True, ge=2, le=65536)] = Field(description="channels out")
    stride: Stride = Field(1, description="stride of the 3×3 and of the shortcut")
    attention: AttentionField = "none"
    reduction: ReductionField = 16
    shortcut: ShortcutField = "projection"
    shortcut_kernel: ShortcutKernel = 1

    def check_map(self, in_shape: Shape) -> Iterator[Problem]:
        yield from check_attention(self.attention, self.reduction, self.channels)
        yield from check_shortcut(self.shortcut, in_shape, self.channels, self.stride)
