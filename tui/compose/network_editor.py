"""Edits of the rows, as a part of the Compose screen: the selected row is what they meet."""

from __future__ import annotations

from netlab.blocks import BlockSpec
from netlab.recipe.edits import Edit, Insert, Move, Remove, SetFields, Swap
from netlab.recipe.yaml.format import row_text
from tui.compose.branch_navigator import Inside
from tui.compose.default_block import default_block
from tui.compose.inspector import known_in_shape


class Editing(Inside):
    """Duplicate, delete, cut, copy, paste, move, repeat, swap; undo and redo."""

    _clip: BlockSpec | None = None
    """The row that was cut or copied."""

    def insert_kind(self, kind: str) -> None:
        """A new block of `kind` after the selected row."""
        at = self._place_for_new()
        arrives = known_in_shape(self.network, at, self.costs)
        self.make(Insert(at, default_block(self.network, at, kind, arrives)), select=at)

    def action_duplicate(self) -> None:
        """The row once more."""
        if self.row:
            self.make(Insert(self.row + 1, self.network.blocks[self.row - 1]), self.row + 1)

    def action_delete(self) -> None:
        """The row goes."""
        if self.row:
            self.make(Remove(self.row), self.row)

    def action_cut(self) -> None:
        """The row goes, to be pasted."""
        self.action_copy()
        self.action_delete()

    def action_copy(self) -> None:
        """The row is kept, to be pasted."""
        if self.row:
            self._clip = self.network.blocks[self.row - 1]
            self.app.copy_to_clipboard(row_text(self._clip))

    def action_paste(self) -> None:
        """The kept row comes after the selected one."""
        if self._clip is None:
            self.notify("Cut or copy a row first.", markup=False)
        else:
            self.make(Insert(self.row + 1, self._clip), self.row + 1)

    def action_move_up(self) -> None:
        """Up by one."""
        self._move(-1)

    def action_move_down(self) -> None:
        """Down by one."""
        self._move(1)

    def action_repeat_more(self) -> None:
        """One block more."""
        self._repeat(1)

    def action_repeat_less(self) -> None:
        """One block less."""
        self._repeat(-1)

    def action_undo(self) -> None:
        """Back by one change."""
        past = self.workspace.document.past
        self.workspace.undo()
        self._tell_step(f"Undone: {past[-1].description}" if past else "Nothing to undo.")

    def action_redo(self) -> None:
        """Forward by one change."""
        future = self.workspace.document.future
        self.workspace.redo()
        self._tell_step(f"Done again: {future[-1].description}" if future else "Nothing to redo.")

    def action_baseline(self) -> None:
        """This network is what others are compared with."""
        self.workspace.document = self.workspace.document.as_baseline()
        self.notify("Costs are now compared with the network as it is.", markup=False)

    def make(self, edit: Edit, select: int) -> None:
        """Make an edit, and select a row after it."""
        if self.change(edit):
            self.rows.cursor = min(select, len(self.network.blocks))
            self.rows.focus()

    def _move(self, by: int) -> None:
        to = self.row + by
        if self.row and 1 <= to <= len(self.network.blocks):
            self.make(Move(self.row, to), to)

    def _repeat(self, by: int) -> None:
        if self.row:
            repeat = self.network.blocks[self.row - 1].repeat + by
            if repeat:
                self.make(SetFields(self.row, {"repeat": repeat}), self.row)

    def swap_kind(self, kind: str) -> None:
        """Swap the kind; fields that the new kind needs and the old one lacks are made up."""
        arrives = known_in_shape(self.network, self.row, self.costs)
        fresh = default_block(self.network, self.row, kind, arrives).fields()
        kept = self.network.blocks[self.row - 1].fields()
        made_up = {name: value for name, value in fresh.items() if name not in kept}
        self.make(Swap(self.row, kind, made_up), self.row)

    def _place_for_new(self) -> int:
        """After the selected row; before it where what it gives out is no map any more."""
        costs = self.costs
        if costs and costs.network == self.network and 0 < self.row <= len(costs.rows):
            leaves = costs.rows[self.row - 1].out_shape
            if len(leaves) == 1:
                return self.row
        return self.row + 1

    def _tell_step(self, words: str) -> None:
        self.app.clear_notifications()
        self.notify(words, timeout=3, markup=False)
