"""Densely connected blocks: every layer reads the outputs of all layers before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from netlab.blocks.base import StyledBlock
from netlab.blocks.shortcuts import ShortcutField, ShortcutKernel, check_shortcut
from netlab.blocks.types import Channels, Count, Paper, Problem, Shape, StrictBool, Stride

DENSENET_PAPER = Paper(
    "Densely connected convolutional networks",
    "Huang et al.",
    2016,
    "https://arxiv.org/abs/1608.06993",
)


class DenseBlock(StyledBlock):
    """cat(x, f1(x), f2(x, f1(x)), …), f = norm, act, conv 1×1, norm, act, conv 3×3."""

    family: ClassVar[str] = "Dense"
    purpose: ClassVar[str] = "let every layer see the maps of all layers before it, and add a few"
    cost: ClassVar[str] = (
        "layer l takes k0 + k (l - 1) channels, where k0 arrive and k is the growth; its 1×1 to "
        "4 k has 4 k times as many weights, its 3×3 has 36 k². So weights grow with the square of "
        "the number of layers, and every concatenation is kept for the backward pass"
    )
    paper: ClassVar[Paper | None] = DENSENET_PAPER
    widths: ClassVar[tuple[str, ...]] = ("growth",)

    block: Literal["dense-block"] = "dense-block"
    layers: Count = Field(description="how many layers; each adds `growth` channels")
    growth: Channels = Field(12, description="channels that each layer adds, the paper's k")
    bottleneck: StrictBool = Field(True, description="a 1×1 to 4 × growth channels before each 3×3")


class Transition(StyledBlock):
    """pool(conv(act(norm(x)))): a 1×1 convolution to fewer channels, then average pooling."""

    family: ClassVar[str] = "Dense"
    purpose: ClassVar[str] = "compress what a dense block has gathered, and halve the map"
    cost: ClassVar[str] = (
        "compression × channels² weights; what is left of the channels makes every layer of the "
        "next dense block cheaper"
    )
    paper: ClassVar[Paper | None] = DENSENET_PAPER

    block: Literal["transition"] = "transition"
    repeat: Literal[1] = 1
    compression: Annotated[float, Field(strict=True, gt=0, le=1)] = Field(
        0.5, description="share of the channels that is left, rounded down; the paper's θ"
    )
    stride: Stride = Field(2, description="side and stride of the average pool; 1 for none")

    def check_map(self, in_shape: Shape) -> Iterator[Problem]:
        if in_shape[0] * self.compression < 1:
            yield Problem(
                "compression",
                f"compression {self.compression:g} leaves nothing of {in_shape[0]} channels",
                (1.0,),
            )


class DenseResidual(StyledBlock):
    """act(x + f(x)), f = four convolutions of which the third and fourth see all before them."""

    family: ClassVar[str] = "Dense"
    purpose: ClassVar[str] = "a residual block whose inner layers are densely connected"
    cost: ClassVar[str] = (
        "1×1 to C, 3×3 to C/2, 1×1 to C over 1.5 C, 3×3 to C over 2.5 C: about 28.5 C² weights "
        "against the 18 C² of a basic block, and more maps kept for the backward pass"
    )
    paper: ClassVar[Paper | None] = DENSENET_PAPER

    block: Literal["dense-residual"] = "dense-residual"
    channels: Annotated[int, Field(strict=True, ge=2, le=65536)] = Field(description="channels out")
    stride: Stride = Field(1, description="stride of the first 1×1 and of the shortcut")
    shortcut: ShortcutField = "projection"
    shortcut_kernel: ShortcutKernel = 1

    def check_map(self, in_shape: Shape) -> Iterator[Problem]:
        yield from check_shortcut(self.shortcut, in_shape, self.channels, self.stride)
