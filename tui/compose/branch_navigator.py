"""Which branch the rows show, if any, and its costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from netlab.blocks import Shape
from netlab.blocks.branches import Branches
from netlab.errors import EditError
from netlab.recipe.branch_paths import (
    BranchPath,
    branch_at,
    branches_to_dicts,
    row_at,
    with_branch_blocks,
)
from netlab.recipe.edits import Edit, SetBranches, Within
from netlab.recipe.network import Network
from tui.compose.branch_edits import BranchNetwork, Rename, branch_as_network, with_copied_branch
from tui.compose.network_rows import NetworkRows
from tui.model.analyser_requests import AnalyserFailure, CostsRequest
from tui.model.costs import Costs, known_in_shape
from tui.workspace import Workspace


@dataclass(frozen=True)
class OpenBranch:
    """An open branch, and the network without it."""

    path: BranchPath
    in_shapes: tuple[Shape, ...]
    """For each step of `path`, the input shape of that row."""
    surroundings: Network
    """The network without the blocks of the branch. If it changes, the branch is closed."""

    @classmethod
    def open_at(cls, network: Network, path: BranchPath, shapes: tuple[Shape, ...]) -> OpenBranch:
        """The branch that `path` leads to. Raises `EditError`."""
        return cls(path, shapes, with_branch_blocks(network, path, ()))

    def still_valid(self, network: Network) -> bool:
        """Whether `network` differs from the one opened only in the blocks of the branch."""
        try:
            return with_branch_blocks(network, self.path, ()) == self.surroundings
        except EditError:
            return False


class BranchNavigator:
    """Opens and leaves branches. `network` is what the rows show; `costs` are its costs.

    Calls `show` if either of them changes while the document stays the same.
    """

    def __init__(self, workspace: Workspace, rows: NetworkRows, show: Callable[[], object]) -> None:
        self._workspace = workspace
        self._rows = rows
        self._show = show
        self._open: OpenBranch | None = None
        self._branch: BranchNetwork | None = None
        self._branch_costs: Costs | None = None

    @property
    def path(self) -> BranchPath:
        """The path of the open branch; empty if none is open."""
        return self._open.path if self._open else ()

    @property
    def network(self) -> Network:
        """The network that the rows show: the whole one, or the open branch."""
        return self._branch or self._workspace.document.network

    @property
    def costs(self) -> Costs | None:
        return self._branch_costs if self._open else self._workspace.costs

    def edit(self, edit: Edit | Rename) -> bool:
        """Edit the network that the rows show. If it fails, show why and return False."""
        if isinstance(edit, Rename):
            return self._rename(edit)
        return self._workspace.edit(Within(self.path, edit) if self.path else edit)

    def follow_document(self) -> None:
        """Keep the branch open if it is still valid; else open the nearest valid outer one."""
        branch = self._open
        while branch is not None and not branch.still_valid(self._workspace.document.network):
            branch = self._around(branch)
        self._set_open(branch)

    def open_row(self) -> None:
        row = self._rows.cursor
        spec = self.network.blocks[row - 1] if row else None
        if not isinstance(spec, Branches):
            self._workspace.notify("Only a row of branches has blocks inside.", markup=False)
            return
        in_shape = known_in_shape(self.network, row, self.costs)
        if in_shape is None or len(in_shape) != 3:
            text = "The shape of the input here is not known: fix the rows before, or wait for it."
            self._workspace.notify(text, severity="warning", markup=False)
            return
        shapes = (*(self._open.in_shapes if self._open else ()), in_shape)
        self._go((*self.path, (row, 0)), shapes)

    def leave(self) -> None:
        if self._open is not None:
            row = self._open.path[-1][0]
            self._show_branch(self._around(self._open), row)

    def step(self, by: int) -> None:
        if self._open is None:
            self._explain_opening()
            return
        row, number = self.path[-1]
        count = len(row_at(self._workspace.document.network, self.path).branches)
        self._go((*self.path[:-1], (row, (number + by) % count)), self._open.in_shapes)

    def copy_branch(self) -> None:
        if self._open is None:
            self._explain_opening()
            return
        row, number = self.path[-1]
        spec = row_at(self._workspace.document.network, self.path)
        branches, name = with_copied_branch(spec, number)
        self._set_branches(SetBranches(row, branches, f"row {row}: new branch {name}"), number + 1)

    def remove_branch(self) -> None:
        """Remove the open branch, unless the row has only two."""
        if self._open is None:
            self._explain_opening()
            return
        row, number = self.path[-1]
        spec = row_at(self._workspace.document.network, self.path)
        if len(spec.branches) == 2:
            text = "A row has at least two branches: delete the row instead."
            self._workspace.notify(text, severity="warning", markup=False)
            return
        left = branches_to_dicts((*spec.branches[:number], *spec.branches[number + 1 :]))
        description = f"row {row}: branch {spec.branches[number].name} taken out"
        self._set_branches(SetBranches(row, left, description), min(number, len(left) - 1))

    def _receive_costs(self, costs: Costs | AnalyserFailure) -> None:
        if self._branch is None or isinstance(costs, AnalyserFailure):
            return
        if costs.network == self._branch.to_network():
            fault = costs.fault
            if fault is not None and fault.trainable_only:
                fault = None  # a branch needs no head
            self._branch_costs = replace(costs, network=self._branch, fault=fault)
            self._show()

    def _around(self, branch: OpenBranch) -> OpenBranch | None:
        if len(branch.path) == 1:
            return None
        network = self._workspace.document.network
        return OpenBranch.open_at(network, branch.path[:-1], branch.in_shapes[:-1])

    def _explain_opening(self) -> None:
        text = "Open a row of branches first, with the right arrow."
        self._workspace.notify(text, markup=False)

    def _rename(self, edit: Rename) -> bool:
        network = self._workspace.document.network
        row, number = self.path[-1]
        spec, branch = row_at(network, self.path), branch_at(network, self.path)
        renamed = branch.model_copy(update={"name": edit.name})
        branches = branches_to_dicts(
            (*spec.branches[:number], renamed, *spec.branches[number + 1 :])
        )
        description = f"row {row}: branch {branch.name} is called {edit.name}"
        return self._set_branches(SetBranches(row, branches, description), number, select=0)

    def _set_branches(self, edit: SetBranches, number: int, select: int = 1) -> bool:
        """Edit the row that contains the open branch, then open its branch `number` (from 0)."""
        assert self._open is not None
        above = self.path[:-1]
        whole: Edit = Within(above, edit) if above else edit
        try:
            network = whole.apply(self._workspace.document.network)
        except EditError as error:
            self._workspace.notify(str(error), severity="error", markup=False)
            return False
        # Set before the edit, because watchers of the document read it.
        path = (*above, (edit.row, number))
        self._open = OpenBranch.open_at(network, path, self._open.in_shapes)
        done = self._workspace.edit(whole)
        self._rows.cursor = select
        return done

    def _go(self, path: BranchPath, shapes: tuple[Shape, ...]) -> None:
        branch = OpenBranch.open_at(self._workspace.document.network, path, shapes)
        self._show_branch(branch, select=1)

    def _show_branch(self, branch: OpenBranch | None, select: int) -> None:
        self._set_open(branch)
        self._show()
        self._rows.cursor = min(select, len(self.network.blocks))
        self._rows.focus()

    def _set_open(self, branch: OpenBranch | None) -> None:
        if branch != self._open:
            self._branch_costs = None
        self._open = branch
        if branch is None:
            self._branch = None
            return
        network = self._workspace.document.network
        inside = branch_as_network(network, branch.path, branch.in_shapes[-1])
        if inside != self._branch or self._branch_costs is None:
            self._branch = inside
            if inside.blocks:
                request = CostsRequest(inside.to_network())
                self._workspace.ask(request, "branch", self._rows.screen, self._receive_costs)
