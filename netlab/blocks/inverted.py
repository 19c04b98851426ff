"""The inverted residual: wide inside, narrow where it is added."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from netlab.blocks.base import StyledBlock
from netlab.blocks.separable import DepthwiseKernel
from netlab.blocks.types import Channels, Paper, Problem, Shape, StrictBool, Stride


class InvertedResidual(StyledBlock):
    """x + norm(1×1(act(norm(depthwise(act(norm(1×1(x)))))))), with x only where shapes agree."""

    family: ClassVar[str] = "Mobile"
    purpose: ClassVar[str] = (
        "filter in a wide space and add in a narrow one, whose last 1×1 is linear because a ReLU "
        "would lose too much of few channels; MobileNetV2's block, and MNASNet's MBConv (kernel 3 "
        "or 5, SE, shortcut or none)"
    )
    cost: ClassVar[str] = (
        "inside it is w = expansion × channels in wide: channels in × w weights to expand, "
        "kernel² × w to filter, w × channels out to project; 24 to 24 channels with expansion 6 "
        "make w = 144 and 3,456 + 1,296 + 3,456 = 8,208, where a whole 3×3 of 144 channels has "
        "186,624; the wide maps are what takes memory; SE adds 2 × w × channels in / reduction "
        "weights, and a ReLU after the projection none"
    )
    paper: ClassVar[Paper | None] = Paper(
        "MobileNetV2: inverted residuals and linear bottlenecks",
        "Sandler et al.",
        2018,
        "https://arxiv.org/abs/1801.04381",
    )

    block: Literal["inverted-residual"] = "inverted-residual"
    channels: Channels = Field(description="channels out")
    expansion: Annotated[int, Field(strict=True, ge=1, le=64)] = Field(
        6, description="width inside ÷ channels in; 1 leaves the first 1×1 out"
    )
    kernel: DepthwiseKernel = 3
    stride: Stride = Field(1, description="stride of the depthwise convolution")
    attention: Literal["none", "se"] = Field(
        "none", description="se: squeeze-and-excitation of the wide map, before the projection"
    )
    reduction: Channels = Field(
        4, description="channels in ÷ width of the attention's bottleneck: 4 is an SE ratio of 0.25"
    )
    shortcut: Literal["identity", "none"] = Field(
        "identity", description="identity: add the input where stride is 1 and both widths agree"
    )
    projection_activation: StrictBool = Field(
        False, description="activation after the last 1×1; false is the linear bottleneck"
    )

    def check_map(self, in_shape: Shape) -> Iterator[Problem]:
        if self.attention == "se" and self.reduction > in_shape[0]:
            yield Problem(
                "reduction",
                f"reduction {self.reduction} leaves nothing of the {in_shape[0]} input channels",
                (min(in_shape[0], self.channels),),
            )
