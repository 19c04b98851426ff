"""Whether a value can stand where a person wants it, why not, and which one could."""

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
"""How many values are tried on either side of an impossible one."""


def field_value(network: Network, row: int, name: str) -> Any:
    """What a field of a row (from 1; 0 is the network) holds."""
    if row:
        return getattr(network.blocks[row - 1], name)
    return (
        network.input[INPUT_FIELDS.index(name)] if name in INPUT_FIELDS else getattr(network, name)
    )


def validation_error(
    network: Network, row: int, arrives: Shape | None, name: str, value: Any
) -> str | None:
    """Why `value` cannot stand there, in words; None where it can.

    What was wrong with other fields before is not held against it. Without `arrives`, only
    the bounds of the field are looked at.
    """
    try:
        changed = field_edit(row, {name: value}).apply(network)
    except EditError as error:
        return str(error)
    if row == 0 or arrives is None:
        return None
    before = {problem.field for problem in problems(network, row, arrives)}
    for problem in problems(changed, row, arrives):
        if problem.field == name or problem.field not in before:
            return problem.message
    return None


def problems(network: Network, row: int, arrives: Shape) -> Iterator[Problem]:
    """What the spec of a row says against `arrives`."""
    return network.resolved(network.blocks[row - 1]).unrolled()[0].check(arrives)


def nearest_valid(
    network: Network,
    row: int,
    arrives: Shape | None,
    field: FormField,
    wanted: Any,
) -> Any:
    """The value nearest to `wanted` that can stand there; None where there is none near."""
    current = field_value(network, row, field.name)
    possible = _clamped(field, wanted) if field.kind in ("whole", "number") else wanted
    works = _suggested_values(network, row, arrives, field, possible)
    for value in (*works, *_around(field, wanted)):
        if value not in (current, wanted) and not validation_error(
            network, row, arrives, field.name, value
        ):
            return value
    return None


def next_valid(
    network: Network, row: int, arrives: Shape | None, field: FormField, direction: int
) -> tuple[Any, str | None]:
    """The next value of the field that can stand there, and None; or None, and why there is none.

    Values that cannot stand there are stepped over: groups go from 1 to the next divisor.
    """
    value = field_value(network, row, field.name)
    start = field_value(network, 0, field.name) if _inherits(field, row) else None
    first: str | None = None
    for candidate in islice(field.steps(value, direction, start), MAX_VALUES_TRIED):
        why = validation_error(network, row, arrives, field.name, candidate)
        if why is None:
            return candidate, None
        first = first or why
    return None, first or f"{field.name} takes {field.accepts}"


def _suggested_values(
    network: Network, row: int, arrives: Shape | None, field: FormField, wanted: Any
) -> list[Any]:
    """Values that the spec itself names where `wanted` is impossible, the nearest first."""
    try:
        changed = field_edit(row, {field.name: wanted}).apply(network)
    except EditError:
        return []
    if row == 0 or arrives is None:
        return []
    found = [
        value
        for problem in problems(changed, row, arrives)
        if problem.field == field.name
        for value in problem.valid_values
    ]
    return sorted(found, key=lambda value: _distance(value, wanted))


def _distance(value: object, wanted: object) -> float:
    both = isinstance(value, int | float) and isinstance(wanted, int | float)
    return abs(value - wanted) if both else 0.0  # type: ignore[operator]


def _inherits(field: FormField, row: int) -> bool:
    return bool(row) and field.optional and field.name in Network.model_fields


def _around(field: FormField, wanted: Any) -> Iterator[Any]:
    if field.kind in ("choice", "switch"):
        yield from field.choices
    elif field.kind == "whole" and isinstance(wanted, int):
        middle = _clamped(field, wanted)
        for distance in range(MAX_VALUES_TRIED):
            yield middle - distance
            yield middle + distance
    elif field.kind == "number" and isinstance(wanted, int | float):
        middle = _clamped(field, wanted)
        yield middle
        for direction in (-1, 1):
            yield from islice(field.steps(middle, direction), 16)


def _clamped(field: FormField, wanted: Any) -> Any:
    low = wanted if field.low is None else field.low
    high = wanted if field.high is None else field.high
    value = min(max(wanted, low), high)
    return int(value) if field.kind == "whole" else value
