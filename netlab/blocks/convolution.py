"""The plain convolution with its normalisation and activation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field

from netlab.blocks.base import StyledBlock
from netlab.blocks.shape_checks import check_divides, check_window_fits
from netlab.blocks.types import Channels, Count, Kernel, Paper, Problem, Shape, StrictBool, Stride


class Conv(StyledBlock):
    """Convolution, normalisation, activation."""

    family: ClassVar[str] = "Convolution"
    purpose: ClassVar[str] = (
        "mix a neighbourhood of pixels across channels; the stem of most networks"
    )
    cost: ClassVar[str] = (
        "channels in × channels out × kernel² weights, divided by groups; every weight is used "
        "once per output pixel, so MACs are weights × output height × output width"
    )
    paper: ClassVar[Paper | None] = Paper(
        "Gradient-based learning applied to document recognition",
        "LeCun et al.",
        1998,
        "https://doi.org/10.1109/5.726791",
    )

    block: Literal["conv"] = "conv"
    channels: Channels = Field(description="channels out")
    kernel: Kernel = Field(3, description="side of the square window, in pixels")
    stride: Stride = Field(1, description="pixels between windows; 2 halves height and width")
    padding: Annotated[int, Field(strict=True, ge=0, le=15)] | None = Field(
        None, description="pixels of zeros around the map; left out, the size is kept (÷ stride)"
    )
    dilation: Count = Field(1, description="pixels between the taps of a window")
    groups: Channels = Field(1, description="independent parts into which the channels are split")
    bias: StrictBool = Field(False, description="add a constant to every output channel")

    scaled: StrictBool = Field(True, description="whether the network's width multiplier applies")

    def scaled_by(self, width: float, multiple: int = 8) -> Self:
        return super().scaled_by(width, multiple) if self.scaled else self

    @property
    def pad(self) -> int:
        return self.padding if self.padding is not None else self.dilation * (self.kernel - 1) // 2

    def check_map(self, in_shape: Shape) -> Iterator[Problem]:
        yield from check_divides(
            "groups", self.groups, input_channels=in_shape[0], channels_out=self.channels
        )
        yield from check_window_fits(in_shape, self.kernel, self.pad, self.dilation)
