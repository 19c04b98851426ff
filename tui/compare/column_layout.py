"""Which columns of the table are in view, and their widths. No widgets here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui.compare.table_view import ViewColumn

MARK_WIDTH = 2
"""Cells before a name, for the sign of a marked variant."""
COLUMN_GAP = "  "
MAX_NAME_WIDTH, MIN_NAME_WIDTH = 28, 10


@dataclass(frozen=True)
class ColumnLayout:
    """Columns in `width` cells: always the names, then the columns from `first` on."""

    columns: Sequence[ViewColumn]
    width: int
    first: int = 1

    @property
    def visible(self) -> list[int]:
        """Indexes of the columns in view: the names, then as many as fit."""
        return [0, *range(self.first, self.end)]

    @property
    def end(self) -> int:
        """Index after the last column that fits whole; at least one column is always in view."""
        if not self.columns:
            return 0
        index = self.first
        room = self._room
        while index < len(self.columns):
            room -= self.columns[index].width
            if room < 0 and index > self.first:
                break
            room -= len(COLUMN_GAP)
            index += 1
        return index

    @property
    def hidden(self) -> tuple[int, int]:
        """How many columns are out of view at the left and at the right."""
        return self.first - 1, len(self.columns) - self.end

    def cell_width(self, index: int) -> int:
        """Drawn width of a column in cells; names are shortened to make room for figures."""
        wide = self.columns[index].width
        if index == 0:
            return min(wide, max(MIN_NAME_WIDTH, min(MAX_NAME_WIDTH, self.width // 4)))
        return max(1, min(wide, self._room))

    def column_at(self, x: int) -> int | None:
        end = MARK_WIDTH
        for index in self.visible:
            end += self.cell_width(index) + len(COLUMN_GAP)
            if x < end:
                return index
        return None

    def scrolled_to(self, column: int) -> ColumnLayout:
        """The layout with `column` in view and as many others as fit."""
        first = max(1, min(column, self.first) if column else self.first)
        first = max(1, min(first, len(self.columns) - 1))
        while column >= self._starting_at(first).end and first < column:
            first += 1
        while first > 1 and self._starting_at(first - 1).end >= len(self.columns):
            first -= 1
        return self._starting_at(first)

    def _starting_at(self, first: int) -> ColumnLayout:
        return ColumnLayout(self.columns, self.width, first)

    @property
    def _room(self) -> int:
        """Cells for all columns except the names."""
        return self.width - MARK_WIDTH - self.cell_width(0) - len(COLUMN_GAP)
