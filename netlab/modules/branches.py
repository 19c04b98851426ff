"""Split–transform–merge: any blocks, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import torch
from torch import Tensor, nn

from netlab.blocks.branches import Branch, Branches
from netlab.blocks.types import Problem, Shape
from netlab.errors import BlockError
from netlab.format import format_shape
from netlab.modules.build import block_out_shape, build_stack, builds

AMPLE = 2**16
"""A height and width that no window or stride exceeds."""


class MergedBranches(nn.Module):
    """concat(f_1(x), f_2(x), …) or their sum: (N, in, H, W) → (N, out, H', W')."""

    def __init__(self, branches: Iterable[nn.Module], merge: str = "concat") -> None:
        super().__init__()
        self.branches = nn.ModuleList(branches)
        self.merge = merge

    def forward(self, x: Tensor) -> Tensor:
        """Apply every branch to x, then merge their outputs."""
        made = [branch(x) for branch in self.branches]
        merged: Tensor = torch.cat(made, 1) if self.merge == "concat" else sum(made[1:], made[0])
        return merged


def check_branches(spec: Branches, in_shape: Shape) -> Iterator[Problem]:
    """Why a branch cannot take the input, or why the outputs cannot be merged, if so."""
    out_shapes: dict[str, Shape] = {}
    for number, branch in enumerate(spec.branches, start=1):
        try:
            out_shapes[branch.name] = branch_out_shape(branch, in_shape)
        except BlockError as error:
            yield Problem(
                f"branches[{number}].{error.field}",
                f"branch '{branch.name}', {error.message}",
                error.valid_values,
            )
            return
    yield from _check_merge(spec.merge, out_shapes)


def branch_out_shape(branch: Branch, in_shape: Shape) -> Shape:
    """The output shape of a branch. Raises `BlockError` whose message names the block."""
    for number, spec in enumerate(branch.blocks, start=1):
        try:
            for block in spec.unrolled():
                in_shape = block_out_shape(block, in_shape)
        except BlockError as error:
            raise BlockError(
                f"block {number} ({spec.block}): {error.message}",
                kind=spec.block,
                field=f"blocks[{number}].{error.field}",
                valid_values=error.valid_values,
            ) from None
    return in_shape


def _check_merge(merge: str, out_shapes: dict[str, Shape]) -> Iterator[Problem]:
    (first, shape), *others = out_shapes.items()
    for name, other in others:
        what = f"branch '{first}' makes {format_shape(shape)}, but branch '{name}' {format_shape(other)}"
        if merge == "sum" and other != shape:
            valid = ("concat",) if all(each[1:] == shape[1:] for _, each in others) else ()
            yield Problem("merge", f"{what}: only equal shapes can be summed", valid)
        elif other[1:] != shape[1:]:
            yield Problem(
                "branches", f"{what}: only maps of one height and width can be concatenated"
            )


@builds(Branches, check=check_branches)
class BranchesBlock(MergedBranches):
    """The blocks of every branch, side by side: (N, in, H, W) → (N, out, H', W')."""

    def __init__(self, in_channels: int, spec: Branches) -> None:
        # Modules depend only on the channels; the map only has to be larger than every window.
        arrives = (in_channels, AMPLE, AMPLE)
        super().__init__(
            (build_stack(branch.blocks, arrives) for branch in spec.branches), spec.merge
        )
