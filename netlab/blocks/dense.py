"""Densely connected blocks: every layer sees what all layers before it made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from netlab.blocks.base import (
    Paper,
    Problem,
    Shape,
    Stride,
    StyledBlock,
    must_stride,
)
from netlab.blocks.shortcuts import ShortcutField, ShortcutKernel, check_shortcut


class DenseResidual(StyledBlock):
    """act(x + f(x)), f = four convolutions of which the third and fourth see all before them."""

    family: ClassVar[str] = "Dense"
    purpose: ClassVar[str] = "a residual block whose inner layers are densely connected"
    cost: ClassVar[str] = (
        "1×1 to C, 3×3 to C/2, 1×1 to C over 1.5 C, 3×3 to C over 2.5 C: about 28.5 C² weights "
        "against the 18 C² of a basic block, and more maps kept for the backward pass"
    )
    paper: ClassVar[Paper | None] = Paper(
        "Densely connected convolutional networks",
        "Huang et al.",
        2016,
        "https://arxiv.org/abs/1608.06993",
    )

    block: Literal["dense-residual"] = "dense-residual"
    channels: Annotated[int, Field(strict=True, ge=2, le=65536)] = Field(description="channels out")
    stride: Stride = Field(1, description="stride of the first 1×1 and of the shortcut")
    shortcut: ShortcutField = "projection"
    shortcut_kernel: ShortcutKernel = 1

    def check(self, arrives: Shape) -> Iterator[Problem]:
        """The shortcut can bridge the widths, and the map survives the stride."""
        yield from super().check(arrives)
        if len(arrives) == 3:
            yield from must_stride(arrives, self.stride)
            yield from check_shortcut(self.shortcut, arrives, self.channels, self.stride)
