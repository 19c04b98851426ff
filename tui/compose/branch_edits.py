"""Branches from within: the blocks of one branch as a network of their own, and edits of them.

A branch is reached by steps: the row of branches (from 1) and which of them (from 0), then a row
and a branch within that, and so on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from netlab.blocks import BlockSpec, Shape
from netlab.blocks.branches import Branch, Branches
from netlab.recipe.edits import Edit, EditError, Remove, SetFields
from netlab.recipe.network import Network

BranchStep = tuple[int, int]
BranchPath = tuple[BranchStep, ...]

MAX_BRANCH_NAME_CHARS = 40
"""Characters of a branch's name."""


class BranchNetwork(Network):
    """The blocks of a branch with the network's settings; its input is what arrives there."""

    name: str
    others: tuple[str, ...] = ()
    """The names of the branches beside it."""

    def to_network(self) -> Network:
        """The same as any network, as the analyser knows it."""
        return Network.model_construct(
            **{name: getattr(self, name) for name in Network.model_fields}
        )

    def renamed(self, name: str) -> Self:
        """The same branch with another name. Raises `EditError`."""
        if not name or len(name) > MAX_BRANCH_NAME_CHARS or not name.isprintable():
            raise EditError(
                f"a name has 1 to {MAX_BRANCH_NAME_CHARS} characters that can be seen", "name"
            )
        if name in self.others:
            raise EditError(f"another branch is called '{name}'", "name")
        return self.model_copy(update={"name": name})


@dataclass(frozen=True)
class Rename:
    """Another name for a branch that is looked at from within."""

    name: str

    def apply(self, network: Network) -> Network:
        """The branch renamed. Raises `EditError`."""
        assert isinstance(network, BranchNetwork)
        return network.renamed(self.name)

    def describe(self, network: Network) -> str:
        """`branch 3x3 is called 5x5`."""
        assert isinstance(network, BranchNetwork)
        return f"branch {network.name} is called {self.name}"


@dataclass(frozen=True)
class Within:
    """An edit of the blocks of one branch."""

    steps: BranchPath
    edit: Edit

    def apply(self, network: Network) -> Network:
        """The network with the branch edited. Raises `EditError`."""
        inside = network.with_blocks(branch_at(network, self.steps).blocks)
        if isinstance(self.edit, Remove) and len(inside.blocks) == 1:
            return with_branch_blocks(network, self.steps, ())  # then what arrives leaves unchanged
        return with_branch_blocks(network, self.steps, self.edit.apply(inside).blocks)

    def describe(self, network: Network) -> str:
        """`row 3, branch 3x3: row 1: channels 8 → 16`."""
        branch = branch_at(network, self.steps)
        inside = network.with_blocks(branch.blocks)
        row = " in ".join(str(row) for row, _ in reversed(self.steps))
        return f"row {row}, branch {branch.name}: {self.edit.describe(inside)}"


@dataclass(frozen=True)
class SetBranches:
    """Other branches in one row, with what that is in words."""

    row: int
    branches: Sequence[Mapping[str, Any]] = field(hash=False)
    told: str

    def apply(self, network: Network) -> Network:
        """The network with those branches. Raises `EditError`."""
        return SetFields(self.row, {"branches": list(self.branches)}).apply(network)

    def describe(self, network: Network) -> str:  # noqa: ARG002
        """What was said of it when it was made."""
        return self.told


def row_at(network: Network, steps: BranchPath) -> Branches:
    """The row of branches that the last of `steps` is in. Raises `EditError`."""
    blocks: Sequence[BlockSpec] = network.blocks
    for row, number in steps[:-1]:
        blocks = _branches_row(blocks, row, number).branches[number].blocks
    return _branches_row(blocks, *steps[-1])


def branch_at(network: Network, steps: BranchPath) -> Branch:
    """The branch that `steps` lead to. Raises `EditError`."""
    return row_at(network, steps).branches[steps[-1][1]]


def with_branch_blocks(
    network: Network, steps: BranchPath, blocks: tuple[BlockSpec, ...]
) -> Network:
    """`network` with other blocks in the branch that `steps` lead to. Raises `EditError`."""
    return network.with_blocks(_replace_branch_blocks(network.blocks, steps, blocks))


def branch_as_network(network: Network, steps: BranchPath, arrives: Shape) -> BranchNetwork:
    """The branch that `steps` lead to, into which `arrives` comes. Raises `EditError`."""
    row, branch = row_at(network, steps), branch_at(network, steps)
    shared = {name: getattr(network, name) for name in Network.model_fields}
    others = tuple(other.name for other in row.branches if other.name != branch.name)
    return BranchNetwork.model_construct(
        **{**shared, "input": arrives, "blocks": branch.blocks},
        name=branch.name,
        others=others,
    )


def branches_to_dicts(branches: Sequence[Branch]) -> list[dict[str, Any]]:
    """Branches as recipes write them."""
    return [
        {"name": branch.name, "blocks": [{"block": b.block, **b.fields()} for b in branch.blocks]}
        for branch in branches
    ]


def with_copied_branch(row: Branches, after: int) -> tuple[list[dict[str, Any]], str]:
    """The branches with one more like the one at `after` (from 0), and its name."""
    names = {branch.name for branch in row.branches}
    base = row.branches[after].name[: MAX_BRANCH_NAME_CHARS - 4]
    name = next(name for n in range(2, len(names) + 3) if (name := f"{base}-{n}") not in names)
    copy = row.branches[after].model_copy(update={"name": name})
    return branches_to_dicts((*row.branches[: after + 1], copy, *row.branches[after + 1 :])), name


def _branches_row(blocks: Sequence[BlockSpec], row: int, number: int) -> Branches:
    spec = blocks[row - 1] if 1 <= row <= len(blocks) else None
    if not isinstance(spec, Branches) or not 0 <= number < len(spec.branches):
        raise EditError(f"row {row} has no branch {number + 1}")
    return spec


def _replace_branch_blocks(
    blocks: tuple[BlockSpec, ...], steps: BranchPath, new: tuple[BlockSpec, ...]
) -> tuple[BlockSpec, ...]:
    (row, number), *rest = steps
    spec = _branches_row(blocks, row, number)
    branch = spec.branches[number]
    inner = _replace_branch_blocks(branch.blocks, tuple(rest), new) if rest else new
    branches = list(spec.branches)
    branches[number] = branch.model_copy(update={"blocks": inner})
    changed = spec.model_copy(update={"branches": tuple(branches)})
    return (*blocks[: row - 1], changed, *blocks[row:])
