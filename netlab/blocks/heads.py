"""Heads that are not a single linear layer."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from netlab.blocks.base import BlockSpec
from netlab.blocks.classifier import Classes, Dropout
from netlab.blocks.types import Activation, Channels, Count, Paper


class VggHead(BlockSpec):
    """linear(drop(act(linear(drop(act(linear(x))))))), x = a map pooled to side × side, flat."""

    family: ClassVar[str] = "Heads"
    purpose: ClassVar[str] = "three linear layers over the whole map, which tell places apart"
    cost: ClassVar[str] = (
        "side² × channels × hidden + hidden² + hidden × classes weights: for VGG-16's 512 "
        "channels 102.8 M + 16.8 M + 4.1 M, nine tenths of the network"
    )
    paper: ClassVar[Paper | None] = Paper(
        "Very deep convolutional networks for large-scale image recognition",
        "Simonyan and Zisserman",
        2014,
        "https://arxiv.org/abs/1409.1556",
    )
    widths: ClassVar[tuple[str, ...]] = ("hidden",)

    block: Literal["vgg-head"] = "vgg-head"
    repeat: Literal[1] = 1
    side: Count = Field(7, description="height and width to which the map is averaged first")
    hidden: Channels = Field(4096, description="features out of each of the first two layers")
    dropout: Dropout = Field(
        0.5, description="share of hidden features dropped before each of the last two layers"
    )
    activation: Activation | None = Field(None, description="nonlinearity; left out, the network's")
    classes: Classes | None = Field(None, description="left out, the network's")


class ConvHead(BlockSpec):
    """mean over the map of act(conv 1×1 (drop(x)))."""

    family: ClassVar[str] = "Heads"
    purpose: ClassVar[str] = "score the classes at every pixel, then average the scores"
    cost: ClassVar[str] = (
        "channels × classes weights and one bias per class, as many as the classifier has, but "
        "each used once per pixel"
    )
    paper: ClassVar[Paper | None] = Paper(
        "Network in network", "Lin et al.", 2013, "https://arxiv.org/abs/1312.4400"
    )

    block: Literal["conv-head"] = "conv-head"
    repeat: Literal[1] = 1
    dropout: Dropout = Field(
        0.5, description="share of values dropped before the convolution while training"
    )
    activation: Activation | None = Field(
        None, description="nonlinearity of the scores; left out, the network's"
    )
    classes: Classes | None = Field(None, description="left out, the network's")
