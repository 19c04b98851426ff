"""The obvious repair where a variant breaks a row or field that it was not about.

A variant sets some fields of some rows. Where a row then cannot be built, one value may be the
obvious one to repair it with. What the variant sets on that one row alone is never repaired: then
the request itself is at fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from netlab.blocks import BlockSpec
from netlab.blocks.value_text import format_scalar
from netlab.errors import BlockError
from netlab.recipe.edit_trace import RequestedField, RequestedFields
from netlab.recipe.edits import SetFields
from netlab.recipe.network import Network

RowField = tuple[int, str]
"""A row, from 1, and a field of it."""


def suggest_repair(
    network: Network, error: BlockError, requests: RequestedFields
) -> SetFields | None:
    """The edit that repairs the row at fault, or None where there is no obvious one."""
    if error.row is None or error.field is None or not requests:
        return None
    spec, requested = network.blocks[error.row - 1], requests[error.row - 1]
    if _must_stay(error.field, spec, requested, network.width):
        return None
    value = _suggest_value(error, spec, requested.get(error.field))
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
    """The first repair that leaves no row of its group with the requested value, or None.

    A group is the rows on which one edit set the field.
    """
    repaired = list(repairs)
    for row, field in repaired:
        request = requests[row - 1].get(field)
        if request and not any(
            (other, field) not in repaired
            and field in fields
            and fields[field].rows == request.rows
            for other, fields in enumerate(requests, start=1)
        ):
            return row, field
    return None


def _must_stay(
    field: str, spec: BlockSpec, requested: Mapping[str, RequestedField], width: float
) -> bool:
    """Whether no other value may be put there.

    Values that would work are of the row as it is scaled by the network's `width`, `spec` is the
    row as it is written: a scaled field cannot be repaired.
    """
    is_scaled = width != 1 and field in spec.widths
    is_for_this_row = field in requested and requested[field].rows == 1
    return field not in type(spec).model_fields or is_scaled or is_for_this_row


def _suggest_value(error: BlockError, spec: BlockSpec, request: RequestedField | None) -> Any:
    """The word that stood there before, else the nearest number; None if two are as near."""
    valid = error.valid_values
    if request and request.before in valid and not _is_number(request.before):
        return request.before
    value = getattr(spec, str(error.field))
    if not _is_number(value) or not all(map(_is_number, valid)):
        return valid[0] if len(valid) == 1 else None
    distances = [abs(float(str(number)) - value) for number in valid]
    nearest = [
        number
        for number, distance in zip(valid, distances, strict=True)
        if distance == min(distances)
    ]
    return nearest[0] if len(nearest) == 1 else None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
