"""Measure the cost of a block: run it on an empty batch, with weights that have no values.

**MACs** are multiply-accumulates of convolution and linear layers for one image, without bias.
Operations that other tools add to the MACs are in separate figures (`bias` and `other`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor, nn

from netlab.blocks import BlockSpec, Shape
from netlab.modules.build import build_block_on_meta, infer_out_shape

MAC_LAYERS = (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.Linear)
CONTAINER_LAYERS = (nn.Sequential, nn.ModuleList)


@dataclass(frozen=True, slots=True)
class Cost:
    """Figures for one image; the cost of a network is the sum over its blocks."""

    params: int = 0
    """Elements of all parameters; a shared parameter counts once."""
    macs: int = 0
    """Multiply-accumulates of convolution and linear layers, without bias, counted by thop."""
    bias: int = 0
    """Additions of biases in those layers; macs + bias is what thop printed until 2019."""
    other: int = 0
    """Other operations that thop counts, in normalisation and pooling: no multiply-accumulates."""
    activations: int = 0
    """Elements in the outputs of convolution and linear layers."""
    outputs: int = 0
    """Elements in the outputs of all modules except plain containers."""

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            *(getattr(self, part.name) + getattr(other, part.name) for part in fields(Cost))
        )

    @property
    def flops(self) -> int:
        """Floating-point operations, by definition 2 × MACs."""
        return 2 * self.macs

    @property
    def forward_backward_mb(self) -> float:
        """Memory of all outputs and their gradients in float32, in MB of 2**20 bytes."""
        return 2 * 4 * self.outputs / 2**20


def total_cost(costs: Iterable[Cost]) -> Cost:
    """The sum of `costs`."""
    return sum(costs, Cost())


def row_cost(spec: BlockSpec, in_shape: Shape) -> tuple[Cost, Shape]:
    """Cost of one row of a network with its repeats, and its output shape.

    `spec` must be resolved (norm, activation and classes filled in). Raises `BlockError` if the
    block cannot take `in_shape`.
    """
    cost = Cost()
    for block in spec.unrolled():
        own, in_shape = block_cost(block, in_shape)
        cost += own
    return cost, in_shape


@lru_cache(maxsize=4096)
def block_cost(block: BlockSpec, in_shape: Shape) -> tuple[Cost, Shape]:
    """Cost and output shape of one unrepeated block, cached by block and input shape."""
    return measure_cost(build_block_on_meta(block, in_shape), in_shape)


def measure_cost(module: nn.Module, in_shape: Shape) -> tuple[Cost, Shape]:
    """Cost of `module` for one image of `in_shape`, and its output shape.

    Do not use the module afterwards: thop leaves buffers on it.
    """
    params = sum(parameter.numel() for parameter in module.parameters())
    counter = _OutputCounter(module)
    out_shape = infer_out_shape(module, in_shape)
    counter.remove()
    everything, macs = _count_with_thop(module, in_shape)
    cost = Cost(params, macs, counter.bias, everything - macs, counter.activations, counter.outputs)
    return cost, out_shape


class _OutputCounter:
    """Counts the elements of modules' outputs for one image during a forward pass."""

    def __init__(self, module: nn.Module) -> None:
        self.activations = self.bias = self.outputs = 0
        self._hooks = [
            child.register_forward_hook(self._count)
            for child in module.modules()
            if not isinstance(child, CONTAINER_LAYERS)
        ]

    def _count(self, module: nn.Module, _inputs: object, output: Tensor) -> None:
        size = math.prod(output.shape[1:])
        self.outputs += size
        if isinstance(module, MAC_LAYERS):
            self.activations += size
            self.bias += size if module.bias is not None else 0

    def remove(self) -> None:
        for hook in self._hooks:
            hook.remove()


ThopRule = Callable[[nn.Module, tuple[Tensor, ...], Tensor], None]
"""thop's rule for one kind of layer: it adds to the module's `total_ops`."""


def _count_with_thop(module: nn.Module, in_shape: Shape) -> tuple[int, int]:
    """All operations that thop counts, and the MACs of convolution and linear layers."""
    from thop.profile import profile

    operations, _params, by_child = profile(
        module,
        (torch.empty(0, *in_shape),),
        custom_ops=_thop_rules(),
        verbose=False,
        ret_layer_info=True,
    )
    macs = operations if isinstance(module, MAC_LAYERS) else _macs_of_children(module, by_child)
    return int(operations), int(macs)


def _macs_of_children(module: nn.Module, by_child: dict[str, Any]) -> float:
    """The operations that thop counted in the convolution and linear layers inside `module`.

    `by_child` maps each child's name to (operations, parameters, `by_child` of that child).
    """
    return sum(
        by_child[name][0]
        if isinstance(child, MAC_LAYERS)
        else _macs_of_children(child, by_child[name][2])
        for name, child in module.named_children()
        if name in by_child
    )


@lru_cache(maxsize=1)
def _thop_rules() -> dict[type[nn.Module], ThopRule]:
    """The rules of thop for each kind of layer, changed to count one image for an empty batch."""
    from thop.profile import register_hooks

    def one(batch: Tensor) -> Tensor:
        return torch.empty(1, *batch.shape[1:], device="meta")

    def for_one_image(rule: ThopRule) -> ThopRule:
        return lambda module, inputs, output: rule(module, tuple(map(one, inputs)), one(output))

    return {kind: for_one_image(rule) for kind, rule in register_hooks.items()}
