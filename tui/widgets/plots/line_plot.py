"""Curves as lines of characters: axes, lines, signs. Knows nothing of screens.

Training is a line with a hollow sign at its end; validation is a dotted line through filled
signs. Each run has its own sign, so that nothing rests on colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tui.widgets.cells import fit_width
from tui.widgets.plots.axes import Axis, make_axis
from tui.widgets.plots.canvas import Canvas
from tui.widgets.plots.downsampling import CurvePoints, Span, merge_spans

Piece = tuple[str, int]
"""Characters and their ink: the slot of a run, or one of those below."""

NOTHING, TITLE, AXIS = -1, -2, -3

MAX_RUNS = 6
"""Runs that can be told apart on one plot."""

FILLED_SIGNS = ("●■▲◆★▼", "ABCDEF")
HOLLOW_SIGNS = ("○□△◇☆▽", "abcdef")
"""The signs of the slots, for validation and for training: as Unicode, and as ASCII."""

SIGN_DISTANCE = 3
"""Cells between the signs of one curve."""


@dataclass(frozen=True)
class Curve:
    """One line of a plot: points with ascending `x`, what they are, and the slot of their run."""

    points: CurvePoints
    role: Literal["training", "validation"]
    slot: int


@dataclass(frozen=True)
class LinePlotData:
    """What is drawn: a title, curves on one pair of axes, and words for when there are none."""

    title: str
    curves: tuple[Curve, ...] = ()
    empty: str = ""


def run_sign(slot: int, role: str, *, ascii: bool) -> str:  # noqa: A002
    """The sign of a run's training or validation curve."""
    return (FILLED_SIGNS if role == "validation" else HOLLOW_SIGNS)[ascii][slot % MAX_RUNS]


def draw_line_plot(
    plot: LinePlotData,
    width: int,
    height: int,
    *,
    ascii: bool = False,  # noqa: A002
) -> list[list[Piece]]:
    """`height` lines of `width` cells. Needs some 20 × 4 cells to say anything."""
    lines: list[list[Piece]] = [[(fit_width(plot.title, width, ascii=ascii), TITLE)]]
    rows = height - 2
    curves = [curve for curve in plot.curves if curve.points]
    if not curves or rows < 2 or width < 12:
        lines += [[(fit_width(plot.empty, width, ascii=ascii), AXIS)]] if not curves else []
        return [*lines, *([(" " * width, NOTHING)] for _ in range(height - len(lines)))][:height]
    upright = make_axis(
        min(span.low for curve in curves for span in curve.points),
        max(span.high for curve in curves for span in curve.points),
        max(2, rows // 2),
    )
    margin = max(map(len, upright.labels()), default=1) + 1
    canvas = Canvas(width - margin, rows, ascii)
    level = make_axis(
        min(0.0, *(curve.points[0].x for curve in curves)),
        max(curve.points[-1].x for curve in curves),
        max(2, canvas.width // 7),
        integers=True,
    )
    placed = [(curve, _draw(canvas, curve, level, upright)) for curve in curves]
    for curve, ends in sorted(placed, key=lambda item: item[0].role, reverse=True):
        _sign(canvas, curve, ends)
    lines += _framed(canvas, upright, margin)
    lines.append(_level_labels(level, margin, canvas.width, ascii=ascii))
    return lines


def _draw(canvas: Canvas, curve: Curve, level: Axis, upright: Axis) -> list[tuple[int, int]]:
    """Draw a curve; where it leaves each column of pixels, first to last."""

    def down(value: float) -> int:
        return round((1 - upright.fraction(value)) * (canvas.pixel_height - 1))

    dotted = curve.role == "validation"
    ends: list[tuple[int, int]] = []
    for x, span in _columns(curve.points, level, canvas.pixel_width):
        if ends:
            canvas.line(*ends[-1], x, down(span.first), curve.slot, every=3 if dotted else 1)
        if not dotted or not ends:
            canvas.line(x, down(span.high), x, down(span.low), curve.slot)
        ends.append((x, down(span.last)))
    return ends


def _sign(canvas: Canvas, curve: Curve, ends: list[tuple[int, int]]) -> None:
    """Put the signs of validation along its curve, that of training once near its end."""
    sign = run_sign(curve.slot, curve.role, ascii=canvas.ascii)
    apart = SIGN_DISTANCE if canvas.ascii else 2 * SIGN_DISTANCE
    taken: int | None = None
    # Where the curves lie on each other, the end of training is signed a little before its place.
    before = (
        [(ends[-1][0] - apart // SIGN_DISTANCE, ends[-1][1])] if curve.role == "training" else []
    )
    for x, y in [*reversed(ends), *before]:
        if taken is not None and taken - x < apart:
            continue
        if canvas.put_sign(x, y, sign, curve.slot):
            if curve.role == "training":
                return
            taken = x


def _columns(points: CurvePoints, level: Axis, across: int) -> list[tuple[int, Span]]:
    """The points joined by the column of pixels that they fall into."""
    columns: list[tuple[int, Span]] = []
    low, scale = level.low, (across - 1) / (level.high - level.low)
    for span in points:
        x = round((span.x - low) * scale)
        if columns and columns[-1][0] == x:
            columns[-1] = x, merge_spans(columns[-1][1], span)
        else:
            columns.append((x, span))
    return columns


def _framed(canvas: Canvas, upright: Axis, margin: int) -> list[list[Piece]]:
    """The rows of the canvas with their labels at the left."""
    labels = {
        round((1 - upright.fraction(tick)) * (canvas.height - 1)): label
        for tick, label in zip(upright.ticks, upright.labels(), strict=True)
    }
    edge, tick = ("|", "+") if canvas.ascii else ("│", "┤")
    return [
        [
            (labels.get(row, "").rjust(margin - 1) + (tick if row in labels else edge), AXIS),
            *canvas.row(row),
        ]
        for row in range(canvas.height)
    ]


def _level_labels(level: Axis, margin: int, width: int, *, ascii: bool) -> list[Piece]:  # noqa: A002
    text = [" "] * (margin + width)
    text[margin - 1] = "+" if ascii else "└"
    last = -1
    for tick, label in zip(level.ticks, level.labels(), strict=True):
        middle = margin + round(level.fraction(tick) * (width - 1))
        start = min(max(margin, middle - len(label) // 2), margin + width - len(label))
        if start > last:
            text[start : start + len(label)] = label
            last = start + len(label)
    return [("".join(text), AXIS)]
