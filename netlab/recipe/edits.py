"""Changes of a network: the steps of an undo stack, and what a variant is made of.

Every edit is an immutable value with two methods: `apply(network)` gives the changed network, and
`words(network)` says the change in words, before it is made. Rows count from 1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import ValidationError

from netlab.blocks import KINDS, BlockSpec
from netlab.blocks.parsing import parse_block
from netlab.errors import BlockError, NetlabError, did_you_mean
from netlab.recipe.faults import faults
from netlab.recipe.network import Network

Where = str | int
"""Which rows an edit meets: a row number; `basic`, every row of a kind; `basic[2]`, the second of
them; `network`, the settings of the network itself."""

SETTINGS = ("norm", "activation", "init", "norm_eps", "width")
"""What can be set on the network itself."""


class EditError(NetlabError):
    """An edit that cannot be made; `field` is the part of it at fault."""

    def __init__(self, message: str, field: str | None = None) -> None:
        self.field = field
        super().__init__(message)


class Edit(Protocol):
    """One change of a network."""

    def apply(self, network: Network) -> Network:
        """The changed network. Raises `EditError`."""

    def words(self, network: Network) -> str:
        """The change in words."""


@dataclass(frozen=True)
class SetFields:
    """Give fields of the chosen rows other values."""

    where: Where
    fields: Mapping[str, Any] = field(hash=False)

    def apply(self, network: Network) -> Network:
        """Set the fields on every chosen row. Raises `EditError` for a field that a row lacks."""
        if self.where == "network":
            return self._apply_settings(network)
        chosen = select(network, self.where)
        return _replace(
            network, {row: respecify(network.blocks[row], self.fields) for row in chosen}
        )

    def _apply_settings(self, network: Network) -> Network:
        for name in self.fields:
            if name not in SETTINGS:
                raise EditError(
                    f"the network has no setting '{name}' to vary: {did_you_mean(name, SETTINGS)}",
                    name,
                )
        try:
            return Network.model_validate({**network.model_dump(), **self.fields})
        except ValidationError as error:
            place, sentence = faults(error, Network, dict(self.fields))[0]
            raise EditError(sentence, str(place[0])) from None

    def words(self, network: Network) -> str:
        """`basic: groups 1 → 2`."""
        if self.where == "network":
            old = {name: {getattr(network, name, None)} for name in self.fields}
        else:
            specs = [network.blocks[row] for row in select(network, self.where)]
            old = {name: {getattr(s, name, None) for s in specs} for name in self.fields}
        parts = []
        for name, value in self.fields.items():
            before = {str(o) for o in old[name]}
            parts.append(f"{name} {'/'.join(sorted(before))} → {value}")
        return f"{self.where}: {', '.join(parts)}"


@dataclass(frozen=True)
class Swap:
    """Put another kind of block where the chosen rows are; fields that both have are kept."""

    where: Where
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
            new[row] = _parse({"block": self.kind, **kept, **self.fields}, self.fields)
        return _replace(network, new)

    def words(self, network: Network) -> str:  # noqa: ARG002
        """`basic → dense-residual`."""
        extra = ", ".join(f"{name} {value}" for name, value in self.fields.items())
        return f"{self.where} → {self.kind}{f' ({extra})' if extra else ''}"


@dataclass(frozen=True)
class Remove:
    """Take the chosen rows out."""

    where: Where

    def apply(self, network: Network) -> Network:
        """Remove every chosen row. Raises `EditError` if nothing would be left."""
        chosen = set(select(network, self.where))
        left = tuple(spec for row, spec in enumerate(network.blocks) if row not in chosen)
        if not left:
            raise EditError("that would leave a network without blocks")
        return network.with_blocks(left)

    def words(self, network: Network) -> str:
        """`without basic (3 rows)`."""
        rows = select(network, self.where)
        return f"without {self.where}" + (f" ({len(rows)} rows)" if len(rows) > 1 else "")


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

    def words(self, network: Network) -> str:  # noqa: ARG002
        """`row 3 new: conv (channels 16)`."""
        return f"row {self.at} new: {describe(self.block)}"


@dataclass(frozen=True)
class Move:
    """Take one row and put it where it becomes row `to`."""

    where: Where
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

    def words(self, network: Network) -> str:
        """`row 4 moved to 2`."""
        return f"row {select(network, self.where)[0] + 1} moved to {self.to}"


def select(network: Network, where: Where) -> tuple[int, ...]:
    """Indices (from 0) of the rows that `where` means. Raises `EditError` if there is none."""
    count = len(network.blocks)
    number = int(where) if str(where).isdecimal() else None
    if number is not None:
        if not 1 <= number <= count:
            raise EditError(f"there is no row {number}: the network has rows 1 to {count}")
        return (number - 1,)
    match = re.fullmatch(r"(?P<kind>[^\[\]]+)(\[(?P<nth>\d+)\])?", str(where).strip())
    kind = match["kind"].strip() if match else str(where)
    rows = tuple(row for row, spec in enumerate(network.blocks) if spec.block == kind)
    if not rows:
        kinds = {spec.block for spec in network.blocks}
        raise EditError(f"the network has no block '{kind}': {did_you_mean(kind, kinds)}")
    if match and match["nth"]:
        nth = int(match["nth"])
        if not 1 <= nth <= len(rows):
            raise EditError(f"the network has {len(rows)} rows of '{kind}', so no {kind}[{nth}]")
        return (rows[nth - 1],)
    return rows


def respecify(spec: BlockSpec, fields: Mapping[str, Any]) -> BlockSpec:
    """`spec` with other values in `fields`. Raises `EditError` that names the field at fault."""
    return _parse({"block": spec.block, **spec.fields(), **fields}, fields)


def describe(spec: BlockSpec) -> str:
    """`basic ×2 (channels 16, stride 2)`."""
    fields = {name: value for name, value in spec.shown().items() if name != "repeat"}
    times = f" ×{spec.repeat}" if spec.repeat > 1 else ""
    inside = ", ".join(f"{name} {value}" for name, value in fields.items())
    return f"{spec.block}{times}" + (f" ({inside})" if inside else "")


def apply_all(network: Network, edits: tuple[Edit, ...]) -> tuple[Network, tuple[str, ...]]:
    """The network after all `edits`, one after the other, and each in words."""
    words = []
    for edit in edits:
        changed = edit.apply(network)
        words.append(edit.words(network))
        network = changed
    return network, tuple(words)


def _parse(values: dict[str, Any], written: Mapping[str, Any]) -> BlockSpec:
    try:
        return parse_block(values)
    except ValidationError as error:
        found = faults(error, KINDS[values["block"]], values)
        place, sentence = next((f for f in found if f[0] and f[0][0] in written), found[0])
        name = str(place[0]) if place else None
        raise EditError(f"{values['block']}: {sentence}", name) from None
    except BlockError as error:
        raise EditError(str(error), error.field) from None


def _replace(network: Network, new: Mapping[int, BlockSpec]) -> Network:
    blocks = (new.get(row, spec) for row, spec in enumerate(network.blocks))
    return network.with_blocks(tuple(blocks))
