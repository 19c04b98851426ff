"""Blocks as expressions of a file of its own: the call of their module, with a spec of few words.

A spec becomes `Spec(field=value, …)` with the fields that its module reads. What all specs of one
kind have in common is said once, in `kind = partial(Spec, …)`. Blocks inside of a block, such as
those of branches, stand in the spec as modules that are built already.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from pydantic import BaseModel
from torch import nn

from netlab.analysis.codegen.definitions import SPEC_NAME, collect_definitions
from netlab.analysis.codegen.expressions import (
    Expression,
    call,
    keyword,
    literal,
    repeat_expression,
    tuple_expression,
)
from netlab.analysis.codegen.source_module import QualifiedName
from netlab.blocks import BlockSpec, Shape
from netlab.blocks.base import StyledBlock
from netlab.modules.build import block_out_shape, build_on_meta, module_for

INITIALISED_NAME = "initialised"
"""The function of the file that initialises a block inside of a block, and returns it."""

InitSettings = tuple[str, float]
"""Initialisation and norm constant, as `initialise` takes them."""


@dataclass(frozen=True)
class BlockCall:
    """One unrepeated block: its resolved spec, and the shape that arrives."""

    spec: BlockSpec
    in_shape: Shape

    @property
    def module(self) -> type[nn.Module]:
        """The class that it builds."""
        return module_for(type(self.spec))

    def spec_fields(self) -> dict[str, object]:
        """What its module reads of the spec, by name."""
        names = spec_fields_read(type(self.spec))
        return {name: getattr(self.spec, name) for name in names if hasattr(self.spec, name)}

    def nested_rows(self) -> list[list[BlockCall]]:
        """The rows of blocks in its fields, at this depth."""
        return [
            row for value in self.spec_fields().values() for row in _rows_in(value, self.in_shape)
        ]

    def init_settings(self) -> InitSettings | None:
        """What `initialise` has to be told of it; None where its module is built that way."""
        return _init_settings(self.spec, self.in_shape[0])


@lru_cache(maxsize=1024)
def _init_settings(spec: BlockSpec, in_channels: int) -> InitSettings | None:
    if not isinstance(spec, StyledBlock) or spec.init is None or spec.norm_eps is None:
        return None
    module = build_on_meta(lambda: module_for(type(spec))(in_channels, spec))
    norms = (m for m in module.modules() if isinstance(m, nn.BatchNorm2d | nn.GroupNorm))
    differs = spec.init != "default" or any(norm.eps != spec.norm_eps for norm in norms)
    return (spec.init, spec.norm_eps) if differs else None


def unroll_calls(spec: BlockSpec, in_shape: Shape) -> list[BlockCall]:
    """One row of a network or of a branch: a resolved block, once per repeat."""
    parts = []
    for part in spec.unrolled():
        parts.append(BlockCall(part, in_shape))
        in_shape = block_out_shape(part, in_shape)
    return parts


def with_nested(calls: Iterable[BlockCall]) -> Iterator[BlockCall]:
    """`parts` and all blocks inside of them."""
    for part in calls:
        yield part
        for row in part.nested_rows():
            yield from with_nested(row)


def row_init_settings(calls: Iterable[BlockCall]) -> InitSettings | None:
    """What `initialise` has to be told of a row, not counting the blocks inside of its blocks."""
    return next((setting for part in calls if (setting := part.init_settings())), None)


@lru_cache(maxsize=256)
def spec_fields_read(spec: type[BlockSpec]) -> tuple[str, ...]:
    """The names of fields and properties of a spec that its module reads, its own fields first."""
    read: set[str] = set()
    for definition in collect_definitions([qualified_name(module_for(spec))]):
        read |= definition.spec_attributes
    known = [name for name in spec.field_names() if name in read]
    return (
        *known,
        *sorted(name for name in read if isinstance(getattr(spec, name, None), property)),
    )


def qualified_name(defined: type) -> QualifiedName:
    """Where a class of netlab is defined."""
    return QualifiedName(defined.__module__, defined.__name__)


class CallWriter:
    """Writes rows of blocks as expressions."""

    def __init__(self, parts: Iterable[BlockCall]) -> None:
        """Find what the specs of each kind have in common, over all `parts` and blocks in them."""
        uses: dict[str, list[dict[str, object]]] = {}
        for part in with_nested(parts):
            uses.setdefault(part.spec.block, []).append(part.spec_fields())
        self._shared: dict[str, dict[str, object]] = {
            kind: _shared_fields(fields) if len(fields) > 1 else {} for kind, fields in uses.items()
        }

    def shared_specs(self) -> Iterator[tuple[str, Expression]]:
        """Names that rows use, and what each stands for."""
        for kind, fields in self._shared.items():
            if fields:
                words = (keyword(name, literal(value)) for name, value in fields.items())
                yield variable_name(kind), call("partial", SPEC_NAME, *words)

    def write_row(self, calls: Iterable[BlockCall]) -> Expression:
        """What makes one row; equal neighbours become one that is repeated."""
        made = [self._write_call(part) for part in calls]
        if len(made) == 1:
            return made[0]
        counted = [(one, len(list(equal))) for one, equal in itertools.groupby(made)]
        return call(
            "nn.Sequential",
            *(one if count == 1 else repeat_expression(one, count) for one, count in counted),
        )

    def _write_call(self, part: BlockCall) -> Expression:
        shared = self._shared[part.spec.block]
        own = {name: value for name, value in part.spec_fields().items() if name not in shared}
        spec = self._spec(
            variable_name(part.spec.block) if shared else SPEC_NAME, own, part.in_shape
        )
        return call(part.module.__name__, str(part.in_shape[0]), spec)

    def _spec(self, name: str, fields: dict[str, object], arrives: Shape) -> Expression:
        return call(name, *(keyword(n, self._value(v, arrives)) for n, v in fields.items()))

    def _value(self, value: object, arrives: Shape) -> Expression:
        rows = _blocks(value)
        if rows:
            return tuple_expression(self._inner_row(row) for row in _chain_calls(rows, arrives))
        if isinstance(value, BaseModel):
            return self._spec(SPEC_NAME, _own_fields(value), arrives)
        if isinstance(value, tuple | list):
            return tuple_expression(self._value(part, arrives) for part in value)
        return literal(value)

    def _inner_row(self, parts: list[BlockCall]) -> Expression:
        setting = row_init_settings(parts)
        made = self.write_row(parts)
        return call(INITIALISED_NAME, made, *map(literal, setting)) if setting else made


def variable_name(kind: str) -> str:
    """The name of a kind of block as Python can have it."""
    return kind.replace("-", "_")


def _shared_fields(uses: list[dict[str, object]]) -> dict[str, object]:
    """Plain values that all have; modules must never be shared."""
    first, *others = uses
    return {
        name: value
        for name, value in first.items()
        if value is None or isinstance(value, str | int | float)
        if all(name in fields and fields[name] == value for fields in others)
    }


def _rows_in(value: object, arrives: Shape) -> Iterator[list[BlockCall]]:
    """The rows of blocks in a value, at any depth; the first of each list gets what `arrives`."""
    rows = _blocks(value)
    if rows:
        yield from _chain_calls(rows, arrives)
        return
    inner = _own_fields(value).values() if isinstance(value, BaseModel) else value
    for part in inner if not isinstance(inner, str) and isinstance(inner, Iterable) else ():
        yield from _rows_in(part, arrives)


def _blocks(value: object) -> list[BlockSpec]:
    """`value` if it is a list of blocks, else an empty list."""
    found = list(value) if isinstance(value, tuple | list) else []
    return found if all(isinstance(part, BlockSpec) for part in found) else []


def _chain_calls(specs: Iterable[BlockSpec], arrives: Shape) -> Iterator[list[BlockCall]]:
    for spec in specs:
        parts = unroll_calls(spec, arrives)
        yield parts
        arrives = block_out_shape(parts[-1].spec, parts[-1].in_shape)


def _own_fields(value: BaseModel) -> dict[str, object]:
    return {name: getattr(value, name) for name in type(value).model_fields}
