"""Scale the width of a network until its cost matches that of another network.

A comparison of two networks is fair only if neither is simply larger. Channels are rounded to a
multiple, which limits the possible sizes. Multiples that all groups of convolutions divide are
tried first, the coarsest first (8, as is usual, without groups).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from netlab.analysis.cost import Cost
from netlab.analysis.network_analysis import AdjustedNetwork, Analysis, analyse
from netlab.blocks import BlockSpec
from netlab.blocks.branches import Branches
from netlab.errors import BlockError, NetlabError
from netlab.recipe.edits import SetFields
from netlab.recipe.network import Network
from netlab.recipe.study import Match

WIDTH_MULTIPLES = (8, 4, 2, 1)
"""The multiples to which channels are rounded, in the order in which they are tried."""
MAX_WIDTH = 16.0
MAX_TRIES = 16
"""The most widths that are tried for one multiple; the search needs about five."""


def match_cost(analysis: Analysis, target_cost: Cost, match: Match) -> AdjustedNetwork:
    """The analysed network, scaled until its cost is within the margin of `target_cost`.

    Raises `NetlabError` with the nearest cost if no tried width reaches the margin.
    """
    target = _Target(target_cost, match)
    if target.is_met_by(analysis):
        return AdjustedNetwork(analysis, (), (f"not scaled: {target.describe(analysis)} as it is",))
    nearest = analysis
    for multiple in _multiples(analysis.network):
        for scaled in _search(analysis, target, multiple):
            if target.is_met_by(scaled):
                description = _describe_scaling(analysis, scaled, target)
                return AdjustedNetwork(scaled, (_width_edit(scaled),), (description,))
            nearest = min(nearest, scaled, key=target.distance)
    raise NetlabError(_unreachable_message(nearest, target))


@dataclass(frozen=True)
class _Target:
    """The cost to reach, within the margin of `match`."""

    cost: Cost
    match: Match

    @property
    def figure(self) -> int:
        return self.figure_of(self.cost)

    @property
    def name(self) -> str:
        return "MACs" if self.match.cost == "macs" else "parameters"

    def figure_of(self, cost: Cost) -> int:
        return cost.macs if self.match.cost == "macs" else cost.params

    def distance(self, analysis: Analysis) -> float:
        """How far off the network is, as a share of the target."""
        return abs(self.figure_of(analysis.cost) / self.figure - 1)

    def is_met_by(self, analysis: Analysis) -> bool:
        return self.distance(analysis) <= self.match.margin

    def describe(self, analysis: Analysis) -> str:
        figure = self.figure_of(analysis.cost)
        share = _signed_percent(figure / self.figure - 1)
        return f"{figure:,} {self.name} ({share} of the baseline's)"


def _search(analysis: Analysis, target: _Target, multiple: int) -> Iterator[Analysis]:
    """The scaled networks that an interpolation search over widths tries, in order.

    Each try costs an analysis. The search halves the range until it knows one width below and one
    above the target; then it interpolates between the two.
    """
    network = analysis.network
    ratio = target.figure / target.figure_of(analysis.cost)
    # Cost grows at least linearly with the width and at most with its square; 1.5 leaves room.
    low, high = sorted((network.width * ratio, network.width * math.sqrt(ratio)))
    widths = _distinct_widths(network, multiple, low / 1.5, min(high * 1.5, MAX_WIDTH))
    below: tuple[float, int] | None = None
    above: tuple[float, int] | None = None
    for _ in range(MAX_TRIES):
        if not widths:
            return
        index = (len(widths) - 1) // 2
        if below is not None and above is not None:
            index = _nearest_index(widths, _interpolate(below, above, target.figure))
        width = widths[index]
        scaled = _analyse_scaled(network, width, multiple)
        if scaled is None:
            del widths[index]  # this width cannot be built, but its neighbours may
            continue
        yield scaled
        figure = target.figure_of(scaled.cost)
        if figure < target.figure:
            below, widths = (width, figure), widths[index + 1 :]
        else:
            above, widths = (width, figure), widths[:index]


def _interpolate(below: tuple[float, int], above: tuple[float, int], target: int) -> float:
    """The width that should reach the target if cost is a power of the width."""
    share = math.log(target / below[1]) / math.log(above[1] / below[1])
    width: float = below[0] * (above[0] / below[0]) ** share
    return width


def _nearest_index(widths: Sequence[float], width: float) -> int:
    return min(range(len(widths)), key=lambda index: abs(widths[index] - width))


def _distinct_widths(network: Network, multiple: int, low: float, high: float) -> list[float]:
    """A width with few digits for each size that the network has between widths `low` and `high`.

    The size changes when the channels of a block round to another multiple: halfway between two
    multiples, or when rounding down would lose more than 10 % of the channels.
    """
    edges = {low, high}
    for channels in _scaled_channels(network):
        for times in range(int(low * channels / multiple), int(high * channels / multiple) + 2):
            edges.update(
                edge / channels
                for edge in ((times + 0.5) * multiple, times * multiple / 0.9)
                if low < edge / channels < high
            )
    widths = (_between(a, b) for a, b in pairwise(sorted(edges)) if b - a > 1e-6)
    return [width for width in widths if width is not None and width != 1]


def _between(low: float, high: float) -> float | None:
    """A number with few digits near the middle of `low` and `high`; None if they are too close."""
    for digits in range(7):
        middle = round((low + high) / 2, digits)
        if low < middle < high:
            return middle
    return None


def _scaled_channels(network: Network) -> set[int]:
    """The channel counts that the network's width scales."""
    return {
        channels
        for block in _leaf_blocks(network.blocks)
        if getattr(block, "scaled", True)
        for name in block.widths
        if isinstance(channels := getattr(block, name, None), int)
    }


def _multiples(network: Network) -> list[int]:
    """The multiples to try, first those that all groups divide; or only the network's own."""
    if network.width_multiple != WIDTH_MULTIPLES[0]:
        return [network.width_multiple]
    groups = [getattr(block, "groups", 1) for block in _leaf_blocks(network.blocks)]
    whole_groups = [math.lcm(multiple, *groups) for multiple in WIDTH_MULTIPLES]
    candidates = dict.fromkeys((*whole_groups, *WIDTH_MULTIPLES))
    return [multiple for multiple in candidates if multiple <= 1024]


def _leaf_blocks(blocks: Iterable[BlockSpec]) -> Iterator[BlockSpec]:
    """All blocks, with each `Branches` replaced by the blocks inside it."""
    for block in blocks:
        if isinstance(block, Branches):
            yield from _leaf_blocks(inner for branch in block.branches for inner in branch.blocks)
        else:
            yield block


def _analyse_scaled(network: Network, width: float, multiple: int) -> Analysis | None:
    scaled = network.model_copy(update={"width": width, "width_multiple": multiple})
    try:
        return analyse(scaled)
    except BlockError:
        return None


def _width_edit(analysis: Analysis) -> SetFields:
    network = analysis.network
    fields: dict[str, float] = {"width": network.width}
    if network.width_multiple != WIDTH_MULTIPLES[0]:
        fields["width_multiple"] = network.width_multiple
    return SetFields("network", fields)


def _describe_scaling(before: Analysis, after: Analysis, target: _Target) -> str:
    width = f"width {before.network.width:g} → {after.network.width:g}"
    multiple = after.network.width_multiple
    rounding = {WIDTH_MULTIPLES[0]: "", 1: ", channels as they come"}
    rounded = rounding.get(multiple, f", channels in multiples of {multiple}")
    return f"scaled: {width}{rounded}, for {target.describe(after)}"


def _unreachable_message(nearest: Analysis, target: _Target) -> str:
    margin = math.ceil(1000 * target.distance(nearest)) / 10
    return (
        f"no width brings its {target.name} within {100 * target.match.margin:g}% of the "
        f"baseline's {target.figure:,}: the nearest are {target.figure_of(nearest.cost):,} at "
        f"width {nearest.network.width:g}; a margin of {margin:g}% would work"
    )


def _signed_percent(share: float) -> str:
    return f"{round(100 * share, 1) + 0.0:+.1f} %".replace("-", "−")
