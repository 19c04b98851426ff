"""One large window as several small ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from netlab.blocks.base import StyledBlock
from netlab.blocks.types import Channels, Kernel, Paper, Problem, Shape, Stride


class Factorised(StyledBlock):
    """act(norm(conv(…act(norm(conv(x)))…))): small windows that together see one of `kernel`."""

    family: ClassVar[str] = "Convolution"
    purpose: ClassVar[str] = "see as much as one large window does, with fewer weights"
    cost: ClassVar[str] = (
        "stacked: two 3×3 see 5×5 with 2 × 9 = 18 weights per pair of channels instead of 25, "
        "three see 7×7 with 27 instead of 49; asymmetric: 1×3 then 3×1 see 3×3 with 6 instead of "
        "9. Every further convolution adds a nonlinearity, and a map kept for the backward pass"
    )
    paper: ClassVar[Paper | None] = Paper(
        "Rethinking the Inception architecture for computer vision",
        "Szegedy et al.",
        2015,
        "https://arxiv.org/abs/1512.00567",
    )

    block: Literal["factorised"] = "factorised"
    channels: Channels = Field(description="channels out, and between the convolutions")
    kernel: Kernel = Field(5, description="side of the window that is stood for: 3, 5, 7, …")
    form: Literal["stacked", "asymmetric"] = Field(
        "stacked", description="stacked: 3×3 after 3×3; asymmetric: 1×kernel, then kernel×1"
    )
    stride: Stride = Field(
        1, description="stride of the last convolution (asymmetric: across, then down)"
    )

    @property
    def layers(self) -> int:
        return (self.kernel - 1) // 2 if self.form == "stacked" else 2

    def check_map(self, in_shape: Shape) -> Iterator[Problem]:  # noqa: ARG002
        smallest = 5 if self.form == "stacked" else 3
        if self.kernel < smallest or self.kernel % 2 == 0:
            around = (self.kernel - 1, self.kernel + 1) if self.kernel > smallest else (smallest,)
            yield Problem(
                "kernel",
                f"a window of {self.kernel} is not made of {self.form} smaller ones: "
                f"it takes an odd one of at least {smallest}",
                around,
            )
