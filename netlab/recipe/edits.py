"""Changes of a network: the steps of an undo stack, and what a variant is made of.

Every edit is an immutable value with two methods: `apply(network)` gives the changed network, and
`words(network)` says the change in words, before it is made. Rows count from 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import BaseModel, ValidationError

from netlab.blocks import KINDS, BlockSpec
from netlab.blocks.parsing import parse_block
from netlab.blocks.value_text import format_scalar
from netlab.errors import BlockError, did_you_mean
from netlab.recipe.network import Network
from netlab.recipe.selectors import (
    EditError,
    Selector,
    describe_selector,
    format_rows,
    is_stage,
    select,
)
from netlab.recipe.yaml.validation_messages import validation_messages

__all__ = [
    "NETWORK_SETTINGS",
    "Edit",
    "EditError",
    "Insert",
    "Move",
    "Remove",
    "Selector",
    "SetFields",
    "Swap",
    "apply_all",
    "describe_block",
    "select",
    "with_fields",
]

NETWORK_SETTINGS = ("norm", "activation", "init", "norm_eps", "width", "width_multiple")
"""What can be set on the network itself."""


class Edit(Protocol):
    """One change of a network."""

    def apply(self, network: Network) -> Network:
        """The changed network. Raises `EditError`."""

    def describe(self, network: Network) -> str:
        """The change in words."""


@dataclass(frozen=True)
class SetFields:
    """Give fields of the chosen rows other values."""

    where: Selector
    fields: Mapping[str, Any] = field(hash=False)

    def apply(self, network: Network) -> Network:
        """Set the fields on every chosen row. Raises `EditError` for a field that a row lacks."""
        if self.where == "network":
            return self._apply_settings(network)
        return _replace_rows(
            network,
            {row: with_fields(network.blocks[row], self.fields) for row in self.rows(network)},
        )

    def rows(self, network: Network) -> tuple[int, ...]:
        """Indices (from 0) of the rows that are set: of a stage those that have the fields.

        Raises `EditError` if there is none.
        """
        chosen = select(network, self.where)
        if not is_stage(self.where):
            return chosen
        having = [row for row in chosen if self.fields.keys() <= _field_names(network.blocks[row])]
        if not having:
            kinds = ", ".join(dict.fromkeys(network.blocks[row].block for row in chosen))
            raise EditError(f"no block there ({kinds}) has {' and '.join(self.fields)}")
        return tuple(having)

    def _apply_settings(self, network: Network) -> Network:
        for name in self.fields:
            if name not in NETWORK_SETTINGS:
                raise EditError(
                    f"the network has no setting '{name}' to vary: {did_you_mean(name, NETWORK_SETTINGS)}",
                    name,
                )
        try:
            return Network.model_validate({**dict(network), **self.fields})
        except ValidationError as error:
            place, sentence = validation_messages(error, Network, dict(self.fields))[0]
            raise EditError(sentence, str(place[0])) from None

    def describe(self, network: Network) -> str:
        """`basic: groups 1 → 2`."""
        had: list[BaseModel] = [network]
        place = "network"
        if self.where != "network":
            rows = self.rows(network)
            place, had = (
                describe_selector(network, self.where, rows),
                [network.blocks[row] for row in rows],
            )
        parts = []
        for name, value in self.fields.items():
            before = sorted({format_scalar(getattr(one, name, None)) for one in had})
            parts.append(f"{name} {'/'.join(before)} → {format_scalar(value)}")
        return f"{place}: {', '.join(parts)}"


@dataclass(frozen=True)
class Swap:
    """Put another kind of block where the chosen rows are; fields that both have are kept."""

    where: Selector
    kind: str
    fields: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def apply(self, network: Network) -> Network:
        """Swap every chosen row. Raises `EditError` for an unknown kind or a field it lacks."""
        if self.kind not in KINDS:
            raise EditError(
                f"no block is called '{self.kind}': {did_you_mean(self.kind, KINDS)}", "block"
            )
        names = KINDS[self.kind].model_fields
        new = {}
        for row in select(network, self.where):
            kept = {k: v for k, v in network.blocks[row].fields().items() if k in names}
            new[row] = _parse_block({"block": self.kind, **kept, **self.fields}, self.fields)
        return _replace_rows(network, new)

    def describe(self, network: Network) -> str:
        """`basic → dense-residual`."""
        extra = ", ".join(f"{name} {format_scalar(value)}" for name, value in self.fields.items())
        return f"{describe_selector(network, self.where)} → {self.kind}{f' ({extra})' if extra else ''}"


@dataclass(frozen=True)
class Remove:
    """Take the chosen rows out."""

    where: Selector

    def apply(self, network: Network) -> Network:
        """Remove every chosen row. Raises `EditError` if nothing would be left."""
        chosen = set(select(network, self.where))
        left = tuple(spec for row, spec in enumerate(network.blocks) if row not in chosen)
        if not left:
            raise EditError("that would leave a network without blocks")
        return network.with_blocks(left)

    def describe(self, network: Network) -> str:
        """`without basic (rows 2, 3 and 4)`."""
        rows = select(network, self.where)
        place = describe_selector(network, self.where)
        told = "" if place != self.where or len(rows) == 1 else f" ({format_rows(rows)})"
        return f"without {place}{told}"


@dataclass(frozen=True)
class Insert:
    """Put a new row in, so that it becomes row `at`."""

    at: int
    block: BlockSpec

    def apply(self, network: Network) -> Network:
        """Insert the row. Raises `EditError` for a place outside the network."""
        if not 1 <= self.at <= len(network.blocks) + 1:
            raise EditError(f"row {self.at} is not one of 1 to {len(network.blocks) + 1}", "at")
        before, after = network.blocks[: self.at - 1], network.blocks[self.at - 1 :]
        return network.with_blocks((*before, self.block, *after))

    def describe(self, network: Network) -> str:  # noqa: ARG002
        """`row 3 new: conv (channels 16)`."""
        return f"row {self.at} new: {describe_block(self.block)}"


@dataclass(frozen=True)
class Move:
    """Take one row and put it where it becomes row `to`."""

    where: Selector
    to: int

    def apply(self, network: Network) -> Network:
        """Move the row. Raises `EditError` if `where` is not one row or `to` is no row."""
        chosen = select(network, self.where)
        if len(chosen) != 1:
            raise EditError(f"'{self.where}' means {len(chosen)} rows: only one can move at a time")
        if not 1 <= self.to <= len(network.blocks):
            raise EditError(f"row {self.to} is not one of 1 to {len(network.blocks)}", "to")
        rows = list(network.blocks)
        rows.insert(self.to - 1, rows.pop(chosen[0]))
        return network.with_blocks(tuple(rows))

    def describe(self, network: Network) -> str:
        """`row 4 moved to 2`."""
        return f"row {select(network, self.where)[0] + 1} moved to {self.to}"


def with_fields(spec: BlockSpec, fields: Mapping[str, Any]) -> BlockSpec:
    """`spec` with other values in `fields`. Raises `EditError` that names the field at fault."""
    return _parse_block({"block": spec.block, **spec.fields(), **fields}, fields)


def describe_block(spec: BlockSpec) -> str:
    """`basic ×2 (channels 16, stride 2)`; `basic 'late' (channels 64)` where it has a name."""
    fields = {name: value for name, value in spec.field_texts().items() if name != "repeat"}
    times = f" ×{spec.repeat}" if spec.repeat > 1 else ""
    inside = ", ".join(f"{name} {value}" for name, value in fields.items())
    name = f" '{spec.name}'" if spec.name else ""
    return f"{spec.block}{name}{times}" + (f" ({inside})" if inside else "")


def apply_all(network: Network, edits: tuple[Edit, ...]) -> tuple[Network, tuple[str, ...]]:
    """The network after all `edits`, one after the other, and each in words."""
    words = []
    for edit in edits:
        changed = edit.apply(network)
        words.append(edit.describe(network))
        network = changed
    return network, tuple(words)


def _parse_block(values: dict[str, Any], written: Mapping[str, Any]) -> BlockSpec:
    try:
        return parse_block(values)
    except ValidationError as error:
        found = validation_messages(error, KINDS[values["block"]], values)
        place, sentence = next((f for f in found if f[0] and f[0][0] in written), found[0])
        name = str(place[0]) if place else None
        raise EditError(f"{values['block']}: {sentence}", name) from None
    except BlockError as error:
        raise EditError(str(error), error.field) from None


def _field_names(spec: BlockSpec) -> set[str]:
    return set(type(spec).model_fields)


def _replace_rows(network: Network, new: Mapping[int, BlockSpec]) -> Network:
    blocks = (new.get(row, spec) for row, spec in enumerate(network.blocks))
    return network.with_blocks(tuple(blocks))
