"""Build modules from block specs. A kind's module is in the file of the same name as its spec."""

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

ShapeCheck = Callable[[Any, Shape], Iterator[Problem]]
"""Like `BlockSpec.check`, but for problems that only appear in built modules."""

_MODULES: dict[type[BlockSpec], type[nn.Module]] = {}
_CHECKS: dict[type[BlockSpec], ShapeCheck] = {}


def builds(spec: type[BlockSpec], check: ShapeCheck | None = None) -> Callable[[M], M]:
    """Register the decorated module for `spec`: it is called as `Module(in_channels, spec)`.

    `check` adds problems that depend on the shapes inside the block.
    """

    def register(module: M) -> M:
        if spec in _MODULES:
            raise TypeError(f"{spec.__name__} is built by {_MODULES[spec]!r} already")
        _MODULES[spec] = module
        if check is not None:
            _CHECKS[spec] = check
        return module

    return register


def module_for(spec: type[BlockSpec]) -> type[nn.Module]:
    """The module class of a kind of block."""
    if spec not in _MODULES:
        importlib.import_module(spec.__module__.replace("netlab.blocks.", "netlab.modules.", 1))
    return _MODULES[spec]


def make_module(block: BlockSpec, in_channels: int) -> nn.Module:
    """The initialised module of one unrepeated block."""
    module = module_for(type(block))(in_channels, block)
    if isinstance(block, StyledBlock):
        initialise(module, block.init, block.norm_eps)
    return module


def build_block(spec: BlockSpec, in_shape: Shape) -> tuple[nn.Module, Shape]:
    """One row of a network, repeats included, and its output shape.

    `spec` must be resolved (norm, activation and classes filled in); shapes are without the batch.
    Repeats become an `nn.Sequential`. Raises `BlockError` if the block cannot take `in_shape`.
    """
    modules: list[nn.Module] = []
    for block in spec.unrolled():
        out_shape = block_out_shape(block, in_shape)
        modules.append(make_module(block, in_shape[0]))
        in_shape = out_shape
    return (modules[0] if len(modules) == 1 else nn.Sequential(*modules)), in_shape


@lru_cache(maxsize=4096)
def block_out_shape(block: BlockSpec, in_shape: Shape) -> Shape:
    """The output shape of one unrepeated block. Raises `BlockError` if it cannot take `in_shape`."""
    return infer_out_shape(build_block_on_meta(block, in_shape), in_shape)


def build_block_on_meta(block: BlockSpec, in_shape: Shape) -> nn.Module:
    """One unrepeated block, built by `build_on_meta`. Raises `BlockError` like `block_out_shape`."""
    for problem in _problems(block, in_shape):
        raise BlockError(
            problem.message,
            kind=block.block,
            field=problem.field,
            valid_values=problem.valid_values,
        )
    return build_on_meta(lambda: make_module(block, in_shape[0]))


def _problems(block: BlockSpec, in_shape: Shape) -> Iterator[Problem]:
    yield from block.check(in_shape)
    module_for(type(block))
    if type(block) in _CHECKS:
        yield from _CHECKS[type(block)](block, in_shape)


def build_on_meta(make: Callable[[], nn.Module]) -> nn.Module:
    """The module that `make` returns, in evaluation mode, with undefined weights.

    It is built on the meta device and then given memory that is never touched, so that even the
    largest network takes neither time nor memory.
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


def infer_out_shape(module: nn.Module, in_shape: Shape) -> Shape:
    """The output shape of `module`, without the batch, from a forward pass of an empty batch.

    The kernels check and compute shapes but have nothing to multiply, so this is a hundred times
    faster than a forward pass on the meta device, whose kernels are written in Python.
    """
    with torch.no_grad():
        return tuple(module(torch.empty(0, *in_shape, device="cpu")).shape[1:])


def build_stack(stack: Iterable[BlockSpec], in_shape: Shape) -> nn.Sequential:
    """A whole network, one child per row. Raises `BlockError` with the number of the row."""
    rows: list[nn.Module] = []
    for number, spec in enumerate(stack, start=1):
        try:
            row, in_shape = build_block(spec, in_shape)
        except BlockError as error:
            raise with_row(error, number) from None
        rows.append(row)
    return nn.Sequential(*rows)


def with_row(error: BlockError, number: int) -> BlockError:
    """A copy of `error` with row `number`."""
    return BlockError(
        error.message,
        row=number,
        kind=error.kind,
        field=error.field,
        valid_values=error.valid_values,
    )
