"""Networks that changes broke in one place or another, made whole where one repair is sensible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from netlab.analysis.network import Analysis, analyse
from netlab.blocks.base import word
from netlab.errors import BlockError
from netlab.recipe.edits import EditError, SetFields
from netlab.recipe.network import Network
from netlab.recipe.repairs import Requests, remedy


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
    first: dict[tuple[int, str], BlockError] = {}
    while True:
        try:
            analysis = analyse(network)
        except BlockError as error:
            edit = _repair(network, error, requests)
            place = (error.row or 0, error.field or "")
            if edit is None or place in first:
                raise
            first[place] = error
            try:
                network, before = edit.apply(network), network
            except EditError:
                raise error from None
            edits.append(edit)
            words.append(_words(before, place[0], edit))
            continue
        _check_asked(requests, first)
        return Repaired(analysis, tuple(edits), tuple(words))


def _repair(network: Network, error: BlockError, requests: Requests) -> SetFields | None:
    if error.row is None or error.field is None or not requests:
        return None
    spec, asked = network.blocks[error.row - 1], requests[error.row - 1]
    value = remedy(error, spec, asked, network.width)
    return None if value is None else SetFields(error.row, {error.field: value})


def _words(network: Network, row: int, edit: SetFields) -> str:
    spec = network.blocks[row - 1]
    ((field, value),) = edit.fields.items()
    change = f"{field} {word(getattr(spec, field))} → {word(value)}"
    return f"repaired: row {row} ({spec.block}): {change}"


def _check_asked(requests: Requests, repairs: dict[tuple[int, str], BlockError]) -> None:
    """Of the rows that were set together, one at least is as was asked."""
    for (row, field), error in repairs.items():
        asked = requests[row - 1].get(field)
        if asked and not _left(requests, field, asked.rows, [r for r, f in repairs if f == field]):
            raise error


def _left(requests: Requests, field: str, rows: int, repaired_rows: Sequence[int]) -> bool:
    return any(
        row not in repaired_rows and field in asked and asked[field].rows == rows
        for row, asked in enumerate(requests, start=1)
    )
