"""A variant as it will be trained: repaired where it must be, scaled where it is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from netlab.analysis.auto_repair import auto_repair
from netlab.analysis.cost import Cost
from netlab.analysis.match_cost import match_cost
from netlab.analysis.network_analysis import Analysis
from netlab.recipe.edits import SetFields
from netlab.recipe.network import Network
from netlab.recipe.repairs import RequestedFields
from netlab.recipe.study import Match


@dataclass(frozen=True)
class PreparedVariant:
    """A network that can be built, and the edits, also in words, that were needed for it."""

    analysis: Analysis
    edits: tuple[SetFields, ...]
    descriptions: tuple[str, ...]

    @property
    def network(self) -> Network:
        """The network after these edits."""
        return self.analysis.network


def prepare_variant(
    network: Network,
    requests: RequestedFields = (),
    match: Match | None = None,
    target_cost: Cost | None = None,
) -> PreparedVariant:
    """`network` repaired as its `requests` allow, then scaled to the cost `base` by `match`.

    Raises `BlockError` where a row cannot be built, and `NetlabError` where no width matches.
    """
    whole = auto_repair(network, requests)
    if match is None or target_cost is None:
        return PreparedVariant(whole.analysis, whole.edits, whole.descriptions)
    scaled = match_cost(whole.analysis, target_cost, match)
    return PreparedVariant(
        scaled.analysis, (*whole.edits, *scaled.edits), (*whole.descriptions, *scaled.descriptions)
    )
