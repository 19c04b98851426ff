"""From block specs to modules: the module of each kind is found beside its spec, by file name."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, TypeVar

import torch
from torch import nn

from netlab.blocks import BlockSpec, Problem, Shape
from netlab.blocks.base import StyledBlock
from netlab.errors import BlockError
from netlab.modules.initial import initialise

M = TypeVar("M", bound=type[nn.Module])

Check = Callable[[Any, Shape], Iterator[Problem]]
"""Says why a spec cannot take a shape, as `BlockSpec.check` does, where that needs modules."""

_MODULES: dict[type[BlockSpec], type[nn.Module]] = {}
_CHECKS: dict[type[BlockSpec], Check] = {}


def builds(spec: type[BlockSpec], check: Check | None = None) -> Callable[[M], M]:
    """Declare that the decorated module is what `spec` builds: `Module(in_channels, spec)`.

    `check` adds to what the spec itself checks what only shapes inside the block can tell.
    """

    def enter(module: M) -> M:
        if spec in _MODULES:
            raise TypeError(f"{spec.__name__} is built by {_MODULES[spec]!r} already")
        _MODULES[spec] = module
        if check is not None:
            _CHECKS[spec] = check
        return module

    return enter


def module_for(spec: type[BlockSpec]) -> type[nn.Module]:
    """The module class of a kind of block."""
    if spec not in _MODULES:
        importlib.import_module(spec.__module__.replace("netlab.blocks.", "netlab.modules.", 1))
    return _MODULES[spec]


def make_module(part: BlockSpec, in_channels: int) -> nn.Module:
    """The module of one unrepeated block, initialised as its spec says."""
    module = module_for(type(part))(in_channels, part)
    if isinstance(part, StyledBlock):
        initialise(module, part.init, part.norm_eps)
    return module


def build_block(spec: BlockSpec, arrives: Shape) -> tuple[nn.Module, Shape]:
    """One row of a network, repeats included, and the shape that leaves it.

    `spec` has its norm, activation and classes filled in; `arrives` is the shape without the
    batch. A repeated block becomes an `nn.Sequential`. Raises `BlockError` where the block cannot
    take what arrives.
    """
    parts: list[nn.Module] = []
    for part in spec.unrolled():
        leaves = shape_after(part, arrives)
        parts.append(make_module(part, arrives[0]))
        arrives = leaves
    return (parts[0] if len(parts) == 1 else nn.Sequential(*parts)), arrives


@lru_cache(maxsize=4096)
def shape_after(part: BlockSpec, arrives: Shape) -> Shape:
    """The shape, without the batch, that leaves one unrepeated block: found with an empty batch.

    Raises `BlockError` where the block cannot take what arrives.
    """
    return run_empty(hollow_part(part, arrives), arrives)


def hollow_part(part: BlockSpec, arrives: Shape) -> nn.Module:
    """The `hollow` module of one unrepeated block. Raises `BlockError` as `shape_after` does."""
    for problem in _problems(part, arrives):
        raise BlockError(problem.message, kind=part.block, field=problem.field, works=problem.works)
    return hollow(lambda: make_module(part, arrives[0]))


def _problems(part: BlockSpec, arrives: Shape) -> Iterator[Problem]:
    yield from part.check(arrives)
    module_for(type(part))
    if type(part) in _CHECKS:
        yield from _CHECKS[type(part)](part, arrives)


def hollow(make: Callable[[], nn.Module]) -> nn.Module:
    """What `make` builds, in evaluation mode and without weights worth the name.

    It is built on the meta device and then given memory that is never touched, so that even the
    largest network costs neither time nor memory.
    """
    with torch.device("meta"):
        module = make()
    # Not `to_empty`: on meta tensors it goes through Python kernels that import sympy (0.3 s).
    state = {
        name: torch.empty(tensor.shape, dtype=tensor.dtype, device="cpu")
        for name, tensor in module.state_dict().items()
    }
    module.load_state_dict(state, assign=True)
    return module.eval()


def run_empty(module: nn.Module, arrives: Shape) -> Shape:
    """The shape, without the batch, that `module` makes of `arrives`, found with an empty batch.

    Real kernels check and compute shapes as always but have nothing to multiply: a hundred times
    faster than a forward pass on the meta device, whose kernels are written in Python.
    """
    with torch.no_grad():
        return tuple(module(torch.empty(0, *arrives, device="cpu")).shape[1:])


def build_stack(stack: Iterable[BlockSpec], arrives: Shape) -> nn.Sequential:
    """A whole network, one child per row. Raises `BlockError` that names the row."""
    rows: list[nn.Module] = []
    for number, spec in enumerate(stack, start=1):
        try:
            row, arrives = build_block(spec, arrives)
        except BlockError as error:
            raise at_row(error, number) from None
        rows.append(row)
    return nn.Sequential(*rows)


def at_row(error: BlockError, number: int) -> BlockError:
    """The same error, placed at row `number`."""
    return BlockError(
        error.message, row=number, kind=error.kind, field=error.field, works=error.works
    )
