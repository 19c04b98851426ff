"""Pooling: a smaller map, without weights."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from netlab.blocks.base import BlockSpec
from netlab.blocks.shape_checks import check_window_fits
from netlab.blocks.types import Kernel, Paper, Problem, Shape, StrictBool, Stride


class Pool(BlockSpec):
    """The largest value of every window, or the mean of its values, channel by channel."""

    family: ClassVar[str] = "Pooling"
    purpose: ClassVar[str] = "shrink the map, so that what follows is cheaper and sees further"
    cost: ClassVar[str] = (
        "no weights and no MACs; stride 2 leaves a quarter of the pixels, and every convolution "
        "that follows needs a quarter of its MACs"
    )
    paper: ClassVar[Paper | None] = Paper(
        "Evaluation of pooling operations in convolutional architectures for object recognition",
        "Scherer et al.",
        2010,
        "https://doi.org/10.1007/978-3-642-15825-4_10",
    )

    block: Literal["pool"] = "pool"
    repeat: Literal[1] = 1
    kind: Literal["max", "avg"] = Field(
        "max", description="max: the largest value of a window; avg: its mean, zeros of padding too"
    )
    kernel: Kernel = Field(2, description="side of the square window, in pixels")
    stride: Stride = Field(2, description="pixels between windows; 2 halves height and width")
    padding: Annotated[int, Field(strict=True, ge=0, le=15)] | None = Field(
        None, description="pixels around the map; left out, (kernel - 1) / 2, rounded down"
    )
    ceil: StrictBool = Field(
        False, description="keep a last window that reaches over the edge: round sizes up"
    )

    @property
    def pad(self) -> int:
        return self.padding if self.padding is not None else (self.kernel - 1) // 2

    def check_map(self, in_shape: Shape) -> Iterator[Problem]:
        if self.pad > self.kernel // 2:
            yield Problem(
                "padding",
                f"padding {self.pad} is more than half of the window of {self.kernel}",
                (self.kernel // 2,),
            )
        yield from check_window_fits(in_shape, self.kernel, self.pad)
