"""One branch as a separate network, and the edits that the branch form makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from netlab.blocks import Shape
from netlab.blocks.branches import Branches
from netlab.errors import EditError
from netlab.recipe.branch_paths import BranchPath, branch_at, branches_to_dicts, row_at
from netlab.recipe.edits import NETWORK_SETTINGS, Edit, SetFields, SetInput
from netlab.recipe.network import Network

MAX_BRANCH_NAME_CHARS = 40


class BranchNetwork(Network):
    """A branch as a network: its blocks and input shape, and the settings of the network."""

    name: str
    others: tuple[str, ...] = ()

    def to_network(self) -> Network:
        """This branch as a plain `Network`, for the analyser."""
        return Network.model_construct(
            **{name: getattr(self, name) for name in Network.model_fields}
        )

    def renamed(self, name: str) -> Self:
        if not name or len(name) > MAX_BRANCH_NAME_CHARS or not name.isprintable():
            raise EditError(
                f"a name has 1 to {MAX_BRANCH_NAME_CHARS} characters that can be seen", "name"
            )
        if name in self.others:
            raise EditError(f"another branch is called '{name}'", "name")
        return self.model_copy(update={"name": name})


@dataclass(frozen=True)
class Rename:
    """The edit that renames the open branch."""

    name: str

    def apply(self, network: Network) -> Network:
        assert isinstance(network, BranchNetwork)
        return network.renamed(self.name)


def branch_as_network(network: Network, path: BranchPath, in_shape: Shape) -> BranchNetwork:
    """The branch at `path` as a network with the input `in_shape`. Raises `EditError`."""
    row, branch = row_at(network, path), branch_at(network, path)
    shared = {name: getattr(network, name) for name in Network.model_fields}
    others = tuple(other.name for other in row.branches if other.name != branch.name)
    return BranchNetwork.model_construct(
        **{**shared, "input": in_shape, "blocks": branch.blocks}, name=branch.name, others=others
    )


def with_copied_branch(row: Branches, after: int) -> tuple[list[dict[str, Any]], str]:
    """The branches with a copy of branch `after` (from 0) behind it, and the copy's name."""
    names = {branch.name for branch in row.branches}
    base = row.branches[after].name[: MAX_BRANCH_NAME_CHARS - 4]
    name = next(name for n in range(2, len(names) + 3) if (name := f"{base}-{n}") not in names)
    copy = row.branches[after].model_copy(update={"name": name})
    return branches_to_dicts((*row.branches[: after + 1], copy, *row.branches[after + 1 :])), name


def field_edit(row: int, fields: Mapping[str, Any]) -> Edit | Rename:
    """The edit that sets `fields` of a row (from 1; 0 is the network or branch)."""
    if row:
        return SetFields(row, fields)
    if "name" in fields:
        return Rename(fields["name"])
    return (
        SetFields("network", fields) if fields.keys() <= {*NETWORK_SETTINGS} else SetInput(fields)
    )
