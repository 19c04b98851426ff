"""Branches within branches: finding one by its path, and replacing what is in it.

A path is a list of steps: the row of branches (from 1) and which of them (from 0), then a row and a
branch within that, and so on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from netlab.blocks import BlockSpec
from netlab.blocks.branches import Branch, Branches
from netlab.errors import EditError
from netlab.recipe.network import Network

BranchStep = tuple[int, int]
BranchPath = tuple[BranchStep, ...]


def row_at(network: Network, path: BranchPath) -> Branches:
    """The row of branches that the last step of `path` is in. Raises `EditError`."""
    blocks: Sequence[BlockSpec] = network.blocks
    for row, number in path[:-1]:
        blocks = _branches_row(blocks, row, number).branches[number].blocks
    return _branches_row(blocks, *path[-1])


def branch_at(network: Network, path: BranchPath) -> Branch:
    """The branch that `path` leads to. Raises `EditError`."""
    return row_at(network, path).branches[path[-1][1]]


def with_branch_blocks(
    network: Network, path: BranchPath, blocks: tuple[BlockSpec, ...]
) -> Network:
    """`network` with other blocks in the branch that `path` leads to. Raises `EditError`."""
    return network.with_blocks(_replace_blocks(network.blocks, path, blocks))


def branches_to_dicts(branches: Sequence[Branch]) -> list[dict[str, Any]]:
    """Branches as recipes write them."""
    return [
        {"name": branch.name, "blocks": [{"block": b.block, **b.fields()} for b in branch.blocks]}
        for branch in branches
    ]


def _branches_row(blocks: Sequence[BlockSpec], row: int, number: int) -> Branches:
    spec = blocks[row - 1] if 1 <= row <= len(blocks) else None
    if not isinstance(spec, Branches) or not 0 <= number < len(spec.branches):
        raise EditError(f"row {row} has no branch {number + 1}")
    return spec


def _replace_blocks(
    blocks: tuple[BlockSpec, ...], path: BranchPath, new: tuple[BlockSpec, ...]
) -> tuple[BlockSpec, ...]:
    (row, number), *rest = path
    spec = _branches_row(blocks, row, number)
    branch = spec.branches[number]
    inner = _replace_blocks(branch.blocks, tuple(rest), new) if rest else new
    branches = list(spec.branches)
    branches[number] = branch.model_copy(update={"blocks": inner})
    changed = spec.model_copy(update={"branches": tuple(branches)})
    return (*blocks[: row - 1], changed, *blocks[row:])
