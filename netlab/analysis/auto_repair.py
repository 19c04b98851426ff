"""Networks that changes broke in one place or another, made whole where one repair is sensible."""

from __future__ import annotations

from dataclasses import dataclass

from netlab.analysis.network_analysis import Analysis, analyse
from netlab.errors import BlockError
from netlab.recipe.edits import EditError, SetFields
from netlab.recipe.network import Network
from netlab.recipe.repairs import (
    RequestedFields,
    RowField,
    describe_repair,
    fully_overridden_request,
    suggest_repair,
)


@dataclass(frozen=True)
class RepairedNetwork:
    """A network that can be built, and what it took, as edits and in words."""

    analysis: Analysis
    edits: tuple[SetFields, ...] = ()
    descriptions: tuple[str, ...] = ()


def auto_repair(network: Network, requests: RequestedFields) -> RepairedNetwork:
    """`network` with every row that cannot be built repaired, where there is one sensible way.

    `requests` say what was set on purpose; without any, nothing is repaired. Raises the
    `BlockError` of the first row that cannot be helped, and of one whose repairs would take back
    all of what was asked for.
    """
    edits: list[SetFields] = []
    words: list[str] = []
    first: dict[RowField, BlockError] = {}
    while True:
        try:
            analysis = analyse(network)
        except BlockError as error:
            edit = suggest_repair(network, error, requests)
            place = (error.row or 0, error.field or "")
            if edit is None or place in first:
                raise
            first[place] = error
            try:
                network, before = edit.apply(network), network
            except EditError:
                raise error from None
            edits.append(edit)
            words.append(describe_repair(before, edit))
            continue
        lost = fully_overridden_request(requests, first)
        if lost is not None:
            raise first[lost]
        return RepairedNetwork(analysis, tuple(edits), tuple(words))
