"""Curves drawn with characters: axes, lines, signs. No widgets here.

Training is a line with a hollow sign at its end; validation is a dotted line with filled
signs. Each run has its own sign, so that the plot can be read without colours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tui.widgets.cells import fit_width
from tui.widgets.plots.axes import Axis, make_axis
from tui.widgets.plots.canvas import Canvas
from tui.widgets.plots.downsampling import CurvePoints, Span, merge_spans
from tui.widgets.plots.frame import AXIS, EMPTY, TITLE, Piece, margin_for, with_axes

MAX_RUNS = 6
"""Most runs in one plot, because each needs its own sign and colour."""

FILLED_SIGNS = ("●■▲◆★▼", "ABCDEF")
HOLLOW_SIGNS = ("○□△◇☆▽", "abcdef")
"""The signs of the slots, for validation and for training: in Unicode, and in ASCII."""

SIGN_DISTANCE = 3
"""Least distance, in cells, between the signs of one curve."""


@dataclass(frozen=True)
class Curve:
    """One line of a plot, its points by ascending `x`."""

    points: CurvePoints
    role: Literal["training", "validation"]
    slot: int
    """The slot of its run: 0 to `MAX_RUNS` - 1."""


@dataclass(frozen=True)
class LinePlotData:
    """What is drawn: a title, and curves on one pair of axes."""

    title: str
    curves: tuple[Curve, ...] = ()
    empty: str = ""
    """The text that is shown if there are no curves."""


def run_sign(slot: int, role: str, *, ascii: bool) -> str:  # noqa: A002
    """The sign for a run's training or validation curve."""
    return (FILLED_SIGNS if role == "validation" else HOLLOW_SIGNS)[ascii][slot % MAX_RUNS]


def draw_line_plot(
    plot: LinePlotData,
    width: int,
    height: int,
    *,
    ascii: bool = False,  # noqa: A002
) -> list[list[Piece]]:
    """`height` lines of `width` cells; each curve has the style of its run's slot.

    With less than about 20 × 4 cells nothing useful is shown.
    """
    lines: list[list[Piece]] = [[(fit_width(plot.title, width, ascii=ascii), TITLE)]]
    rows = height - 2
    curves = [curve for curve in plot.curves if curve.points]
    if not curves or rows < 2 or width < 12:
        lines += [[(fit_width(plot.empty, width, ascii=ascii), AXIS)]] if not curves else []
        return [*lines, *([(" " * width, EMPTY)] for _ in range(height - len(lines)))][:height]
    y_axis = make_axis(
        min(span.low for curve in curves for span in curve.points),
        max(span.high for curve in curves for span in curve.points),
        max(2, rows // 2),
    )
    canvas = Canvas(width - margin_for(y_axis), rows, ascii)
    x_axis = make_axis(
        min(0.0, *(curve.points[0].x for curve in curves)),
        max(curve.points[-1].x for curve in curves),
        max(2, canvas.width // 7),
        integers=True,
    )
    drawn_curves = [(curve, _draw(canvas, curve, x_axis, y_axis)) for curve in curves]
    for curve, ends in sorted(drawn_curves, key=lambda item: item[0].role, reverse=True):
        _sign(canvas, curve, ends)
    drawn = [list(canvas.row(row)) for row in range(rows)]
    return [*lines, *with_axes(drawn, x_axis, y_axis, canvas.width, ascii=ascii)]


def _draw(canvas: Canvas, curve: Curve, x_axis: Axis, y_axis: Axis) -> list[tuple[int, int]]:
    """Draw a curve. Returns, for each column of pixels, the pixel where the curve leaves it."""

    def down(value: float) -> int:
        return round((1 - y_axis.fraction(value)) * (canvas.pixel_height - 1))

    dotted = curve.role == "validation"
    ends: list[tuple[int, int]] = []
    for x, span in _columns(curve.points, x_axis, canvas.pixel_width):
        if ends:
            canvas.line(*ends[-1], x, down(span.first), curve.slot, every=3 if dotted else 1)
        if not dotted or not ends:
            canvas.line(x, down(span.high), x, down(span.low), curve.slot)
        ends.append((x, down(span.last)))
    return ends


def _sign(canvas: Canvas, curve: Curve, ends: list[tuple[int, int]]) -> None:
    """Put signs along a validation curve, or one near the end of a training curve."""
    sign = run_sign(curve.slot, curve.role, ascii=canvas.ascii)
    cell = 1 if canvas.ascii else 2
    if curve.role == "training":
        # If all these cells have a sign already, use the cell before the last point.
        candidates = [*reversed(ends), (ends[-1][0] - cell, ends[-1][1])]
        any(canvas.put_sign(x, y, sign, curve.slot) for x, y in candidates)
        return
    last: int | None = None
    for x, y in reversed(ends):
        if last is not None and last - x < SIGN_DISTANCE * cell:
            continue
        if canvas.put_sign(x, y, sign, curve.slot):
            last = x


def _columns(points: CurvePoints, x_axis: Axis, pixels: int) -> list[tuple[int, Span]]:
    """The points by column of pixels; points in the same column are merged."""
    columns: list[tuple[int, Span]] = []
    low, scale = x_axis.low, (pixels - 1) / (x_axis.high - x_axis.low)
    for span in points:
        x = round((span.x - low) * scale)
        if columns and columns[-1][0] == x:
            columns[-1] = x, merge_spans(columns[-1][1], span)
        else:
            columns.append((x, span))
    return columns
