"""Edits made one after the other, with what they say and which fields they set on purpose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from netlab.blocks import BlockSpec
from netlab.recipe.edits import Edit, Insert, Move, Remove, SetFields, Swap
from netlab.recipe.network import Network
from netlab.recipe.selectors import select


class RequestedField(NamedTuple):
    """That a variant sets a field: on how many rows at once, and what stood there before."""

    rows: int
    before: Any


RequestedFields = tuple[Mapping[str, RequestedField], ...]
"""For every row of a variant: the fields that it sets."""


class EditTrace:
    """A network that edits are made on, and what they have done so far."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.changes: list[str] = []
        self._requested: list[dict[str, RequestedField]] = [{} for _ in network.blocks]

    @property
    def requested(self) -> RequestedFields:
        """The fields of every row that were set on purpose."""
        return tuple(self._requested)

    def apply(self, edit: Edit) -> None:
        """Make `edit`. Raises `EditError`, and is then as before."""
        network = edit.apply(self.network)
        self.changes.append(edit.describe(self.network))
        self._record(edit)
        self.network = network

    def _record(self, edit: Edit) -> None:
        rows, blocks = self._requested, self.network.blocks
        match edit:
            case SetFields(where, fields) if where != "network":
                chosen = edit.rows(self.network)
                for row in chosen:
                    rows[row] |= _requests(fields, len(chosen), blocks[row])
            case Swap(where, _kind, fields):
                chosen = select(self.network, where)
                for row in chosen:
                    rows[row] |= _requests(fields, len(chosen), blocks[row])
            case Remove(where):
                for row in reversed(select(self.network, where)):
                    del rows[row]
            case Insert(at, block):
                rows.insert(at - 1, _requests(block.fields(), 1, block))
            case Move(where, to):
                rows.insert(to - 1, rows.pop(select(self.network, where)[0]))


def requested_fields(network: Network, edits: Iterable[Edit]) -> RequestedFields:
    """What `edits` set on purpose on the rows of `network`. Raises `EditError`."""
    trace = EditTrace(network)
    for edit in edits:
        trace.apply(edit)
    return trace.requested


def requested_from_json(rows: Iterable[Mapping[str, Any]]) -> RequestedFields:
    """Requests as JSON gives them back."""
    return tuple({field: RequestedField(*values) for field, values in row.items()} for row in rows)


def _requests(fields: Mapping[str, Any], rows: int, before: BlockSpec) -> dict[str, RequestedField]:
    return {field: RequestedField(rows, getattr(before, field, None)) for field in fields}
