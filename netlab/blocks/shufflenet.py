"""ShuffleNet's two units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import ClassVar, Literal, Self

from pydantic import Field

from netlab.blocks.arithmetic import divisors
from netlab.blocks.base import StyledBlock
from netlab.blocks.shuffle import Shuffle
from netlab.blocks.types import Channels, Paper, Problem, Shape, StrictBool, Stride

FieldFault = tuple[str, str, Sequence[int]]
"""A field, what is wrong with it, and values to try instead, best first."""


class ShuffleNetV1(StyledBlock):
    """act(x + f(x)), or act([avg-pool(x), f(x)]) where stride or width change.

    f = grouped 1×1, norm, act, channel shuffle, depthwise 3×3, norm, grouped 1×1, norm.
    """

    family: ClassVar[str] = "Shuffle"
    purpose: ClassVar[str] = (
        "a bottleneck whose 1×1 convolutions are grouped too, with a channel shuffle so that "
        "every output still depends on every input"
    )
    cost: ClassVar[str] = (
        "inside it is m = channels out / reduction wide: channels in × m / groups, 9 × m and "
        "m × new channels / groups weights; 240 to 240 channels with reduction 4 and groups 3 "
        "make m = 60 and 4,800 + 540 + 4,800 = 10,140, without groups 14,400 + 540 + 14,400 = "
        "29,340; the shuffle costs no MACs, so groups buy width"
    )
    paper: ClassVar[Paper | None] = Shuffle.paper

    block: Literal["shufflenet-v1"] = "shufflenet-v1"
    channels: Channels = Field(
        description="channels out; where stride or width change, the input's and new ones"
    )
    stride: Stride = Field(1, description="stride of the depthwise convolution and of the pooling")
    groups: Channels = Field(3, description="parts into which both 1×1 split the channels")
    entry_groups: Channels | None = Field(
        None,
        description="groups of the row's very first 1×1, which may be narrow; left out, groups",
    )
    reduction: Channels = Field(4, description="channels out ÷ width of the depthwise convolution")
    shuffle: StrictBool = Field(
        True, description="shuffle between the grouped convolutions; false keeps groups apart"
    )

    @property
    def inner(self) -> int:
        """Channels of the depthwise convolution."""
        return self.channels // self.reduction

    @property
    def first_groups(self) -> int:
        return self.entry_groups or self.groups

    def unrolled(self) -> tuple[Self, ...]:
        """The unit once per repeat; only the first has the stride and `entry_groups`."""
        first, *rest = super().unrolled()
        return (first, *(part.model_copy(update={"entry_groups": None}) for part in rest))

    def check_map(self, in_shape: Shape) -> Iterator[Problem]:
        fault = self.channel_fault(in_shape[0])
        if fault is not None:
            field, message, candidates = fault
            yield Problem(field, message, self._fixes(field, candidates, in_shape[0]))

    def channel_fault(self, in_channels: int) -> FieldFault | None:
        """The first reason, if any, why the unit cannot take `in_channels`."""
        if self.channels < in_channels or (self.stride > 1 and self.channels == in_channels):
            message = (
                f"new channels are put beside the {in_channels} input channels where stride or width "
                f"change, so {self.channels} out are too few"
            )
            most = min(2 * in_channels + self.groups * self.reduction, 65536)
            best = 2 * in_channels if self.stride > 1 else in_channels
            return "channels", message, _by_distance(range(in_channels, most + 1), best)
        if self.reduction > self.channels:
            message = f"reduction {self.reduction} leaves nothing of {self.channels} channels"
            return "reduction", message, _by_distance(divisors(self.channels), self.reduction)
        entry = "groups" if self.entry_groups is None else "entry_groups"
        new = self.channels - in_channels or self.channels
        for field, groups, count, words in (
            (entry, self.first_groups, in_channels, "input channels"),
            (entry, self.first_groups, self.inner, "channels of the bottleneck"),
            ("groups", self.groups, self.inner, "channels of the bottleneck"),
            ("groups", self.groups, new, "new channels"),
            ("groups", self.groups, self.channels, "channels out"),
        ):
            if count % groups:
                message = f"{field} {groups} does not divide the {count} {words}"
                return field, message, _by_distance(divisors(count), groups)
        return None

    def _fixes(self, field: str, candidates: Sequence[int], in_channels: int) -> tuple[int, ...]:
        """The first 4 `candidates` without any fault; if none, those without a fault of `field`."""

        def faulty_field(value: int) -> str | None:
            fault = self.model_copy(update={field: value}).channel_fault(in_channels)
            return None if fault is None else fault[0]

        valid = tuple(islice((v for v in candidates if faulty_field(v) is None), 4))
        return tuple(
            sorted(valid or islice((v for v in candidates if faulty_field(v) != field), 4))
        )


class ShuffleNetV2(StyledBlock):
    """shuffle([x₁, f(x₂)]) of the two halves of x; shuffle([g(x), f(x)]) where shapes change.

    f = 1×1, norm, act, depthwise 3×3, norm, 1×1, norm, act; g = depthwise 3×3, norm, 1×1, norm,
    act. With `merge: add` f reads all of x: act(x + f(x)) and act(g(x) + f(x)).
    """

    family: ClassVar[str] = "Shuffle"
    purpose: ClassVar[str] = (
        "let half of the channels pass untouched and shuffle: reuse of features without groups "
        "in the 1×1 and without an addition, both of which are slow for their MACs"
    )
    cost: ClassVar[str] = (
        "only half of the channels, h = channels / 2, is worked on: h² + 9 × h + h² weights; "
        "116 channels make h = 58 and 3,364 + 522 + 3,364 = 7,250, where merge: add needs "
        "6,728 + 522 + 6,728 = 13,978 because its 1×1 read and write all 116; where stride or "
        "width change, both halves are made of the whole input"
    )
    paper: ClassVar[Paper | None] = Paper(
        "ShuffleNet V2: practical guidelines for efficient CNN architecture design",
        "Ma et al.",
        2018,
        "https://arxiv.org/abs/1807.11164",
    )

    block: Literal["shufflenet-v2"] = "shufflenet-v2"
    channels: Channels = Field(description="channels out; usually twice as many where stride is 2")
    stride: Stride = Field(1, description="stride of the depthwise convolutions")
    merge: Literal["split", "add"] = Field(
        "split", description="split: work on half, concatenate, shuffle; add: work on all, add"
    )
    shuffle: StrictBool = Field(
        True, description="shuffle the halves once concatenated; there is nothing to do with add"
    )

    @property
    def half(self) -> int:
        """Channels of the depthwise convolution."""
        return (self.channels + 1) // 2

    def check_map(self, in_shape: Shape) -> Iterator[Problem]:  # noqa: ARG002
        if self.merge == "split" and self.channels % 2:
            yield Problem(
                "channels",
                f"a split makes two halves, but {self.channels} is odd; 'merge: add' takes it",
                tuple(even for even in (self.channels - 1, self.channels + 1) if even),
            )


def _by_distance(values: Sequence[int], target: int) -> list[int]:
    return sorted(values, key=lambda value: abs(value - target))
