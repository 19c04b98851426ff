"""Named points and their Pareto front drawn with characters. No widgets here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rich.cells import cell_len, set_cell_size

from netlab.sanitize import sanitize
from tui.widgets.cells import shorten
from tui.widgets.plots.axes import Axis, make_axis
from tui.widgets.plots.canvas import Canvas
from tui.widgets.plots.frame import AXIS, EMPTY, TITLE, Piece, margin_for, with_axes

FRONT, DOMINATED, CHOSEN = 0, 1, 2
"""Numbers of the styles."""
POINT_SIGNS = {False: ("◆", "○"), True: ("#", "o")}
"""The signs of points on the front and of dominated points, by whether only ASCII can be shown."""
MIN_SIZE = (24, 6)
"""Columns and rows; nothing is drawn in less."""
MAX_POINT_NAME = 24


@dataclass(frozen=True)
class ScatterPoint:
    """A point; it is on the `front` if no other point is both further left and higher."""

    name: str
    x: float
    y: float
    front: bool
    baseline: bool = False


@dataclass(frozen=True)
class ScatterData:
    """What is drawn: points over two axes."""

    points: tuple[ScatterPoint, ...] = ()
    x_label: str = ""
    y_label: str = ""
    empty: str = ""
    """The text that is shown if there are no points."""


@dataclass(frozen=True)
class DrawnScatter:
    """The drawn lines, and for each cell the name of the point in it."""

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
        return DrawnScatter((((shorten(text, width, ascii=ascii), AXIS),),), {})
    rows = height - 2
    y_axis = _padded_axis([point.y for point in scatter.points], max(3, rows // 2))
    margin = margin_for(y_axis)
    canvas = Canvas(width - margin, rows, ascii)
    x_axis = _padded_axis([point.x for point in scatter.points], max(2, canvas.width // 12))
    points = _PointCanvas(canvas, x_axis, y_axis)
    points.draw_front([point for point in scatter.points if point.front])
    points.draw_points(scatter.points, chosen)
    drawn = [points.row(row) for row in range(rows)]
    lines = [
        _legend(scatter, width, ascii=ascii),
        *with_axes(drawn, x_axis, y_axis, canvas.width, ascii=ascii),
    ]
    cells = {(row + 1, column + margin): name for (row, column), name in points.cells.items()}
    return DrawnScatter(tuple(map(tuple, lines)), cells)


class _PointCanvas:
    """A canvas with points and their names; names without enough room are left out."""

    def __init__(self, canvas: Canvas, x_axis: Axis, y_axis: Axis) -> None:
        self.canvas = canvas
        self.x_axis = x_axis
        self.y_axis = y_axis
        self.cells: dict[tuple[int, int], str] = {}
        self._names: dict[tuple[int, int], tuple[str, int]] = {}

    def _pixel(self, x: float, y: float) -> tuple[int, int]:
        return (
            round(self.x_axis.fraction(x) * (self.canvas.pixel_width - 1)),
            round((1 - self.y_axis.fraction(y)) * (self.canvas.pixel_height - 1)),
        )

    def draw_front(self, points: Sequence[ScatterPoint]) -> None:
        """Draw the front as a staircase between its points."""
        for one, other in pairwise(points):
            (x0, y0), (x1, y1) = self._pixel(one.x, one.y), self._pixel(other.x, other.y)
            self.canvas.line(x0, y0, x1, y0, FRONT, every=2)
            self.canvas.line(x1, y0, x1, y1, FRONT, every=2)

    def draw_points(self, points: Sequence[ScatterPoint], chosen: str | None) -> None:
        """Draw signs, the least important point first; then names, the most important first."""
        ranked = sorted(points, key=lambda p: (p.name == chosen, p.baseline, p.front))
        for point in ranked:
            style = CHOSEN if point.name == chosen else FRONT if point.front else DOMINATED
            x, y = self._pixel(point.x, point.y)
            self.canvas.put_sign(x, y, POINT_SIGNS[self.canvas.ascii][not point.front], style)
            self.cells[self._cell(x, y)] = point.name
        for point in reversed(ranked):
            if point.front or point.baseline or point.name == chosen:
                self._name(point, CHOSEN if point.name == chosen else AXIS)

    def _cell(self, x: int, y: int) -> tuple[int, int]:
        return (y, x) if self.canvas.ascii else (y // 4, x // 2)

    def _name(self, point: ScatterPoint, style: int) -> None:
        row, column = self._cell(*self._pixel(point.x, point.y))
        name = shorten(sanitize(point.name), MAX_POINT_NAME, ascii=self.canvas.ascii)
        long = cell_len(name)
        for start in (column + 2, column - 1 - long):
            cells = [(row, start + place) for place in range(-1, long + 1)]
            inside = start >= 0 and start + long <= self.canvas.width
            free = not any(cell in self.cells and cell != (row, column) for cell in cells)
            if inside and free and not any(cell in self._names for cell in cells):
                self._names |= dict.fromkeys(cells, ("", style))
                self._names[row, start] = (name, style)
                return

    def row(self, row: int) -> list[Piece]:
        """The pieces of one row, with names instead of the dots below them."""
        pieces: list[Piece] = []
        column = 0
        dots = [(char, style) for text, style in self.canvas.row(row) for char in text]
        while column < self.canvas.width:
            name, style = self._names.get((row, column), ("", EMPTY))
            if name:
                pieces.append((name, style))
                column += cell_len(name)
            else:
                pieces.append(dots[column])
                column += 1
        return pieces


def _padded_axis(values: Sequence[float], max_ticks: int) -> Axis:
    """An axis with some space at both ends, so that no point is on the edge."""
    low, high = min(values), max(values)
    room = (high - low) * 0.06
    return make_axis(low - room, high + room, max_ticks)


def _legend(scatter: ScatterData, width: int, *, ascii: bool) -> list[Piece]:  # noqa: A002
    front, dominated = POINT_SIGNS[ascii]
    title = shorten(f"{scatter.y_label} against {scatter.x_label}", width, ascii=ascii)
    key = f"   {front} Pareto front  {dominated} beaten"
    rest = width - cell_len(title)
    return [(title, TITLE), (set_cell_size(key if len(key) <= rest else "", rest), AXIS)]
