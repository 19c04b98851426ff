"""A variant as it will be trained: repaired where it must be, scaled where it is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from netlab.analysis.cost import Cost
from netlab.analysis.matching import matched
from netlab.analysis.network import Analysis
from netlab.analysis.repairing import repaired
from netlab.recipe.edits import SetFields
from netlab.recipe.network import Network
from netlab.recipe.repairs import Requests
from netlab.recipe.study import Match


@dataclass(frozen=True)
class Settled:
    """A network that can be built, and the edits, also in words, that were needed for it."""

    analysis: Analysis
    edits: tuple[SetFields, ...]
    words: tuple[str, ...]

    @property
    def network(self) -> Network:
        """The network after these edits."""
        return self.analysis.network


def settled(
    network: Network, requests: Requests = (), match: Match | None = None, base: Cost | None = None
) -> Settled:
    """`network` repaired as its `requests` allow, then scaled to the cost `base` by `match`.

    Raises `BlockError` where a row cannot be built, and `NetlabError` where no width matches.
    """
    whole = repaired(network, requests)
    if match is None or base is None:
        return Settled(whole.analysis, whole.edits, whole.words)
    scaled = matched(whole.analysis, base, match)
    return Settled(scaled.analysis, (*whole.edits, *scaled.edits), (*whole.words, *scaled.words))
