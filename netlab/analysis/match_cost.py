"""Networks made as costly as another by scaling their width: as fair a comparison as there is.

Widths are rounded to a multiple, so that a network has only so many sizes. A multiple of 8 is
tried first, as everywhere; then finer ones, down to what groups of channels leave whole.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from netlab.analysis.cost import Cost
from netlab.analysis.network_analysis import Analysis, analyse
from netlab.blocks import BlockSpec
from netlab.blocks.branches import Branches
from netlab.errors import BlockError, NetlabError
from netlab.recipe.edits import SetFields
from netlab.recipe.network import Network
from netlab.recipe.study import Match

WIDTH_MULTIPLES = (8, 4, 2, 1)
"""What widths are rounded to multiples of, the usual first."""
MAX_WIDTH = 16.0
MAX_TRIES = 16
"""Sizes of one multiple that are worked out; the search needs five or so."""


@dataclass(frozen=True)
class MatchedNetwork:
    """A network that costs what it should, the edit that made it so, and both in words."""

    analysis: Analysis
    edits: tuple[SetFields, ...]
    descriptions: tuple[str, ...]


def match_cost(analysis: Analysis, target_cost: Cost, match: Match) -> MatchedNetwork:
    """The analysed network with its width scaled until it costs what `base` is, within the margin.

    Raises `NetlabError` with the nearest cost where no width gets there.
    """
    target = _matched_cost(target_cost, match)
    if _relative_error(analysis, target, match) <= match.margin:
        return MatchedNetwork(analysis, (), (_describe_unscaled(analysis, target, match),))
    nearest = analysis
    for multiple in _multiples(analysis.network):
        for tried in _search(analysis, target, match, multiple):
            if _relative_error(tried, target, match) < _relative_error(nearest, target, match):
                nearest = tried
            if _relative_error(tried, target, match) <= match.margin:
                return MatchedNetwork(
                    tried,
                    (_width_edit(tried),),
                    (_describe_scaling(analysis, tried, target, match),),
                )
    raise NetlabError(_unreachable_message(nearest, target, match))


def _search(analysis: Analysis, target: int, match: Match, multiple: int) -> Iterator[Analysis]:
    """Sizes of the network that come ever nearer to the target."""
    network = analysis.network
    ratio = target / _matched_cost(analysis.cost, match)
    # Between linear and square in the width, with room on either side.
    low, high = sorted((network.width * ratio, network.width * math.sqrt(ratio)))
    sizes = _sizes(network, multiple, low / 1.5, min(high * 1.5, MAX_WIDTH))
    first, last = 0, len(sizes) - 1
    known: list[tuple[float, float]] = []
    for _ in range(MAX_TRIES):
        if first > last:
            return
        place = _guess(sizes, known, target, first, last)
        size = _analyse_scaled(network, sizes[place], multiple)
        if size is None:
            # This size cannot be built: one beside it may, so it is simply no longer there.
            del sizes[place]
            last -= 1
            continue
        yield size
        cost = _matched_cost(size.cost, match)
        known.append((sizes[place], cost))
        first, last = (place + 1, last) if cost < target else (first, place - 1)


def _guess(
    sizes: Sequence[float], known: Sequence[tuple[float, float]], target: int, first: int, last: int
) -> int:
    """The place between `first` and `last` where the target should be, by what is known."""
    below = max((k for k in known if k[1] < target), default=None)
    above = min((k for k in known if k[1] >= target), default=None)
    if below is None or above is None:
        return (first + last) // 2
    share = math.log(target / below[1]) / math.log(above[1] / below[1])
    width = below[0] * (above[0] / below[0]) ** share
    return min(range(first, last + 1), key=lambda place: abs(sizes[place] - width))


def _sizes(network: Network, multiple: int, low: float, high: float) -> list[float]:
    """One width, of few digits, for each size that the network can have between two widths."""
    edges = {low, high}
    for channels in {c for spec in network.blocks for c in _channels(spec)}:
        for times in range(int(low * channels / multiple), int(high * channels / multiple) + 2):
            edges.update(
                edge / channels
                for edge in ((times + 0.5) * multiple, times * multiple / 0.9)
                if low < edge / channels < high
            )
    ordered = sorted(edges)
    widths = (_between(a, b) for a, b in pairwise(ordered) if b - a > 1e-6)
    return [width for width in widths if width is not None and width != 1]


def _between(low: float, high: float) -> float | None:
    """A number of few digits well between two others."""
    for digits in range(7):
        middle = round((low + high) / 2, digits)
        if low < middle < high:
            return middle
    return None


def _channels(spec: BlockSpec) -> Iterator[int]:
    if isinstance(spec, Branches):
        for branch in spec.branches:
            for inner in branch.blocks:
                yield from _channels(inner)
    elif getattr(spec, "scaled", True):
        for name in spec.widths:
            value = getattr(spec, name, None)
            if isinstance(value, int):
                yield value


def _multiples(network: Network) -> list[int]:
    """Those that every group divides first; a multiple that was asked for is the only one."""
    if network.width_multiple != WIDTH_MULTIPLES[0]:
        return [network.width_multiple]
    together = math.lcm(*(groups for spec in network.blocks for groups in _groups(spec)))
    fitting = [math.lcm(multiple, together) for multiple in WIDTH_MULTIPLES]
    return [
        multiple for multiple in dict.fromkeys((*fitting, *WIDTH_MULTIPLES)) if multiple <= 1024
    ]


def _groups(spec: BlockSpec) -> Iterator[int]:
    if isinstance(spec, Branches):
        for branch in spec.branches:
            for inner in branch.blocks:
                yield from _groups(inner)
    else:
        yield getattr(spec, "groups", 1)


def _analyse_scaled(network: Network, width: float, multiple: int) -> Analysis | None:
    scaled = network.model_copy(update={"width": width, "width_multiple": multiple})
    try:
        return analyse(scaled)
    except BlockError:
        return None


def _matched_cost(cost: Cost, match: Match) -> int:
    return cost.macs if match.cost == "macs" else cost.params


def _relative_error(analysis: Analysis, target: int, match: Match) -> float:
    return abs(_matched_cost(analysis.cost, match) / target - 1)


def _width_edit(analysis: Analysis) -> SetFields:
    network = analysis.network
    fields: dict[str, float] = {"width": network.width}
    if network.width_multiple != WIDTH_MULTIPLES[0]:
        fields["width_multiple"] = network.width_multiple
    return SetFields("network", fields)


def _describe_scaling(before: Analysis, after: Analysis, target: int, match: Match) -> str:
    width = f"width {before.network.width:g} → {after.network.width:g}"
    multiple = after.network.width_multiple
    rounding = {WIDTH_MULTIPLES[0]: "", 1: ", channels as they come"}
    rounded = rounding.get(multiple, f", channels in multiples of {multiple}")
    return f"scaled: {width}{rounded}, for {_describe_cost(after, target, match)}"


def _describe_unscaled(analysis: Analysis, target: int, match: Match) -> str:
    return f"not scaled: {_describe_cost(analysis, target, match)} as it is"


def _describe_cost(analysis: Analysis, target: int, match: Match) -> str:
    cost = _matched_cost(analysis.cost, match)
    return f"{cost:,} {_COST_NAMES[match.cost]} ({_signed_percent(cost / target - 1)} of the baseline's)"


def _unreachable_message(nearest: Analysis, target: int, match: Match) -> str:
    cost, name = _matched_cost(nearest.cost, match), _COST_NAMES[match.cost]
    off = math.ceil(1000 * abs(cost / target - 1)) / 10
    return (
        f"no width brings its {name} within {100 * match.margin:g}% of the baseline's {target:,}: "
        f"the nearest are {cost:,} at width {nearest.network.width:g}; a margin of {off:g}% would "
        "work"
    )


_COST_NAMES = {"macs": "MACs", "params": "parameters"}


def _signed_percent(share: float) -> str:
    return f"{round(100 * share, 1) + 0.0:+.1f} %".replace("-", "−")
