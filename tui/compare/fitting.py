"""Which columns of the table are in view, and how wide each is drawn. No widgets here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui.compare.view import Head

MARK = 2
"""Cells before a name, for the sign of a marked variant."""
GAP = "  "
WIDEST_NAME, NARROWEST_NAME = 28, 10


@dataclass(frozen=True)
class Fitting:
    """Columns below `heads` in `width` cells; the names always, then those from `first` on."""

    heads: Sequence[Head]
    width: int
    first: int = 1

    @property
    def shown(self) -> list[int]:
        """The columns in view: the names, then as many as fit."""
        return [0, *range(self.first, self.last)]

    @property
    def last(self) -> int:
        """The column after the last that fits whole; at least one fits."""
        if not self.heads:
            return 0
        place = self.first
        room = self._room
        while place < len(self.heads):
            room -= self.heads[place].width
            if room < 0 and place > self.first:
                break
            room -= len(GAP)
            place += 1
        return place

    @property
    def beside(self) -> tuple[int, int]:
        """How many columns are out of view at the left and at the right."""
        return self.first - 1, len(self.heads) - self.last

    def cells(self, place: int) -> int:
        """How wide a column is drawn: names give way to figures, up to a point."""
        wide = self.heads[place].width
        if place == 0:
            return min(wide, max(NARROWEST_NAME, min(WIDEST_NAME, self.width // 4)))
        return max(1, min(wide, self._room))

    def at(self, x: int) -> int | None:
        """The column in which the cell `x` is."""
        end = MARK
        for place in self.shown:
            end += self.cells(place) + len(GAP)
            if x < end:
                return place
        return None

    def showing(self, column: int) -> Fitting:
        """The same with `column` in view, and no room left that another column could take."""
        first = max(1, min(column, self.first) if column else self.first)
        first = max(1, min(first, len(self.heads) - 1))
        while column >= self._from(first).last and first < column:
            first += 1
        while first > 1 and self._from(first - 1).last >= len(self.heads):
            first -= 1
        return self._from(first)

    def _from(self, first: int) -> Fitting:
        return Fitting(self.heads, self.width, first)

    @property
    def _room(self) -> int:
        """Cells for all columns but the names."""
        return self.width - MARK - self.cells(0) - len(GAP)
