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

from netlab.analysis.layout import Expression, call, keyword, literal, repeated, sequence
from netlab.analysis.source import SPEC, collect
from netlab.analysis.source_module import Place
from netlab.blocks import BlockSpec, Shape
from netlab.blocks.base import StyledBlock
from netlab.modules.build import hollow, module_for, shape_after

INITIALISED = "initialised"
"""The function of the file that initialises a block inside of a block, and returns it."""

Setting = tuple[str, float]
"""Initialisation and norm constant, as `initialise` takes them."""


@dataclass(frozen=True)
class Part:
    """One unrepeated block: its resolved spec, and the shape that arrives."""

    spec: BlockSpec
    arrives: Shape

    @property
    def module(self) -> type[nn.Module]:
        """The class that it builds."""
        return module_for(type(self.spec))

    def fields(self) -> dict[str, object]:
        """What its module reads of the spec, by name."""
        names = fields_read(type(self.spec))
        return {name: getattr(self.spec, name) for name in names if hasattr(self.spec, name)}

    def inside(self) -> list[list[Part]]:
        """The rows of blocks in its fields, at this depth."""
        return [row for value in self.fields().values() for row in _rows_in(value, self.arrives)]

    def setting(self) -> Setting | None:
        """What `initialise` has to be told of it; None where its module is built that way."""
        return _setting(self.spec, self.arrives[0])


@lru_cache(maxsize=1024)
def _setting(spec: BlockSpec, in_channels: int) -> Setting | None:
    if not isinstance(spec, StyledBlock) or spec.init is None or spec.norm_eps is None:
        return None
    module = hollow(lambda: module_for(type(spec))(in_channels, spec))
    norms = (m for m in module.modules() if isinstance(m, nn.BatchNorm2d | nn.GroupNorm))
    differs = spec.init != "default" or any(norm.eps != spec.norm_eps for norm in norms)
    return (spec.init, spec.norm_eps) if differs else None


def parts_of(spec: BlockSpec, arrives: Shape) -> list[Part]:
    """One row of a network or of a branch: a resolved block, once per repeat."""
    parts = []
    for part in spec.unrolled():
        parts.append(Part(part, arrives))
        arrives = shape_after(part, arrives)
    return parts


def with_inner(parts: Iterable[Part]) -> Iterator[Part]:
    """`parts` and all blocks inside of them."""
    for part in parts:
        yield part
        for row in part.inside():
            yield from with_inner(row)


def setting_of(parts: Iterable[Part]) -> Setting | None:
    """What `initialise` has to be told of a row, not counting the blocks inside of its blocks."""
    return next((setting for part in parts if (setting := part.setting())), None)


@lru_cache(maxsize=256)
def fields_read(spec: type[BlockSpec]) -> tuple[str, ...]:
    """The names of fields and properties of a spec that its module reads, its own fields first."""
    read: set[str] = set()
    for definition in collect([place_of(module_for(spec))]):
        read |= definition.reads
    known = [name for name in spec.field_names() if name in read]
    return (
        *known,
        *sorted(name for name in read if isinstance(getattr(spec, name, None), property)),
    )


def place_of(defined: type) -> Place:
    """Where a class of netlab is defined."""
    return Place(defined.__module__, defined.__name__)


class BlockWriter:
    """Writes rows of blocks as expressions."""

    def __init__(self, parts: Iterable[Part]) -> None:
        """Find what the specs of each kind have in common, over all `parts` and blocks in them."""
        uses: dict[str, list[dict[str, object]]] = {}
        for part in with_inner(parts):
            uses.setdefault(part.spec.block, []).append(part.fields())
        self._shared: dict[str, dict[str, object]] = {
            kind: _in_common(fields) if len(fields) > 1 else {} for kind, fields in uses.items()
        }

    def prelude(self) -> Iterator[tuple[str, Expression]]:
        """Names that rows use, and what each stands for."""
        for kind, fields in self._shared.items():
            if fields:
                words = (keyword(name, literal(value)) for name, value in fields.items())
                yield variable(kind), call("partial", SPEC, *words)

    def row(self, parts: Iterable[Part]) -> Expression:
        """What makes one row; equal neighbours become one that is repeated."""
        made = [self._part(part) for part in parts]
        if len(made) == 1:
            return made[0]
        counted = [(one, len(list(equal))) for one, equal in itertools.groupby(made)]
        return call(
            "nn.Sequential",
            *(one if count == 1 else repeated(one, count) for one, count in counted),
        )

    def _part(self, part: Part) -> Expression:
        shared = self._shared[part.spec.block]
        own = {name: value for name, value in part.fields().items() if name not in shared}
        spec = self._spec(variable(part.spec.block) if shared else SPEC, own, part.arrives)
        return call(part.module.__name__, str(part.arrives[0]), spec)

    def _spec(self, name: str, fields: dict[str, object], arrives: Shape) -> Expression:
        return call(name, *(keyword(n, self._value(v, arrives)) for n, v in fields.items()))

    def _value(self, value: object, arrives: Shape) -> Expression:
        rows = _blocks(value)
        if rows:
            return sequence(self._inner_row(row) for row in _chained(rows, arrives))
        if isinstance(value, BaseModel):
            return self._spec(SPEC, _own_fields(value), arrives)
        if isinstance(value, tuple | list):
            return sequence(self._value(part, arrives) for part in value)
        return literal(value)

    def _inner_row(self, parts: list[Part]) -> Expression:
        setting = setting_of(parts)
        made = self.row(parts)
        return call(INITIALISED, made, *map(literal, setting)) if setting else made


def variable(kind: str) -> str:
    """The name of a kind of block as Python can have it."""
    return kind.replace("-", "_")


def _in_common(uses: list[dict[str, object]]) -> dict[str, object]:
    """Plain values that all have; modules must never be shared."""
    first, *others = uses
    return {
        name: value
        for name, value in first.items()
        if value is None or isinstance(value, str | int | float)
        if all(name in fields and fields[name] == value for fields in others)
    }


def _rows_in(value: object, arrives: Shape) -> Iterator[list[Part]]:
    """The rows of blocks in a value, at any depth; the first of each list gets what `arrives`."""
    rows = _blocks(value)
    if rows:
        yield from _chained(rows, arrives)
        return
    inner = _own_fields(value).values() if isinstance(value, BaseModel) else value
    for part in inner if not isinstance(inner, str) and isinstance(inner, Iterable) else ():
        yield from _rows_in(part, arrives)


def _blocks(value: object) -> list[BlockSpec]:
    """`value` if it is a list of blocks, else an empty list."""
    found = list(value) if isinstance(value, tuple | list) else []
    return found if all(isinstance(part, BlockSpec) for part in found) else []


def _chained(specs: Iterable[BlockSpec], arrives: Shape) -> Iterator[list[Part]]:
    for spec in specs:
        parts = parts_of(spec, arrives)
        yield parts
        arrives = shape_after(parts[-1].spec, parts[-1].arrives)


def _own_fields(value: BaseModel) -> dict[str, object]:
    return {name: getattr(value, name) for name in type(value).model_fields}
