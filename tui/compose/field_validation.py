"""Validation of field values, and suggestions for invalid ones."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from netlab.blocks import Problem, Shape
from netlab.errors import EditError
from netlab.recipe.edits import INPUT_FIELDS
from netlab.recipe.network import Network
from tui.compose.branch_edits import field_edit
from tui.compose.form_fields import FormField

MAX_VALUES_TRIED = 512
"""Most values to try in each direction."""


def field_value(network: Network, row: int, name: str) -> Any:
    """The value of a field of a row (from 1; 0 is the network)."""
    if row:
        return getattr(network.blocks[row - 1], name)
    return (
        network.input[INPUT_FIELDS.index(name)] if name in INPUT_FIELDS else getattr(network, name)
    )


def validation_error(
    network: Network, row: int, in_shape: Shape | None, name: str, value: Any
) -> str | None:
    """Why `value` is invalid; None if it is valid.

    Problems that the row already has in other fields are ignored. Without `in_shape`, only the
    bounds of the field are checked.
    """
    try:
        changed = field_edit(row, {name: value}).apply(network)
    except EditError as error:
        return str(error)
    if row == 0 or in_shape is None:
        return None
    before = {problem.field for problem in problems(network, row, in_shape)}
    for problem in problems(changed, row, in_shape):
        if problem.field == name or problem.field not in before:
            return problem.message
    return None


def problems(network: Network, row: int, in_shape: Shape) -> Iterator[Problem]:
    """The problems of row `row` (from 1) if its input has shape `in_shape`."""
    return network.resolved(network.blocks[row - 1]).unrolled()[0].check(in_shape)


def nearest_valid(
    network: Network, row: int, in_shape: Shape | None, field: FormField, requested: Any
) -> Any:
    """A valid value near `requested`, the spec's suggestions first; None if none is found."""
    current = field_value(network, row, field.name)
    possible = _clamped(field, requested) if field.kind in ("whole", "number") else requested
    suggested = _suggested_values(network, row, in_shape, field, possible)
    for value in (*suggested, *_around(field, requested)):
        if value not in (current, requested) and not validation_error(
            network, row, in_shape, field.name, value
        ):
            return value
    return None


def next_valid(
    network: Network, row: int, in_shape: Shape | None, field: FormField, direction: int
) -> tuple[Any, str | None]:
    """The next valid value and None; or, if there is none, None and the reason.

    Invalid values are skipped, so `groups` steps from one divisor to the next.
    """
    value = field_value(network, row, field.name)
    start = field_value(network, 0, field.name) if _inherits(field, row) else None
    first: str | None = None
    for candidate in islice(field.steps(value, direction, start), MAX_VALUES_TRIED):
        error = validation_error(network, row, in_shape, field.name, candidate)
        if error is None:
            return candidate, None
        first = first or error
    return None, first or f"{field.name} takes {field.accepts}"


def _suggested_values(
    network: Network, row: int, in_shape: Shape | None, field: FormField, requested: Any
) -> list[Any]:
    """The values that the spec suggests instead of `requested`, the nearest first."""
    try:
        changed = field_edit(row, {field.name: requested}).apply(network)
    except EditError:
        return []
    if row == 0 or in_shape is None:
        return []
    found = [
        value
        for problem in problems(changed, row, in_shape)
        if problem.field == field.name
        for value in problem.valid_values
    ]
    return sorted(found, key=lambda value: _distance(value, requested))


def _distance(value: object, requested: object) -> float:
    both = isinstance(value, int | float) and isinstance(requested, int | float)
    return abs(value - requested) if both else 0.0  # type: ignore[operator]


def _inherits(field: FormField, row: int) -> bool:
    return bool(row) and field.optional and field.name in Network.model_fields


def _around(field: FormField, requested: Any) -> Iterator[Any]:
    if field.kind in ("choice", "switch"):
        yield from field.choices
    elif field.kind == "whole" and isinstance(requested, int):
        middle = _clamped(field, requested)
        for distance in range(MAX_VALUES_TRIED):
            yield middle - distance
            yield middle + distance
    elif field.kind == "number" and isinstance(requested, int | float):
        middle = _clamped(field, requested)
        yield middle
        for direction in (-1, 1):
            yield from islice(field.steps(middle, direction), 16)


def _clamped(field: FormField, requested: Any) -> Any:
    low = requested if field.low is None else field.low
    high = requested if field.high is None else field.high
    value = min(max(requested, low), high)
    return int(value) if field.kind == "whole" else value
