"""What could be changed on a network, grouped by the question that the change asks.

A proposal is a named list of edits with its reason; the analysis says whether it can be built. The
ideas are keyed by the names of fields, so that a new block with the usual names gets proposals.
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


@dataclass(frozen=True)
class Proposal:
    """A variant worth trying: its question, name, edits and reason."""

    question: str
    name: str
    edits: tuple[Edit, ...]
    because: str


@dataclass(frozen=True)
class Idea:
    """Another value for a field, the question that it answers, and why it is worth a run."""

    value: Any
    question: str
    because: str
    name: str = ""
    direction: Literal["more", "less", "other"] = "other"
    """Propose only where `value` is larger ("more") or smaller ("less") than today's values."""


FIELD_IDEAS: dict[str, tuple[Idea, ...]] = {
    "groups": (
        Idea(2, FEWER, "two independent halves need half the weights", direction="more"),
        Idea(4, FEWER, "four independent parts need a quarter of the weights", direction="more"),
    ),
    "convolution": (
        Idea("separable", FEWER, "a depthwise 3×3 and a 1×1 need about a ninth", "separable"),
    ),
    "attention": (
        Idea("se", BETTER, "channels are weighed by a summary of the whole map", "attention"),
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
    "shuffle": (Idea(False, WHY, "without it, groups never exchange anything", "no-shuffle"),),
    "bypass": (
        Idea("simple", BETTER, "a shortcut around every module where widths agree", "bypass"),
        Idea("none", WHY, "are the shortcuts needed?", "no-bypass"),
    ),
}

SETTING_IDEAS: dict[str, tuple[Idea, ...]] = {
    "norm": (
        Idea("none", WHY, "can it be trained at all without normalisation?", "no-norm"),
        Idea("group", WHY, "does the batch matter to normalisation?", "group-norm"),
    ),
    "activation": (Idea("silu", BETTER, "smooth where ReLU has its corner", "silu"),),
}

WIDTH_IDEAS: tuple[Idea, ...] = (
    Idea(0.5, FEWER, "half the channels everywhere: about a quarter of the weights", "half"),
    Idea(2.0, BETTER, "twice the channels everywhere: about four times the weights", "double"),
)
"""Ideas for the network's width, by the factor that it is multiplied by."""

MAX_WIDTH_ROUNDING_ERROR = 0.25
"""A width is not proposed where rounding moves the channels in total by more than this share."""

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


def _field_proposals(network: Network) -> Iterator[Proposal]:
    kinds = list(dict.fromkeys(spec.block for spec in network.blocks))
    kinds_by_field = {
        name: [kind for kind in kinds if _matters(network, kind, name)] for name in FIELD_IDEAS
    }
    for kind in kinds:
        for name, ideas in FIELD_IDEAS.items():
            for idea in ideas if kind in kinds_by_field[name] else ():
                if _reason_applies(network, kind, name, idea):
                    label = idea.name or f"{name}-{idea.value}"
                    label = label if len(kinds_by_field[name]) == 1 else f"{kind}-{label}"
                    edit = SetFields(kind, {name: idea.value})
                    yield Proposal(idea.question, label, (edit,), idea.because)


def _matters(network: Network, kind: str, name: str) -> bool:
    """Whether the ideas for the field `name` make sense on blocks of `kind`."""
    if name not in KINDS[kind].model_fields or kind == "conv":
        return False  # a conv is the stem, which decides what all that follows gets to see
    if name == "expansion":
        return kind not in KINDS_WITH_DIVIDING_EXPANSION
    if name == "reduction":
        blocks = _blocks_of_kind(network, kind)
        return any(getattr(block, "attention", "se") != "none" for block in blocks)
    return True


def _reason_applies(network: Network, kind: str, name: str, idea: Idea) -> bool:
    """Whether the reason that the idea gives is true of the blocks of `kind`."""
    now = [getattr(spec, name) for spec in _blocks_of_kind(network, kind)]
    if idea.value == "padded":
        return any(value in ("projection", "projection-all") for value in now)
    if idea.direction == "more":
        return all(value <= idea.value for value in now)
    return idea.direction != "less" or all(value >= idea.value for value in now)


def _blocks_of_kind(network: Network, kind: str) -> list[BlockSpec]:
    return [spec for spec in network.blocks if spec.block == kind]


def _width_proposals(network: Network) -> Iterator[Proposal]:
    """Half and double, where rounding leaves about half or double the channels.

    Scaled channels are multiples of 8, and at least 8: half of 4 would be twice as many.
    """
    now = _scaled_channels(network)
    for idea in WIDTH_IDEAS:
        edit = SetFields("network", {"width": network.width * idea.value})
        try:
            then = _scaled_channels(edit.apply(network))
        except EditError:
            continue
        no_detour = all(
            after <= before if idea.value < 1 else after >= before
            for before, after in zip(now, then, strict=True)
        )
        target = idea.value * sum(now)
        if no_detour and now and abs(sum(then) - target) <= MAX_WIDTH_ROUNDING_ERROR * target:
            yield Proposal(idea.question, idea.name, (edit,), idea.because)


def _scaled_channels(network: Network) -> list[int]:
    """All channel counts that the network's width scales, as they are built."""
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
        if _blocks_of_kind(network, old) and new in KINDS and _swap_applies(network, old, new):
            yield Proposal(question, new, (Swap(old, new),), because)


def _swap_applies(network: Network, old: str, new: str) -> bool:
    """Whether the swap gives what it promises: an inverted residual is six times as wide inside."""
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
    repeats = {row: spec.repeat for row, spec in enumerate(network.blocks, 1) if spec.repeat > 1}
    for more, question, name, because in (
        (-1, FASTER, "shallower", "one block less in every stage"),
        (1, BETTER, "deeper", "one block more in every stage"),
    ):
        edits = tuple(SetFields(row, {"repeat": now + more}) for row, now in repeats.items())
        if edits:
            yield Proposal(question, name, edits, because)
    for row, spec in enumerate(network.blocks, start=1):
        if 1 < row < len(network.blocks) and len(network.blocks) > 3:
            yield Proposal(
                WHY, f"without-{row}", (Remove(row),), f"is row {row} ({spec.block}) needed?"
            )
