"""What planning will repair of a variant that its changes broke, as far as costs are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from netlab.errors import BlockError, EditError
from netlab.recipe.edit_trace import requested_fields
from netlab.recipe.edits import Edit
from netlab.recipe.network import Network
from netlab.recipe.repairs import (
    RowField,
    describe_repair,
    fully_overridden_request,
    suggest_repair,
)
from tui.model.costs import Costs, Fault


@dataclass(frozen=True)
class Repaired:
    """The network that will be trained, and what was repaired, in words."""

    network: Network
    words: tuple[str, ...] = ()


def repaired(
    baseline: Network, edits: Sequence[Edit], network: Network, known: Mapping[Network, Costs]
) -> Repaired:
    """`network`, made of `baseline` by `edits`, as planning will repair it.

    It is as it was where nothing is broken or no repair is sensible, and repaired up to the first
    network whose costs are not `known`. Raises `EditError` where the edits do not fit.
    """
    asked = requested_fields(baseline, edits)
    found, words, places = network, [], list[RowField]()
    while fault := _fault(known.get(found)):
        edit = suggest_repair(found, _as_error(fault), asked)
        place = (fault.row or 0, fault.field or "")
        if edit is None or place in places:
            return Repaired(network)
        try:
            found, before = edit.apply(found), found
        except EditError:
            return Repaired(network)
        places.append(place)
        words.append(describe_repair(before, edit))
    return (
        Repaired(network)
        if fully_overridden_request(asked, places)
        else Repaired(found, tuple(words))
    )


def _fault(costs: Costs | None) -> Fault | None:
    fault = costs.fault if costs else None
    return None if fault is None or fault.trainable_only else fault


def _as_error(fault: Fault) -> BlockError:
    return BlockError(
        fault.message,
        row=fault.row,
        kind=fault.kind,
        field=fault.field,
        valid_values=fault.valid_values,
    )
