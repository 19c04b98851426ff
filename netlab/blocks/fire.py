"""SqueezeNet's module."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from netlab.blocks.base import StyledBlock
from netlab.blocks.types import Channels, Paper, Problem, Shape


class Fire(StyledBlock):
    """cat(act(conv 1×1 (s)), act(conv 3×3 (s))), s = act(conv 1×1 (x)); optionally plus x."""

    family: ClassVar[str] = "Efficient"
    purpose: ClassVar[str] = "give a 3×3 few input channels, and make half the map with a 1×1"
    cost: ClassVar[str] = (
        "channels in × squeeze weights, then squeeze × (channels - expand_3x3 + 9 × expand_3x3); "
        "128 → 128 by the defaults: 2,048 + 1,024 + 9,216 = 12,288, a twelfth of the 147,456 of "
        "a 3×3 convolution"
    )
    paper: ClassVar[Paper | None] = Paper(
        "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model size",
        "Iandola et al.",
        2016,
        "https://arxiv.org/abs/1602.07360",
    )
    widths: ClassVar[tuple[str, ...]] = ("channels", "squeeze", "expand_3x3")

    block: Literal["fire"] = "fire"
    channels: Annotated[int, Field(strict=True, ge=2, le=65536)] = Field(
        description="channels out: those of the 1×1 and those of the 3×3"
    )
    squeeze: Channels | None = Field(
        None, description="channels out of the first 1×1; left out, channels / 8"
    )
    expand_3x3: Channels | None = Field(
        None, description="channels out that the 3×3 makes; left out, half of them"
    )
    bypass: Literal["none", "simple", "complex"] = Field(
        "none", description="added to the output: simple, the input; complex, a 1×1 of the input"
    )

    @property
    def squeezed(self) -> int:
        """The output channels of the first 1×1."""
        return self.squeeze or max(1, self.channels // 8)

    @property
    def by_3x3(self) -> int:
        """The output channels of the 3×3."""
        return self.expand_3x3 or self.channels // 2

    def check_map(self, in_shape: Shape) -> Iterator[Problem]:
        if self.by_3x3 >= self.channels:
            yield Problem(
                "expand_3x3",
                f"expand_3x3 {self.by_3x3} leaves the 1×1 none of {self.channels} channels out",
                (self.channels - 1,),
            )
        if self.bypass == "simple" and in_shape[0] != self.channels:
            yield Problem(
                "bypass",
                f"a simple bypass cannot add {in_shape[0]} channels to {self.channels}",
                ("complex", "none"),
            )
