"""Networks that changes broke in one place or another, made whole where one repair is sensible."""

from __future__ import annotations

from dataclasses import dataclass

from netlab.analysis.network import Analysis, analyse
from netlab.errors import BlockError
from netlab.recipe.edits import EditError, SetFields
from netlab.recipe.network import Network
from netlab.recipe.repairs import Place, Requests, in_words, repair, taken_back


@dataclass(frozen=True)
class Repaired:
    """A network that can be built, and what it took, as edits and in words."""

    analysis: Analysis
    edits: tuple[SetFields, ...] = ()
    words: tuple[str, ...] = ()


def repaired(network: Network, requests: Requests) -> Repaired:
    """`network` with every row that cannot be built repaired, where there is one sensible way.

    `requests` say what was set on purpose; without any, nothing is repaired. Raises the
    `BlockError` of the first row that cannot be helped, and of one whose repairs would take back
    all of what was asked for.
    """
    edits: list[SetFields] = []
    words: list[str] = []
    first: dict[Place, BlockError] = {}
    while True:
        try:
            analysis = analyse(network)
        except BlockError as error:
            edit = repair(network, error, requests)
            place = (error.row or 0, error.field or "")
            if edit is None or place in first:
                raise
            first[place] = error
            try:
                network, before = edit.apply(network), network
            except EditError:
                raise error from None
            edits.append(edit)
            words.append(in_words(before, edit))
            continue
        lost = taken_back(requests, first)
        if lost is not None:
            raise first[lost]
        return Repaired(analysis, tuple(edits), tuple(words))
