"""What can be done where a change of a network breaks a row or field that it was not about.

A variant sets some fields of some rows. Where a row then cannot be built, one value may be the
sensible one to repair it with: the nearest that works. What was asked for of that one row alone is
never repaired: then the request itself is at fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from netlab.blocks import BlockSpec
from netlab.blocks.value_text import format_scalar
from netlab.errors import BlockError
from netlab.recipe.edits import Edit, Insert, Move, Remove, SetFields, Swap
from netlab.recipe.network import Network
from netlab.recipe.selectors import select


class RequestedField(NamedTuple):
    """That a variant sets a field: on how many rows at once, and what stood there before."""

    rows: int
    before: Any


RequestedFields = tuple[Mapping[str, RequestedField], ...]
"""Of every row of a variant, the fields that it sets."""

RowField = tuple[int, str]
"""A row, from 1, and a field of it."""


def requested_fields(network: Network, edits: Iterable[Edit]) -> RequestedFields:
    """What `edits` ask of the rows that they make of `network`'s. Raises `EditError`."""
    asked: list[dict[str, RequestedField]] = [{} for _ in network.blocks]
    for edit in edits:
        _record(asked, network, edit)
        network = edit.apply(network)
    return tuple(asked)


def requested_from_json(told: Iterable[Mapping[str, Any]]) -> RequestedFields:
    """Requests as JSON gives them back."""
    return tuple({field: RequestedField(*asked) for field, asked in row.items()} for row in told)


def suggest_repair(
    network: Network, error: BlockError, requests: RequestedFields
) -> SetFields | None:
    """The edit that makes the row at fault whole, or None where there is no sensible one."""
    if error.row is None or error.field is None or not requests:
        return None
    spec, asked = network.blocks[error.row - 1], requests[error.row - 1]
    value = suggest_value(error, spec, asked, network.width)
    return None if value is None else SetFields(error.row, {error.field: value})


def describe_repair(network: Network, edit: SetFields) -> str:
    """What a repair does to one row of `network`."""
    row = int(edit.where)
    spec = network.blocks[row - 1]
    ((field, value),) = edit.fields.items()
    change = f"{field} {format_scalar(getattr(spec, field))} → {format_scalar(value)}"
    return f"repaired: row {row} ({spec.block}): {change}"


def fully_overridden_request(
    requests: RequestedFields, repairs: Iterable[RowField]
) -> RowField | None:
    """A repair after which no row is as was asked, of those that were set together; or None."""
    places = list(repairs)
    for row, field in places:
        asked = requests[row - 1].get(field)
        repaired_rows = [r for r, f in places if f == field]
        if asked and not _still_requested(requests, field, asked.rows, repaired_rows):
            return row, field
    return None


def _still_requested(
    requests: RequestedFields, field: str, rows: int, repaired_rows: Sequence[int]
) -> bool:
    return any(
        row not in repaired_rows and field in asked and asked[field].rows == rows
        for row, asked in enumerate(requests, start=1)
    )


def suggest_value(
    error: BlockError, spec: BlockSpec, asked: Mapping[str, RequestedField], width: float
) -> Any:
    """The one sensible value of the field at fault, or None where there is not just one.

    `spec` is the row as written, `width` the network's: values that work are of the row as scaled,
    so that a scaled field cannot be repaired.
    """
    field = error.field
    if field is None or field not in type(spec).model_fields or not error.valid_values:
        return None
    if width != 1 and field in spec.widths:
        return None
    request = asked.get(field)
    if request is not None and request.rows == 1:
        return None
    if (
        request is not None
        and request.before in error.valid_values
        and not _is_number(request.before)
    ):
        return request.before
    value = getattr(spec, field)
    if not _is_number(value) or not all(map(_is_number, error.valid_values)):
        return error.valid_values[0] if len(error.valid_values) == 1 else None
    off = {works: abs(float(str(works)) - value) for works in error.valid_values}
    nearest = [works for works, distance in off.items() if distance == min(off.values())]
    return nearest[0] if len(nearest) == 1 else None


def _record(asked: list[dict[str, RequestedField]], network: Network, edit: Edit) -> None:
    match edit:
        case SetFields(where, fields) if where != "network":
            rows = edit.rows(network)
            for row in rows:
                asked[row] |= _requested(fields, len(rows), network.blocks[row])
        case Swap(where, _kind, fields):
            rows = select(network, where)
            for row in rows:
                kept = {f: a for f, a in asked[row].items() if f not in fields}
                asked[row] = kept | _requested(fields, len(rows), network.blocks[row])
        case Remove(where):
            for row in reversed(select(network, where)):
                del asked[row]
        case Insert(at, block):
            asked.insert(at - 1, _requested(block.fields(), 1, block))
        case Move(where, to):
            asked.insert(to - 1, asked.pop(select(network, where)[0]))


def _requested(
    fields: Mapping[str, Any], rows: int, before: BlockSpec
) -> dict[str, RequestedField]:
    return {field: RequestedField(rows, getattr(before, field, None)) for field in fields}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
