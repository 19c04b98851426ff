"""Going into branches and out again, as a part of the Compose screen."""

from __future__ import annotations

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
from tui.compose.branch_edits import (
    BranchNetwork,
    Rename,
    branch_as_network,
    with_copied_branch,
)
from tui.compose.breadcrumb import Trail
from tui.compose.inspector import Inspector, known_in_shape
from tui.compose.network_rows import NetworkRows, RowsHeading
from tui.model.analyser_requests import AnalyserFailure, CostsRequest
from tui.model.costs import Costs
from tui.shell.mode_screen import ModeScreen


@dataclass(frozen=True)
class OpenBranch:
    """A branch that is looked at from within, and what is around it."""

    path: BranchPath
    in_shapes: tuple[Shape, ...]
    """What arrives at the row of each step."""
    surroundings: Network
    """The whole network without the blocks of the branch: while it is this, the place holds."""

    @classmethod
    def open_at(cls, network: Network, steps: BranchPath, shapes: tuple[Shape, ...]) -> OpenBranch:
        """The place that `steps` lead to. Raises `EditError`."""
        return cls(steps, shapes, with_branch_blocks(network, steps, ()))

    def still_valid(self, network: Network) -> bool:
        """Whether nothing has changed but the blocks of the branch."""
        try:
            return with_branch_blocks(network, self.path, ()) == self.surroundings
        except EditError:
            return False


class Inside(ModeScreen):
    """The network as the rows show it: all of it, or the blocks of one branch."""

    MODE = "compose"
    _place: OpenBranch | None = None
    _branch: BranchNetwork | None = None
    _branch_costs: Costs | None = None

    @property
    def network(self) -> Network:
        """What the rows show."""
        return self._branch or self.workspace.document.network

    @property
    def costs(self) -> Costs | None:
        """The newest figures of what the rows show."""
        return self._branch_costs if self._place else self.workspace.costs

    @property
    def rows(self) -> NetworkRows:
        """The list of rows."""
        return self.query_one(NetworkRows)

    @property
    def row(self) -> int:
        """The selected row, from 1; 0 is the network, or the branch, itself."""
        return self.rows.cursor

    def show_rows(self) -> None:
        """Show what is looked at: the network, or a branch of it."""
        rows = self.rows
        rows.network, rows.costs = self.network, self.costs
        rows.cursor = rows.validate_cursor(rows.cursor)
        self.query_one(RowsHeading).network = self.network
        self.show_row()

    def show_row(self) -> None:
        """Show what is to be said of the selected row."""
        self.query_one(Inspector).show(self.network, self.row, self.costs)

    def change(self, edit: Edit | Rename) -> bool:
        """Make an edit of what the rows show; say why not where it cannot be made."""
        if isinstance(edit, Rename):
            return self._rename(edit)
        if self._place is None:
            return self.workspace.edit(edit)
        return self.workspace.edit(Within(self._place.path, edit))

    def follow(self) -> None:
        """The document has become another: stay where that is still the same place."""
        network = self.workspace.document.network
        place = self._place
        while place is not None and not place.still_valid(network):
            place = self._above(place)
        self._be_at(place)

    def action_open_row(self) -> None:
        """Into the first branch of the selected row."""
        spec = self.network.blocks[self.row - 1] if self.row else None
        if not isinstance(spec, Branches):
            self.notify("Only a row of branches has blocks inside.", markup=False)
            return
        arrives = known_in_shape(self.network, self.row, self.costs)
        if arrives is None or len(arrives) != 3:
            words = "What arrives here is not known: mend what is wrong before, or wait for it."
            self.notify(words, severity="warning", markup=False)
            return
        steps = (*self._steps, (self.row, 0))
        shapes = (*(self._place.in_shapes if self._place else ()), arrives)
        self._go(OpenBranch.open_at(self.workspace.document.network, steps, shapes), 1)

    def action_leave_row(self) -> None:
        """Back to the row of branches."""
        if self._place is not None:
            row = self._place.path[-1][0]
            self._go(self._above(self._place), row)

    def action_next_branch(self) -> None:
        """The branch after this one."""
        self._beside(1)

    def action_previous_branch(self) -> None:
        """The branch before this one."""
        self._beside(-1)

    def action_add_branch(self) -> None:
        """One more like this one."""
        if self._place is None:
            self._tell_outside()
            return
        row, number = self._place.path[-1]
        spec = row_at(self.workspace.document.network, self._place.path)
        branches, name = with_copied_branch(spec, number)
        self._set_branches(SetBranches(row, branches, f"row {row}: new branch {name}"), number + 1)

    def action_remove_branch(self) -> None:
        """This one goes; two stay."""
        if self._place is None:
            self._tell_outside()
            return
        row, number = self._place.path[-1]
        spec = row_at(self.workspace.document.network, self._place.path)
        if len(spec.branches) == 2:
            words = "Of two branches both stay: delete the row of branches instead."
            self.notify(words, severity="warning", markup=False)
            return
        left = branches_to_dicts((*spec.branches[:number], *spec.branches[number + 1 :]))
        words = f"row {row}: branch {spec.branches[number].name} taken out"
        self._set_branches(SetBranches(row, left, words), min(number, len(left) - 1))

    def _receive_costs(self, costs: Costs | AnalyserFailure) -> None:
        if self._branch is None or isinstance(costs, AnalyserFailure):
            return
        if costs.network == self._branch.to_network():
            fault = costs.fault
            if fault is not None and fault.trainable_only:
                fault = None  # a branch needs no head
            self._branch_costs = replace(costs, network=self._branch, fault=fault)
            self.show_rows()

    @property
    def _steps(self) -> BranchPath:
        return self._place.path if self._place else ()

    def _above(self, place: OpenBranch) -> OpenBranch | None:
        if len(place.path) == 1:
            return None
        return OpenBranch.open_at(
            self.workspace.document.network, place.path[:-1], place.in_shapes[:-1]
        )

    def _beside(self, by: int) -> None:
        if self._place is None:
            self._tell_outside()
            return
        row, number = self._place.path[-1]
        count = len(row_at(self.workspace.document.network, self._place.path).branches)
        steps = (*self._place.path[:-1], (row, (number + by) % count))
        self._go(
            OpenBranch.open_at(self.workspace.document.network, steps, self._place.in_shapes), 1
        )

    def _tell_outside(self) -> None:
        self.notify("Open a row of branches first, with the right arrow.", markup=False)

    def _rename(self, edit: Rename) -> bool:
        assert self._place is not None
        network = self.workspace.document.network
        row, number = self._place.path[-1]
        spec, branch = row_at(network, self._place.path), branch_at(network, self._place.path)
        renamed = branch.model_copy(update={"name": edit.name})
        branches = branches_to_dicts(
            (*spec.branches[:number], renamed, *spec.branches[number + 1 :])
        )
        return self._set_branches(
            SetBranches(row, branches, f"row {row}: branch {branch.name} is called {edit.name}"),
            number,
            cursor=0,
        )

    def _set_branches(self, edit: SetBranches, number: int, cursor: int = 1) -> bool:
        """Make an edit of the row around this branch; then be in its branch `number`."""
        assert self._place is not None
        above = self._place.path[:-1]
        whole: Edit = Within(above, edit) if above else edit
        try:
            network = whole.apply(self.workspace.document.network)
        except EditError as error:
            self.notify(str(error), severity="error", markup=False)
            return False
        steps = (*above, (edit.row, number))
        self._place = OpenBranch.open_at(network, steps, self._place.in_shapes)
        done = self.workspace.edit(whole)
        self.rows.cursor = cursor
        return done

    def _go(self, place: OpenBranch | None, cursor: int) -> None:
        self._be_at(place)
        self.show_rows()
        self.rows.cursor = min(cursor, len(self.network.blocks))
        self.rows.focus()

    def _be_at(self, place: OpenBranch | None) -> None:
        network = self.workspace.document.network
        moved = place != self._place
        self._place = place
        if moved:
            self._branch_costs = None
        if place is None:
            self._branch = None
        else:
            branch = branch_as_network(network, place.path, place.in_shapes[-1])
            if branch != self._branch or self._branch_costs is None:
                self._branch = branch
                self._ask()
        self.query_one(Trail).show(network, self._steps)

    def _ask(self) -> None:
        if self._branch is not None and self._branch.blocks:
            request = CostsRequest(self._branch.to_network())
            self.workspace.ask(request, "branch", self, self._receive_costs)
