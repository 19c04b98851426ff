"""A grid of braille dots (or of ASCII characters) on which lines and signs are drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

BRAILLE_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""The bits of a braille cell by column, then by row from the top."""

BRAILLE_BASE = 0x2800
ASCII_DOT = "."
"""Drawn in a cell that has any dots, if only ASCII can be shown."""


@dataclass
class Canvas:
    """`width` × `height` cells of 2 × 4 pixels (`ascii`: 1), counted from the upper left."""

    width: int
    height: int
    ascii: bool = False
    _dots: list[list[int]] = field(init=False)
    _styles: list[list[int]] = field(init=False)
    _signs: dict[tuple[int, int], str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._dots = [[0] * self.width for _ in range(self.height)]
        self._styles = [[-1] * self.width for _ in range(self.height)]

    @property
    def pixel_width(self) -> int:
        return self.width if self.ascii else 2 * self.width

    @property
    def pixel_height(self) -> int:
        return self.height if self.ascii else 4 * self.height

    def dot(self, x: int, y: int, style: int) -> None:
        """Set one pixel; pixels outside are ignored."""
        if not (0 <= x < self.pixel_width and 0 <= y < self.pixel_height):
            return
        if self.ascii:
            self._dots[y][x] = 1
            self._styles[y][x] = style
        else:
            self._dots[y // 4][x // 2] |= BRAILLE_DOTS[x % 2][y % 4]
            self._styles[y // 4][x // 2] = style

    def line(self, x0: int, y0: int, x1: int, y1: int, style: int, *, every: int = 1) -> None:
        """Draw a straight line from one pixel to another, but only each `every`th of its pixels."""
        length = max(abs(x1 - x0), abs(y1 - y0))
        for step in range(0, length + 1, every):
            share = step / length if length else 0.0
            self.dot(round(x0 + share * (x1 - x0)), round(y0 + share * (y1 - y0)), style)

    def put_sign(self, x: int, y: int, sign: str, style: int) -> bool:
        """Put a character into the cell of this pixel. Returns False if the cell has one."""
        column, row = (x, y) if self.ascii else (x // 2, y // 4)
        free = (row, column) not in self._signs
        if free and 0 <= column < self.width and 0 <= row < self.height:
            self._signs[row, column] = sign
            self._styles[row][column] = style
        return free

    def row(self, row: int) -> Iterator[tuple[str, int]]:
        """The cells of a row, as pieces of text in one style; -1 is the style of empty cells."""
        text, style = "", -1
        for column in range(self.width):
            here = self._styles[row][column]
            if here != style and text:
                yield text, style
                text = ""
            style = here
            text += self._character(row, column)
        if text:
            yield text, style

    def _character(self, row: int, column: int) -> str:
        sign = self._signs.get((row, column))
        if sign is not None:
            return sign
        dots = self._dots[row][column]
        if not dots:
            return " "
        return ASCII_DOT if self.ascii else chr(BRAILLE_BASE + dots)
