"""A scatter of named points with their Pareto front as lines of characters. No screens here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rich.cells import cell_len, set_cell_size

from netlab.sanitize import sanitize
from tui.widgets.cells import fit_width
from tui.widgets.plots.axes import Axis, make_axis
from tui.widgets.plots.canvas import Canvas

FRONT, DOMINATED, CHOSEN, AXIS, TITLE, NOTHING = 0, 1, 2, 3, 4, -1
"""Inks."""
POINT_SIGNS = {False: ("◆", "○"), True: ("#", "o")}
"""On the front and beaten, by whether only ASCII can be shown."""
MIN_SIZE = (24, 6)
"""Columns and rows below which nothing can be told."""
MAX_POINT_NAME = 24

Piece = tuple[str, int]


@dataclass(frozen=True)
class ScatterPoint:
    """One point; `front` says that no other is at once further left and higher."""

    name: str
    x: float
    y: float
    front: bool
    baseline: bool = False


@dataclass(frozen=True)
class ScatterData:
    """What is drawn: points, what the axes are, and words for when there are no points."""

    points: tuple[ScatterPoint, ...] = ()
    x_label: str = ""
    y_label: str = ""
    empty: str = ""


@dataclass(frozen=True)
class DrawnScatter:
    """Lines of pieces, and which point stands in which cell."""

    lines: tuple[tuple[Piece, ...], ...]
    points_by_cell: dict[tuple[int, int], str]


def draw_scatter(
    scatter: ScatterData,
    width: int,
    height: int,
    *,
    chosen: str | None = None,
    ascii: bool = False,  # noqa: A002
) -> DrawnScatter:
    """`height` lines of `width` cells: a legend, the points over their axes, the labels."""
    if not scatter.points or width < MIN_SIZE[0] or height < MIN_SIZE[1]:
        text = scatter.empty if not scatter.points else "There is no room to draw: press z."
        return DrawnScatter((((_short(text, width, ascii=ascii), AXIS),),), {})
    rows = height - 2
    upright = _padded_axis([point.y for point in scatter.points], max(3, rows // 2))
    labels = upright.labels()
    margin = max(map(len, labels)) + 1
    canvas = Canvas(width - margin, rows, ascii)
    level = _padded_axis([point.x for point in scatter.points], max(2, canvas.width // 12))
    board = _Board(canvas, level, upright)
    board.front([point for point in scatter.points if point.front])
    board.points(scatter.points, chosen)
    lines: list[tuple[Piece, ...]] = [_legend(scatter, width, ascii=ascii)]
    edge, tick = ("|", "+") if ascii else ("│", "┤")
    at = {
        round((1 - upright.fraction(value)) * (rows - 1)): label
        for value, label in zip(upright.ticks, labels, strict=True)
    }
    for row in range(rows):
        label = at.get(row, "").rjust(margin - 1) + (tick if row in at else edge)
        lines.append(((label, AXIS), *board.row(row)))
    lines.append(((_across(level, margin, canvas.width, ascii=ascii), AXIS),))
    cells = {(row + 1, column + margin): name for (row, column), name in board.cells.items()}
    return DrawnScatter(tuple(lines), cells)


class _Board:
    """The canvas with points and names on it; names go where there is room."""

    def __init__(self, canvas: Canvas, level: Axis, upright: Axis) -> None:
        self.canvas = canvas
        self.level = level
        self.upright = upright
        self.cells: dict[tuple[int, int], str] = {}
        self._names: dict[tuple[int, int], tuple[str, int]] = {}

    def at(self, x: float, y: float) -> tuple[int, int]:
        """The pixel of a point."""
        canvas = self.canvas
        return (
            round(self.level.fraction(x) * (canvas.pixel_width - 1)),
            round((1 - self.upright.fraction(y)) * (canvas.pixel_height - 1)),
        )

    def front(self, points: Sequence[ScatterPoint]) -> None:
        """The staircase between the points of the front."""
        for one, other in pairwise(points):
            (x0, y0), (x1, y1) = self.at(one.x, one.y), self.at(other.x, other.y)
            self.canvas.line(x0, y0, x1, y0, FRONT, every=2)
            self.canvas.line(x1, y0, x1, y1, FRONT, every=2)

    def points(self, points: Sequence[ScatterPoint], chosen: str | None) -> None:
        """The signs, the more telling ones over the others, and then the names in that order."""
        ranked = sorted(points, key=lambda p: (p.name == chosen, p.baseline, p.front))
        for point in ranked:
            ink = CHOSEN if point.name == chosen else FRONT if point.front else DOMINATED
            x, y = self.at(point.x, point.y)
            self.canvas.put_sign(x, y, POINT_SIGNS[self.canvas.ascii][not point.front], ink)
            self.cells[self._cell(x, y)] = point.name
        for point in reversed(ranked):
            if point.front or point.baseline or point.name == chosen:
                self._name(point, CHOSEN if point.name == chosen else AXIS)

    def _cell(self, x: int, y: int) -> tuple[int, int]:
        return (y, x) if self.canvas.ascii else (y // 4, x // 2)

    def _name(self, point: ScatterPoint, ink: int) -> None:
        row, column = self._cell(*self.at(point.x, point.y))
        name = _short(sanitize(point.name), MAX_POINT_NAME, ascii=self.canvas.ascii)
        long = cell_len(name)
        for start in (column + 2, column - 1 - long):
            cells = [(row, start + place) for place in range(-1, long + 1)]
            inside = start >= 0 and start + long <= self.canvas.width
            free = not any(cell in self.cells and cell != (row, column) for cell in cells)
            if inside and free and not any(cell in self._names for cell in cells):
                self._names |= dict.fromkeys(cells, ("", ink))
                self._names[row, start] = (name, ink)
                return

    def row(self, row: int) -> list[Piece]:
        """One line, names laid over dots."""
        pieces: list[Piece] = []
        column = 0
        dots = [(char, ink) for text, ink in self.canvas.row(row) for char in text]
        while column < self.canvas.width:
            name, ink = self._names.get((row, column), ("", NOTHING))
            if name:
                pieces.append((name, ink))
                column += cell_len(name)
            else:
                pieces.append(dots[column])
                column += 1
        return pieces


def _padded_axis(values: Sequence[float], most: int) -> Axis:
    """An axis with a little room on either side, so that no point stands on its edge."""
    low, high = min(values), max(values)
    room = (high - low) * 0.06
    return make_axis(low - room, high + room, most)


def _legend(scatter: ScatterData, width: int, *, ascii: bool) -> tuple[Piece, ...]:  # noqa: A002
    front, beaten = POINT_SIGNS[ascii]
    title = _short(f"{scatter.y_label} against {scatter.x_label}", width, ascii=ascii)
    key = f"   {front} Pareto front  {beaten} beaten"
    rest = width - cell_len(title)
    return (title, TITLE), (set_cell_size(key if len(key) <= rest else "", rest), AXIS)


def _across(level: Axis, margin: int, width: int, *, ascii: bool) -> str:  # noqa: A002
    text = [" "] * (margin + width)
    text[margin - 1] = "+" if ascii else "└"
    last = margin - 1
    for tick, label in zip(level.ticks, level.labels(), strict=True):
        middle = margin + round(level.fraction(tick) * (width - 1))
        start = max(margin, middle - len(label) // 2)
        if last < start <= margin + width - len(label):
            text[start : start + len(label)] = label
            last = start + len(label)
    return "".join(text)


def _short(text: str, width: int, *, ascii: bool) -> str:  # noqa: A002
    return text if cell_len(text) <= width else fit_width(text, width, ascii=ascii)
