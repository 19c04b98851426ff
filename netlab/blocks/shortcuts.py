"""The path around a residual block: its kinds, and when each is possible."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from netlab.blocks.types import Problem, Shape

Shortcut = Literal["projection", "padded", "identity", "projection-all", "none"]
"""projection: a convolution if the shape changes, else the input itself (option B);
padded: the input, subsampled and padded with zero channels (option A, no weights);
identity: the input itself, so the shape may not change;
projection-all: a convolution on every shortcut (option C); none: a plain network."""

ShortcutField = Annotated[
    Shortcut,
    Field(description="the path around the block: projection has weights only where shapes change"),
]
ShortcutKernel = Annotated[
    Literal[1, 3], Field(description="side of the projection's window; 3 follows groups too")
]


def check_shortcut(
    shortcut: Shortcut, in_shape: Shape, channels: int, stride: int
) -> Iterator[Problem]:
    """`identity` needs an unchanged shape; `padded` cannot take channels away."""
    if shortcut == "identity" and (stride != 1 or in_shape[0] != channels):
        change = f"stride {stride}" if stride != 1 else f"{in_shape[0]} to {channels} channels"
        yield Problem(
            "shortcut",
            f"an identity shortcut needs equal shapes on both ends, but this block has {change}",
            ("projection", *(("padded",) if channels >= in_shape[0] else ()), "none"),
        )
    if shortcut == "padded" and channels < in_shape[0]:
        yield Problem(
            "shortcut",
            f"a padded shortcut can add channels but not go from {in_shape[0]} to {channels}",
            ("projection", "none"),
        )
