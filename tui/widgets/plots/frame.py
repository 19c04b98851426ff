"""Shared by all plots: pieces of text with a style, and the axes around a canvas."""

from __future__ import annotations

from collections.abc import Sequence

from tui.widgets.plots.axes import Axis

Piece = tuple[str, int]
"""A text and its style: one of the numbers below, or from 0 on a style of the plot itself."""

EMPTY, TITLE, AXIS = -1, -2, -3


def margin_for(y_axis: Axis) -> int:
    """Width, in cells, of the labels of `y_axis` and its line."""
    return max(map(len, y_axis.labels()), default=1) + 1


def with_axes(
    rows: Sequence[Sequence[Piece]],
    x_axis: Axis,
    y_axis: Axis,
    width: int,
    *,
    ascii: bool,  # noqa: A002
) -> list[list[Piece]]:
    """`rows` of `width` cells with the y axis at the left and the labels of the x axis below."""
    margin = margin_for(y_axis)
    labels = {
        round((1 - y_axis.fraction(tick)) * (len(rows) - 1)): label
        for tick, label in zip(y_axis.ticks, y_axis.labels(), strict=True)
    }
    line, tick = ("|", "+") if ascii else ("│", "┤")
    framed = [
        [(labels.get(y, "").rjust(margin - 1) + (tick if y in labels else line), AXIS), *row]
        for y, row in enumerate(rows)
    ]
    return [*framed, [(_x_labels(x_axis, margin, width, ascii=ascii), AXIS)]]


def _x_labels(axis: Axis, margin: int, width: int, *, ascii: bool) -> str:  # noqa: A002
    text = [" "] * (margin + width)
    text[margin - 1] = "+" if ascii else "└"
    end = -1
    for tick, label in zip(axis.ticks, axis.labels(), strict=True):
        middle = margin + round(axis.fraction(tick) * (width - 1))
        start = min(max(margin, middle - len(label) // 2), margin + width - len(label))
        if start > end:
            text[start : start + len(label)] = label
            end = start + len(label)
    return "".join(text)
