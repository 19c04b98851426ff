"""Prepare a variant for training: repair what a change broke, scale it to a cost if requested.

This is the only way in which planning, the Python API and the app (through the analyser) prepare
variants, so that all of them show the network that is trained.
"""

from __future__ import annotations

from netlab.analysis.cost import Cost
from netlab.analysis.match_cost import match_cost
from netlab.analysis.network_analysis import AdjustedNetwork, analyse
from netlab.errors import BlockError, EditError
from netlab.recipe.edit_trace import RequestedFields
from netlab.recipe.edits import SetFields
from netlab.recipe.network import Network
from netlab.recipe.repairs import (
    RowField,
    describe_repair,
    fully_overridden_request,
    suggest_repair,
)
from netlab.recipe.study import Match


def prepare_variant(
    network: Network,
    requests: RequestedFields = (),
    match: Match | None = None,
    target_cost: Cost | None = None,
) -> AdjustedNetwork:
    """`network` after `auto_repair` with `requests`, then scaled to `target_cost` by `match`.

    Raises `BlockError` as `auto_repair` does, and `NetlabError` if no width matches.
    """
    repaired = auto_repair(network, requests)
    if match is None or target_cost is None:
        return repaired
    scaled = match_cost(repaired.analysis, target_cost, match)
    return AdjustedNetwork(
        scaled.analysis,
        (*repaired.edits, *scaled.edits),
        (*repaired.descriptions, *scaled.descriptions),
    )


def auto_repair(network: Network, requests: RequestedFields) -> AdjustedNetwork:
    """Repair every row of `network` that cannot be built but has one obvious repair.

    `requests` are the fields that a variant sets on purpose; without any, nothing is repaired.
    Raises the `BlockError` of the first row without an obvious repair, or of the first repair that
    would override a request on all of its rows.
    """
    edits: list[SetFields] = []
    descriptions: list[str] = []
    repaired: dict[RowField, BlockError] = {}
    while True:
        try:
            analysis = analyse(network)
        except BlockError as error:
            edit = suggest_repair(network, error, requests)
            target = (error.row or 0, error.field or "")
            if edit is None or target in repaired:
                raise
            repaired[target] = error
            try:
                network, before = edit.apply(network), network
            except EditError:
                raise error from None
            edits.append(edit)
            descriptions.append(describe_repair(before, edit))
            continue
        overridden = fully_overridden_request(requests, repaired)
        if overridden is not None:
            raise repaired[overridden]
        return AdjustedNetwork(analysis, tuple(edits), tuple(descriptions))
