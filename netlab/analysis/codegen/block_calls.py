"""Blocks as expressions of the standalone file: a call of their module, with a short spec.

A spec becomes `Spec(field=value, …)` with the fields that its module reads. Fields that all specs
of a kind share are written once, in `kind = partial(Spec, …)`. Blocks inside of a block, such as
those of branches, are written into the spec as modules.
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
    CodeExpression,
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
"""The function of the file that initialises and returns a block inside of a block."""

InitSettings = tuple[str, float]
"""The arguments of `initialise`: initialisation and norm epsilon."""


@dataclass(frozen=True)
class BlockCall:
    """The call that builds one unrepeated block: its resolved spec and its input shape."""

    spec: BlockSpec
    in_shape: Shape

    @property
    def module(self) -> type[nn.Module]:
        return module_for(type(self.spec))

    def spec_fields(self) -> dict[str, object]:
        """The fields of the spec that the module reads."""
        names = spec_fields_read(type(self.spec))
        return {name: getattr(self.spec, name) for name in names if hasattr(self.spec, name)}

    def nested_rows(self) -> list[list[BlockCall]]:
        """The rows of blocks in its fields, one level deep."""
        return [
            row for value in self.spec_fields().values() for row in _rows_in(value, self.in_shape)
        ]

    def init_settings(self) -> InitSettings | None:
        """The arguments of `initialise`; None if the call would change nothing."""
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
    calls = []
    for block in spec.unrolled():
        calls.append(BlockCall(block, in_shape))
        in_shape = block_out_shape(block, in_shape)
    return calls


def with_nested(calls: Iterable[BlockCall]) -> Iterator[BlockCall]:
    """`calls`, each followed by the calls of all blocks inside it."""
    for block_call in calls:
        yield block_call
        for row in block_call.nested_rows():
            yield from with_nested(row)


def row_init_settings(calls: Iterable[BlockCall]) -> InitSettings | None:
    """The arguments of `initialise` for a row, ignoring the blocks inside of its blocks."""
    return next((setting for each in calls if (setting := each.init_settings())), None)


@lru_cache(maxsize=256)
def spec_fields_read(spec: type[BlockSpec]) -> tuple[str, ...]:
    """The fields and properties of a spec that its module reads, fields first."""
    read: set[str] = set()
    for definition in collect_definitions([qualified_name(module_for(spec))]):
        read |= definition.spec_attributes
    known = [name for name in spec.field_names() if name in read]
    return (
        *known,
        *sorted(name for name in read if isinstance(getattr(spec, name, None), property)),
    )


def qualified_name(defined: type) -> QualifiedName:
    """The module and name of a class of netlab."""
    return QualifiedName(defined.__module__, defined.__name__)


class CallWriter:
    """Writes rows of blocks as expressions."""

    def __init__(self, calls: Iterable[BlockCall]) -> None:
        """Find the fields that all specs of a kind share, over `calls` and the blocks in them."""
        uses: dict[str, list[dict[str, object]]] = {}
        for each in with_nested(calls):
            uses.setdefault(each.spec.block, []).append(each.spec_fields())
        self._shared: dict[str, dict[str, object]] = {
            kind: _shared_fields(fields) if len(fields) > 1 else {} for kind, fields in uses.items()
        }

    def shared_specs(self) -> Iterator[tuple[str, CodeExpression]]:
        """Variables that rows use, each with its value."""
        for kind, fields in self._shared.items():
            if fields:
                fields_text = (keyword(name, literal(value)) for name, value in fields.items())
                yield variable_name(kind), call("partial", SPEC_NAME, *fields_text)

    def write_row(self, calls: Iterable[BlockCall]) -> CodeExpression:
        """The expression of one row; equal neighbours become a repetition."""
        written = [self._write_call(each) for each in calls]
        if len(written) == 1:
            return written[0]
        counted = [(one, len(list(equal))) for one, equal in itertools.groupby(written)]
        return call(
            "nn.Sequential",
            *(one if count == 1 else repeat_expression(one, count) for one, count in counted),
        )

    def _write_call(self, block_call: BlockCall) -> CodeExpression:
        shared = self._shared[block_call.spec.block]
        own = {
            name: value for name, value in block_call.spec_fields().items() if name not in shared
        }
        spec = self._spec(
            variable_name(block_call.spec.block) if shared else SPEC_NAME, own, block_call.in_shape
        )
        return call(block_call.module.__name__, str(block_call.in_shape[0]), spec)

    def _spec(self, name: str, fields: dict[str, object], in_shape: Shape) -> CodeExpression:
        return call(name, *(keyword(n, self._value(v, in_shape)) for n, v in fields.items()))

    def _value(self, value: object, in_shape: Shape) -> CodeExpression:
        rows = _blocks(value)
        if rows:
            return tuple_expression(self._inner_row(row) for row in _chain_calls(rows, in_shape))
        if isinstance(value, BaseModel):
            return self._spec(SPEC_NAME, _own_fields(value), in_shape)
        if isinstance(value, tuple | list):
            return tuple_expression(self._value(part, in_shape) for part in value)
        return literal(value)

    def _inner_row(self, calls: list[BlockCall]) -> CodeExpression:
        setting = row_init_settings(calls)
        written = self.write_row(calls)
        return call(INITIALISED_NAME, written, *map(literal, setting)) if setting else written


def variable_name(kind: str) -> str:
    """The name of a kind of block as a Python identifier."""
    return kind.replace("-", "_")


def _shared_fields(uses: list[dict[str, object]]) -> dict[str, object]:
    """The plain values that are equal in all `uses`; modules must never be shared."""
    first, *others = uses
    return {
        name: value
        for name, value in first.items()
        if value is None or isinstance(value, str | int | float)
        if all(name in fields and fields[name] == value for fields in others)
    }


def _rows_in(value: object, in_shape: Shape) -> Iterator[list[BlockCall]]:
    """The rows of blocks in a value, at any depth; the first of each list gets `in_shape`."""
    rows = _blocks(value)
    if rows:
        yield from _chain_calls(rows, in_shape)
        return
    inner = _own_fields(value).values() if isinstance(value, BaseModel) else value
    for part in inner if not isinstance(inner, str) and isinstance(inner, Iterable) else ():
        yield from _rows_in(part, in_shape)


def _blocks(value: object) -> list[BlockSpec]:
    """`value` if it is a list of blocks, else an empty list."""
    found = list(value) if isinstance(value, tuple | list) else []
    return found if all(isinstance(part, BlockSpec) for part in found) else []


def _chain_calls(specs: Iterable[BlockSpec], in_shape: Shape) -> Iterator[list[BlockCall]]:
    for spec in specs:
        calls = unroll_calls(spec, in_shape)
        yield calls
        in_shape = block_out_shape(calls[-1].spec, calls[-1].in_shape)


def _own_fields(value: BaseModel) -> dict[str, object]:
    return {name: getattr(value, name) for name in type(value).model_fields}
