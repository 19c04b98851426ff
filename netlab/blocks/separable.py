"""Convolutions split into a spatial and a channel-mixing half."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from netlab.blocks.base import StyledBlock
from netlab.blocks.types import Channels, Paper, StrictBool, Stride

DepthwiseKernel = Annotated[
    Literal[3, 5, 7], Field(description="side of the depthwise window, in pixels")
]
"""Odd, so that the size is kept and a shortcut can be added."""


class DepthwiseSeparable(StyledBlock):
    """act(norm(1×1(act(norm(depthwise(x)))))): first each channel by itself, then across them."""

    family: ClassVar[str] = "Mobile"
    purpose: ClassVar[str] = (
        "a convolution in two cheap halves: look around in every channel, then mix the channels; "
        "MobileNetV1's unit, and MNASNet's SepConv with projection_activation false"
    )
    cost: ClassVar[str] = (
        "kernel² × channels in for the depthwise half, channels in × channels out for the 1×1: "
        "a 3×3 from 3 to 4 channels has 9 × 3 = 27 and 3 × 4 = 12 weights, together 39, where the "
        "whole convolution has 9 × 3 × 4 = 108; the ratio is 1 / channels out + 1 / kernel², "
        "about a ninth in wide layers, where nearly all that is left is the 1×1"
    )
    paper: ClassVar[Paper | None] = Paper(
        "MobileNets: efficient convolutional neural networks for mobile vision applications",
        "Howard et al.",
        2017,
        "https://arxiv.org/abs/1704.04861",
    )

    block: Literal["depthwise-separable"] = "depthwise-separable"
    channels: Channels = Field(description="channels out")
    kernel: DepthwiseKernel = 3
    stride: Stride = Field(1, description="stride of the depthwise convolution")
    middle: StrictBool = Field(
        True, description="norm and activation between the two halves; false joins them directly"
    )
    projection_activation: StrictBool = Field(
        True, description="activation after the 1×1; false leaves the output linear"
    )
