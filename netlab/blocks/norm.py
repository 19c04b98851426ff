"""Normalisation and activation on their own, without a convolution."""

from __future__ import annotations

from typing import ClassVar, Literal

from netlab.blocks.base import StyledBlock
from netlab.blocks.types import Paper


class NormAct(StyledBlock):
    """act(norm(x))."""

    family: ClassVar[str] = "Normalisation"
    purpose: ClassVar[str] = (
        "end a stack of pre-activated blocks, whose last sum or concatenation is neither "
        "normalised nor activated"
    )
    cost: ClassVar[str] = (
        "2 weights per channel, a scale and a shift, and no MACs; one more map kept for the "
        "backward pass"
    )
    paper: ClassVar[Paper | None] = Paper(
        "Batch normalization: accelerating deep network training by reducing internal "
        "covariate shift",
        "Ioffe and Szegedy",
        2015,
        "https://arxiv.org/abs/1502.03167",
    )

    block: Literal["norm-act"] = "norm-act"
