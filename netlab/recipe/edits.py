"""Changes of a network: the steps of an undo stack, and what a variant is made of.

Every edit is an immutable value: `apply(network)` gives the changed network or raises `EditError`
with the field at fault; `describe(network)` says what the edit would change on it. Rows count from
1. Pydantic reads and writes `Edit` as JSON: `edit` is the name of the class, the other keys are its
fields.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, PlainSerializer, ValidationError

from netlab.blocks import KINDS, BlockSpec
from netlab.blocks.parsing import parse_block
from netlab.blocks.value_text import format_scalar
from netlab.errors import EditError, did_you_mean
from netlab.recipe.block_fields import describe_block, with_fields
from netlab.recipe.branch_paths import BranchPath, branch_at, with_branch_blocks
from netlab.recipe.network import Network, StoredNetwork
from netlab.recipe.selectors import Selector, describe_selector, format_rows, is_stage, select
from netlab.recipe.yaml.validation_messages import validation_messages

NETWORK_SETTINGS = ("norm", "activation", "init", "norm_eps", "width", "width_multiple")

INPUT_FIELDS = ("input channels", "input height", "input width")
"""What `SetInput` calls the three numbers of the network's input."""

StoredBlock = Annotated[
    BlockSpec,
    BeforeValidator(parse_block),
    PlainSerializer(lambda spec: {"block": spec.block, **spec.fields()}),
]
"""A block, in JSON without the defaults."""


@dataclass(frozen=True)
class SetFields:
    """Give fields of the chosen rows other values."""

    where: Selector
    fields: Mapping[str, Any] = field(hash=False)
    edit: Literal["SetFields"] = field(default="SetFields", kw_only=True, repr=False)

    def apply(self, network: Network) -> Network:
        if self.where == "network":
            return self._apply_settings(network)
        return _change_rows(network, self.rows(network), self.fields)

    def rows(self, network: Network) -> tuple[int, ...]:
        """Indices (from 0) of the rows that are set: of a stage those that have the fields.

        Raises `EditError` if there is none.
        """
        chosen = select(network, self.where)
        if not is_stage(self.where):
            return chosen
        specs = {row: network.blocks[row] for row in chosen}
        having = [r for r in chosen if self.fields.keys() <= type(specs[r]).model_fields.keys()]
        if not having:
            kinds = ", ".join(dict.fromkeys(spec.block for spec in specs.values()))
            raise EditError(f"no block there ({kinds}) has {' and '.join(self.fields)}")
        return tuple(having)

    def _apply_settings(self, network: Network) -> Network:
        for name in self.fields:
            if name not in NETWORK_SETTINGS:
                remedy = did_you_mean(name, NETWORK_SETTINGS)
                raise EditError(f"the network has no setting '{name}' to vary: {remedy}", name)
        return _with_values(network, self.fields)

    def describe(self, network: Network) -> str:
        """`basic: groups 1 → 2`."""
        changed: list[BaseModel] = [network]
        subject = "network"
        if self.where != "network":
            rows = self.rows(network)
            subject = describe_selector(network, self.where, rows)
            changed = [network.blocks[row] for row in rows]
        parts = []
        for name, value in self.fields.items():
            before = sorted({format_scalar(getattr(one, name, None)) for one in changed})
            parts.append(f"{name} {'/'.join(before)} → {format_scalar(value)}")
        return f"{subject}: {', '.join(parts)}"


@dataclass(frozen=True)
class Swap:
    """Put another kind of block where the chosen rows are; fields that both have are kept."""

    where: Selector
    kind: str
    fields: Mapping[str, Any] = field(default_factory=dict, hash=False)
    edit: Literal["Swap"] = field(default="Swap", kw_only=True, repr=False)

    def apply(self, network: Network) -> Network:
        if self.kind not in KINDS:
            raise EditError(
                f"no block is called '{self.kind}': {did_you_mean(self.kind, KINDS)}", "block"
            )
        return _change_rows(network, select(network, self.where), self.fields, self.kind)

    def describe(self, network: Network) -> str:
        """`basic → dense-residual`."""
        fields = ", ".join(f"{name} {format_scalar(value)}" for name, value in self.fields.items())
        subject = describe_selector(network, self.where)
        return f"{subject} → {self.kind}{f' ({fields})' if fields else ''}"


@dataclass(frozen=True)
class Remove:
    """Take the chosen rows out."""

    where: Selector
    edit: Literal["Remove"] = field(default="Remove", kw_only=True, repr=False)

    def apply(self, network: Network) -> Network:
        chosen = set(select(network, self.where))
        left = tuple(spec for row, spec in enumerate(network.blocks) if row not in chosen)
        if not left:
            raise EditError("that would leave a network without blocks")
        return network.with_blocks(left)

    def describe(self, network: Network) -> str:
        """`without basic (rows 2, 3 and 4)`."""
        rows = select(network, self.where)
        subject = describe_selector(network, self.where)
        several = subject == self.where and len(rows) > 1
        return f"without {subject}{f' ({format_rows(rows)})' if several else ''}"


@dataclass(frozen=True)
class Insert:
    """Put a new row in, so that it becomes row `at`."""

    at: int
    block: StoredBlock
    edit: Literal["Insert"] = field(default="Insert", kw_only=True, repr=False)

    def apply(self, network: Network) -> Network:
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
    edit: Literal["Move"] = field(default="Move", kw_only=True, repr=False)

    def apply(self, network: Network) -> Network:
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


@dataclass(frozen=True)
class SetInput:
    """Give the network another input or number of classes, in which no variant may differ."""

    fields: Mapping[str, Any] = field(hash=False)
    edit: Literal["SetInput"] = field(default="SetInput", kw_only=True, repr=False)

    def apply(self, network: Network) -> Network:
        sides = zip(INPUT_FIELDS, network.input, strict=True)
        classes = self.fields.get("classes", network.classes)
        values = {"input": [self.fields.get(*side) for side in sides], "classes": classes}
        return _with_values(network, values)

    def describe(self, network: Network) -> str:  # noqa: ARG002
        """`network: input height 64`."""
        return "network: " + ", ".join(f"{name} {value}" for name, value in self.fields.items())


@dataclass(frozen=True)
class Rewrite:
    """Put another network in place of this one, as a person wrote it."""

    network: StoredNetwork
    edit: Literal["Rewrite"] = field(default="Rewrite", kw_only=True, repr=False)

    def apply(self, network: Network) -> Network:  # noqa: ARG002
        return self.network

    def describe(self, network: Network) -> str:
        """`rewritten as YAML: 4 rows → 5`."""
        return f"rewritten as YAML: {len(network.blocks)} rows → {len(self.network.blocks)}"


@dataclass(frozen=True)
class SetBranches:
    """Give one row other branches."""

    row: int
    branches: Sequence[Mapping[str, Any]] = field(hash=False)
    description: Annotated[str, Field(alias="told")]
    """The change in words, which the branches alone do not show."""
    edit: Literal["SetBranches"] = field(default="SetBranches", kw_only=True, repr=False)

    def apply(self, network: Network) -> Network:
        return SetFields(self.row, {"branches": list(self.branches)}).apply(network)

    def describe(self, network: Network) -> str:  # noqa: ARG002
        """`row 3: new branch 3x3-2`."""
        return self.description


@dataclass(frozen=True)
class Within:
    """Edit the blocks of one branch."""

    steps: BranchPath
    inner: Annotated[Edit, Field(alias="within")]
    edit: Literal["Within"] = field(default="Within", kw_only=True, repr=False)

    def apply(self, network: Network) -> Network:
        inside = network.with_blocks(branch_at(network, self.steps).blocks)
        if isinstance(self.inner, Remove) and len(inside.blocks) == 1:
            return with_branch_blocks(network, self.steps, ())  # what arrives leaves unchanged
        return with_branch_blocks(network, self.steps, self.inner.apply(inside).blocks)

    def describe(self, network: Network) -> str:
        """`row 3, branch 3x3: row 1: channels 8 → 16`."""
        branch = branch_at(network, self.steps)
        inside = network.with_blocks(branch.blocks)
        row = " in ".join(str(row) for row, _number in reversed(self.steps))
        return f"row {row}, branch {branch.name}: {self.inner.describe(inside)}"


Edit = Annotated[
    SetFields | Swap | Remove | Insert | Move | SetInput | Rewrite | SetBranches | Within,
    Field(discriminator="edit"),
]
"""One change of a network."""


def apply_all(network: Network, edits: tuple[Edit, ...]) -> tuple[Network, tuple[str, ...]]:
    """The network after all `edits`, one after the other, and each in words."""
    words = []
    for edit in edits:
        changed = edit.apply(network)
        words.append(edit.describe(network))
        network = changed
    return network, tuple(words)


def _with_values(network: Network, values: Mapping[str, Any]) -> Network:
    try:
        return Network.model_validate({**dict(network), **values})
    except ValidationError as error:
        path, message = validation_messages(error, Network, dict(values))[0]
        raise EditError(message, str(path[0])) from None


def _change_rows(
    network: Network, rows: Collection[int], fields: Mapping[str, Any], kind: str | None = None
) -> Network:
    return network.with_blocks(
        tuple(
            with_fields(spec, fields, kind) if row in rows else spec
            for row, spec in enumerate(network.blocks)
        )
    )
