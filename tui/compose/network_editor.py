"""Edits of the selected row of the network."""

from __future__ import annotations

from netlab.blocks import BlockSpec
from netlab.recipe.edits import Edit, Insert, Move, Remove, SetFields, Swap
from netlab.recipe.yaml.yaml_text import row_text
from tui.compose.branch_navigator import BranchNavigator
from tui.compose.default_block import default_block
from tui.compose.network_rows import NetworkRows
from tui.model.costs import known_in_shape
from tui.workspace import Workspace


class NetworkEditor:
    """Edits the network that the rows show, then selects the changed row."""

    def __init__(self, workspace: Workspace, navigator: BranchNavigator, rows: NetworkRows) -> None:
        self._workspace = workspace
        self._navigator = navigator
        self._rows = rows
        self._clipboard: BlockSpec | None = None

    def apply(self, edit: Edit, select: int) -> None:
        if self._navigator.edit(edit):
            self._rows.cursor = min(select, len(self._navigator.network.blocks))
            self._rows.focus()

    def insert_kind(self, kind: str) -> None:
        at = self._insert_position()
        in_shape = known_in_shape(self._navigator.network, at, self._navigator.costs)
        block = default_block(self._navigator.network, at, kind, in_shape)
        self.apply(Insert(at, block), select=at)

    def swap_kind(self, kind: str) -> None:
        """Change the block's kind; fields that only the new kind has get valid values."""
        network, row = self._navigator.network, self._rows.cursor
        in_shape = known_in_shape(network, row, self._navigator.costs)
        fresh = default_block(network, row, kind, in_shape).fields()
        kept = network.blocks[row - 1].fields()
        missing = {name: value for name, value in fresh.items() if name not in kept}
        self.apply(Swap(row, kind, missing), row)

    def duplicate(self) -> None:
        if self._selected is not None:
            self.apply(Insert(self._rows.cursor + 1, self._selected), self._rows.cursor + 1)

    def delete(self) -> None:
        if self._selected is not None:
            self.apply(Remove(self._rows.cursor), self._rows.cursor)

    def cut(self) -> None:
        self.copy()
        self.delete()

    def copy(self) -> None:
        if self._selected is not None:
            self._clipboard = self._selected
            self._workspace.copy_to_clipboard(row_text(self._clipboard))

    def paste(self) -> None:
        if self._clipboard is None:
            self._workspace.notify("Cut or copy a row first.", markup=False)
        else:
            self.apply(Insert(self._rows.cursor + 1, self._clipboard), self._rows.cursor + 1)

    def move_by(self, rows: int) -> None:
        to = self._rows.cursor + rows
        if self._selected is not None and 1 <= to <= len(self._navigator.network.blocks):
            self.apply(Move(self._rows.cursor, to), to)

    def repeat_by(self, blocks: int) -> None:
        if self._selected is not None and self._selected.repeat + blocks:
            repeat = {"repeat": self._selected.repeat + blocks}
            self.apply(SetFields(self._rows.cursor, repeat), self._rows.cursor)

    def undo(self) -> None:
        past = self._workspace.document.past
        self._workspace.undo()
        self._show_step(f"Undone: {past[-1].description}" if past else "Nothing to undo.")

    def redo(self) -> None:
        future = self._workspace.document.future
        self._workspace.redo()
        self._show_step(f"Redone: {future[-1].description}" if future else "Nothing to redo.")

    def set_baseline(self) -> None:
        self._workspace.document = self._workspace.document.as_baseline()
        text = "Costs are now compared with the network as it is."
        self._workspace.notify(text, markup=False)

    @property
    def _selected(self) -> BlockSpec | None:
        row = self._rows.cursor
        return self._navigator.network.blocks[row - 1] if row else None

    def _insert_position(self) -> int:
        """The row after the selected one, or the selected one if its output is a vector."""
        row, costs = self._rows.cursor, self._navigator.costs
        known = costs.rows if costs and costs.network == self._navigator.network else ()
        is_vector = 0 < row <= len(known) and len(known[row - 1].out_shape) == 1
        return row if is_vector else row + 1

    def _show_step(self, text: str) -> None:
        self._workspace.clear_notifications()
        self._workspace.notify(text, timeout=3, markup=False)
