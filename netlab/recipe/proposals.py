"""What could be changed on a network, grouped by the question that the change asks.

A proposal is a named list of edits with its reason; whether it can be built is for the analysis
to say. The table below is keyed by field names, so a new block that uses the field's usual names
gets its proposals by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from netlab.blocks import KINDS, BlockSpec
from netlab.recipe.edits import Edit, EditError, Remove, SetFields, Swap
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


IDEAS: dict[str, tuple[Idea, ...]] = {
    "groups": (
        Idea(2, FEWER, "two independent halves need half the weights"),
        Idea(4, FEWER, "four independent parts need a quarter of the weights"),
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
        Idea(1, FASTER, "pixels no longer mix here: a ninth of the weights of a 3×3"),
        Idea(3, FASTER, "the smallest window that sees every neighbour"),
        Idea(5, BETTER, "a wider view for 25/9 of the cost of a 3×3"),
    ),
    "order": (
        Idea("full-preactivation", BETTER, "the order found best in deep networks", "preact"),
    ),
    "expansion": (
        Idea(3, FASTER, "half as many channels inside"),
        Idea(6, BETTER, "room inside for the depthwise convolution"),
    ),
    "reduction": (Idea(8, BETTER, "a wider bottleneck in the attention"),),
    "growth": (Idea(12, FEWER, "each layer adds fewer channels"),),
    "compression": (Idea(1.0, WHY, "does passing on every channel help?", "no-compression"),),
    "shuffle": (Idea(False, WHY, "without it, groups never hear of each other", "no-shuffle"),),
    "bypass": (
        Idea("simple", BETTER, "a shortcut around every module where widths agree", "bypass"),
        Idea("none", WHY, "are the shortcuts needed?", "no-bypass"),
    ),
}
"""Ideas by the name of the field that they set."""

SETTINGS: dict[str, tuple[Idea, ...]] = {
    "width": (
        Idea(0.5, FEWER, "half the channels everywhere: about a quarter of the weights", "half"),
        Idea(2.0, BETTER, "twice the channels everywhere: about four times the weights", "double"),
    ),
    "norm": (
        Idea("none", WHY, "can it be trained at all without normalisation?", "no-norm"),
        Idea("group", WHY, "does the batch matter to normalisation?", "group-norm"),
    ),
    "activation": (Idea("silu", BETTER, "smooth where ReLU has its corner", "silu"),),
}
"""Ideas for the network's own settings."""

SWAPS: tuple[tuple[str, str, str, str], ...] = (
    ("basic", "dense-residual", BETTER, "every layer sees what the layers before it have made"),
    ("basic", "bottleneck", FEWER, "a 3×3 between two 1×1, on fewer channels"),
    ("basic", "inverted-residual", FEWER, "wide inside, narrow outside, depthwise in between"),
    ("bottleneck", "resnext", BETTER, "many narrow paths instead of one wide one"),
)
"""Kinds that can stand for one another: from, to, question, reason."""


def proposals(network: Network) -> tuple[Proposal, ...]:
    """Everything worth trying on `network`, by question; each changes it, none twice."""
    found = [*_of_fields(network), *_of_settings(), *_of_swaps(network), *_of_depth(network)]
    kept: dict[Network, Proposal] = {}
    for proposal in found:
        changed = network
        try:
            for edit in proposal.edits:
                changed = edit.apply(changed)
        except EditError:
            continue
        if changed != network:
            kept.setdefault(changed, proposal)
    return tuple(sorted(kept.values(), key=lambda p: QUESTIONS.index(p.question)))


def _kinds(network: Network) -> dict[str, type[BlockSpec]]:
    return {spec.block: type(spec) for spec in network.blocks}


def _of_fields(network: Network) -> Iterator[Proposal]:
    for kind, spec in _kinds(network).items():
        for name, ideas in IDEAS.items():
            if name not in spec.model_fields or _moot(network, kind, name):
                continue
            alone = len([k for k in _kinds(network) if not _moot(network, k, name)]) == 1
            for idea in ideas:
                called = idea.name or f"{name}-{idea.value}"
                label = called if alone else f"{kind}-{called}"
                yield Proposal(
                    idea.question, label, (SetFields(kind, {name: idea.value}),), idea.because
                )


def _moot(network: Network, kind: str, name: str) -> bool:
    """Whether setting `name` on blocks of `kind` says nothing here."""
    if name not in KINDS[kind].model_fields:
        return True
    if kind == "conv":
        return True  # the stem decides what everything after it gets to see
    blocks = [spec for spec in network.blocks if spec.block == kind]
    return name == "reduction" and all(getattr(b, "attention", "se") == "none" for b in blocks)


def _of_settings() -> Iterator[Proposal]:
    for name, ideas in SETTINGS.items():
        for idea in ideas:
            edit = SetFields("network", {name: idea.value})
            yield Proposal(idea.question, idea.name, (edit,), idea.because)


def _of_swaps(network: Network) -> Iterator[Proposal]:
    for old, new, question, because in SWAPS:
        if old in _kinds(network) and new in KINDS:
            yield Proposal(question, new, (Swap(old, new),), because)


def _of_depth(network: Network) -> Iterator[Proposal]:
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
