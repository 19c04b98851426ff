"""What could be changed on a network, grouped by the question that the change asks.

A proposal is a named list of edits with its reason; whether it can be built is for the analysis
to say. The table below is keyed by field names, so a new block that uses the field's usual names
gets its proposals by itself.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from netlab.blocks import KINDS, BlockSpec
from netlab.errors import EditError
from netlab.recipe.edits import Edit, Remove, SetFields, Swap, apply_all
from netlab.recipe.network import Network

FEWER = "Fewer weights?"
FASTER = "Faster?"
BETTER = "More accurate?"
WHY = "Why does it work?"
QUESTIONS = (FEWER, FASTER, BETTER, WHY)
"""The questions under which proposals are listed, in this order."""


@dataclass(frozen=True)
class Proposal:
    """A variant worth trying: what it asks, what it would be called, its edits and its reason."""

    question: str
    name: str
    edits: tuple[Edit, ...]
    because: str


@dataclass(frozen=True)
class Idea:
    """One value that a field could have instead, and why one would want to know."""

    value: Any
    question: str
    because: str
    name: str = ""
    direction: Literal["more", "less", "other"] = "other"
    """Which way from the values there are: the other way, the reason would not be true."""


FIELD_IDEAS: dict[str, tuple[Idea, ...]] = {
    "groups": (
        Idea(2, FEWER, "two independent halves need half the weights", direction="more"),
        Idea(4, FEWER, "four independent parts need a quarter of the weights", direction="more"),
    ),
    "convolution": (
        Idea("separable", FEWER, "a depthwise 3×3 and a 1×1 need about a ninth", "separable"),
    ),
    "attention": (
        Idea("se", BETTER, "channels are weighed by what the whole map says of them", "attention"),
        Idea("none", WHY, "without attention, is anything lost?", "no-attention"),
    ),
    "shortcut": (
        Idea("none", WHY, "a plain network of the same depth, to see what shortcuts do", "plain"),
        Idea("padded", FEWER, "zeros instead of weights where the shape changes", "padded"),
        Idea("projection-all", BETTER, "a convolution on every shortcut", "projections"),
    ),
    "kernel": (
        Idea(
            1,
            FASTER,
            "pixels no longer mix here: a ninth of the weights of a 3×3",
            direction="less",
        ),
        Idea(3, FASTER, "the smallest window that sees every neighbour", direction="less"),
        Idea(5, BETTER, "a wider view for 25/9 of the cost of a 3×3", direction="more"),
    ),
    "order": (
        Idea("full-preactivation", BETTER, "the order found best in deep networks", "preact"),
    ),
    "expansion": (
        Idea(3, FASTER, "fewer channels inside", direction="less"),
        Idea(6, BETTER, "room inside for the depthwise convolution", direction="more"),
    ),
    "reduction": (Idea(8, BETTER, "a wider bottleneck in the attention", direction="less"),),
    "growth": (Idea(12, FEWER, "each layer adds fewer channels", direction="less"),),
    "compression": (Idea(1.0, WHY, "does passing on every channel help?", "no-compression"),),
    "shuffle": (Idea(False, WHY, "without it, groups never hear of each other", "no-shuffle"),),
    "bypass": (
        Idea("simple", BETTER, "a shortcut around every module where widths agree", "bypass"),
        Idea("none", WHY, "are the shortcuts needed?", "no-bypass"),
    ),
}
"""Ideas by the name of the field that they set."""

SETTING_IDEAS: dict[str, tuple[Idea, ...]] = {
    "norm": (
        Idea("none", WHY, "can it be trained at all without normalisation?", "no-norm"),
        Idea("group", WHY, "does the batch matter to normalisation?", "group-norm"),
    ),
    "activation": (Idea("silu", BETTER, "smooth where ReLU has its corner", "silu"),),
}
"""Ideas for the network's own settings."""

WIDTH_IDEAS: tuple[Idea, ...] = (
    Idea(0.5, FEWER, "half the channels everywhere: about a quarter of the weights", "half"),
    Idea(2.0, BETTER, "twice the channels everywhere: about four times the weights", "double"),
)
"""Ideas for how wide the network is, by what its width is multiplied with."""

MAX_WIDTH_ROUNDING_ERROR = 0.25
"""Scaled channels are rounded; all together may miss what was asked for by this share of it."""

KINDS_WITH_DIVIDING_EXPANSION = ("bottleneck", "resnext")
"""Kinds whose `expansion` divides the channels: a larger one leaves fewer inside."""

MIN_CHANNELS_FOR_INVERTED = 16
"""Channels from which an inverted residual needs fewer weights than two plain convolutions."""

SWAP_IDEAS: tuple[tuple[str, str, str, str], ...] = (
    ("basic", "dense-residual", BETTER, "every layer sees what the layers before it have made"),
    ("basic", "bottleneck", FEWER, "a 3×3 between two 1×1, on fewer channels"),
    ("basic", "inverted-residual", FEWER, "wide inside, narrow outside, depthwise in between"),
    ("bottleneck", "resnext", BETTER, "many narrow paths instead of one wide one"),
)
"""Kinds that can stand for one another: from, to, question, reason."""


def proposals(network: Network) -> tuple[Proposal, ...]:
    """Everything worth trying on `network`, by question; each changes it, none twice."""
    found = [
        *_field_proposals(network),
        *_width_proposals(network),
        *_setting_proposals(),
        *_swap_proposals(network),
        *_depth_proposals(network),
    ]
    before = network.resolved_blocks()
    kept: dict[tuple[BlockSpec, ...], Proposal] = {}
    for proposal in found:
        with contextlib.suppress(EditError):
            after = apply_all(network, proposal.edits)[0].resolved_blocks()
            if after != before:
                kept.setdefault(after, proposal)
    return tuple(sorted(kept.values(), key=lambda p: QUESTIONS.index(p.question)))


def _kinds(network: Network) -> dict[str, type[BlockSpec]]:
    return {spec.block: type(spec) for spec in network.blocks}


def _field_proposals(network: Network) -> Iterator[Proposal]:
    for kind, spec in _kinds(network).items():
        for name, ideas in FIELD_IDEAS.items():
            if name not in spec.model_fields or _is_irrelevant(network, kind, name):
                continue
            alone = len([k for k in _kinds(network) if not _is_irrelevant(network, k, name)]) == 1
            for idea in ideas:
                if not _reason_applies(network, kind, name, idea):
                    continue
                called = idea.name or f"{name}-{idea.value}"
                label = called if alone else f"{kind}-{called}"
                yield Proposal(
                    idea.question, label, (SetFields(kind, {name: idea.value}),), idea.because
                )


def _is_irrelevant(network: Network, kind: str, name: str) -> bool:
    """Whether setting `name` on blocks of `kind` says nothing here."""
    if name not in KINDS[kind].model_fields:
        return True
    if kind == "conv":
        return True  # the stem decides what everything after it gets to see
    if name == "expansion" and kind in KINDS_WITH_DIVIDING_EXPANSION:
        return True
    blocks = _blocks_of_kind(network, kind)
    return name == "reduction" and all(getattr(b, "attention", "se") == "none" for b in blocks)


def _reason_applies(network: Network, kind: str, name: str, idea: Idea) -> bool:
    """Whether what the idea says of itself is so on the blocks of `kind`."""
    now = [getattr(spec, name) for spec in _blocks_of_kind(network, kind)]
    if idea.value == "padded":
        return any(value in ("projection", "projection-all") for value in now)
    if idea.direction == "more":
        return all(value <= idea.value for value in now)
    return idea.direction != "less" or all(value >= idea.value for value in now)


def _blocks_of_kind(network: Network, kind: str) -> list[BlockSpec]:
    return [spec for spec in network.blocks if spec.block == kind]


def _width_proposals(network: Network) -> Iterator[Proposal]:
    """Half and double, where rounding leaves about that of the channels.

    Scaled channels are multiples of 8, and at least 8: half of 4 would be twice as many.
    """
    now = _scaled_channels(network)
    for idea in WIDTH_IDEAS:
        edit = SetFields("network", {"width": network.width * idea.value})
        try:
            then = _scaled_channels(edit.apply(network))
        except EditError:
            continue
        goes = all(b <= a if idea.value < 1 else b >= a for a, b in zip(now, then, strict=True))
        wanted = idea.value * sum(now)
        if goes and now and abs(sum(then) - wanted) <= MAX_WIDTH_ROUNDING_ERROR * wanted:
            yield Proposal(idea.question, idea.name, (edit,), idea.because)


def _scaled_channels(network: Network) -> list[int]:
    """The channels that the network's width scales, of every block as it is built."""
    values = (
        getattr(spec, name, None) for spec in network.resolved_blocks() for name in spec.widths
    )
    return [value for value in values if isinstance(value, int)]


def _setting_proposals() -> Iterator[Proposal]:
    for name, ideas in SETTING_IDEAS.items():
        for idea in ideas:
            edit = SetFields("network", {name: idea.value})
            yield Proposal(idea.question, idea.name, (edit,), idea.because)


def _swap_proposals(network: Network) -> Iterator[Proposal]:
    for old, new, question, because in SWAP_IDEAS:
        if old in _kinds(network) and new in KINDS and _swap_applies(network, old, new):
            yield Proposal(question, new, (Swap(old, new),), because)


def _swap_applies(network: Network, old: str, new: str) -> bool:
    """Whether the swap is what it says: an inverted residual is wide inside, six times at first."""
    if new != "inverted-residual":
        return True
    rows = [spec for spec in network.resolved_blocks() if spec.block == old]
    return all(
        getattr(spec, "channels", 0) >= MIN_CHANNELS_FOR_INVERTED
        and getattr(spec, "groups", 1) == 1
        and getattr(spec, "convolution", "standard") == "standard"
        for spec in rows
    )


def _depth_proposals(network: Network) -> Iterator[Proposal]:
    stages = [row for row, spec in enumerate(network.blocks, start=1) if spec.repeat > 1]
    if stages:
        yield Proposal(
            FASTER,
            "shallower",
            tuple(SetFields(row, {"repeat": network.blocks[row - 1].repeat - 1}) for row in stages),
            "one block less in every stage",
        )
        yield Proposal(
            BETTER,
            "deeper",
            tuple(SetFields(row, {"repeat": network.blocks[row - 1].repeat + 1}) for row in stages),
            "one block more in every stage",
        )
    for row, spec in enumerate(network.blocks, start=1):
        if 1 < row < len(network.blocks) and len(network.blocks) > 3:
            yield Proposal(
                WHY, f"without-{row}", (Remove(row),), f"is row {row} ({spec.block}) needed?"
            )
