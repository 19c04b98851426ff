"""Curves of any length in little room: runs of neighbouring points, thinned as they arrive."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

MOST = 2048
"""Spans that a thinned curve may have; a screen has fewer columns of pixels."""


class Span(NamedTuple):
    """Neighbouring points of a curve: where they begin, and what their values are."""

    x: float
    first: float
    low: float
    high: float
    last: float


Points = tuple[Span, ...]
"""A curve as it is drawn, its `x` ascending."""


def points(pairs: Iterable[tuple[float, float | None]]) -> Points:
    """A short curve from its points; those without a finite value are left out."""
    return tuple(Span(x, y, y, y, y) for x, y in pairs if y is not None and math.isfinite(y))


def joined(one: Span, other: Span) -> Span:
    """Two neighbouring spans as one; no peak and no dip is lost."""
    return Span(one.x, one.first, min(one.low, other.low), max(one.high, other.high), other.last)


class Thinned:
    """A curve that grows at its end and is kept in at most `most` spans.

    Each point is looked at once. Where there is no more room, neighbours are joined by twos, so
    that spans hold about the same number of points.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._whole: list[Span] = []
        self._open: list[float] = []
        """The span that still takes points in: x, first, low, high, last."""
        self._stride = 1
        self._filled = 0
        """Points in the open span."""

    def add(self, x: float, y: float | None) -> None:
        """Add a point beyond the last; one without a finite value is left out."""
        if y is None or not math.isfinite(y):
            return
        if self._filled == 0:
            self._open = [x, y, y, y, y]
        else:
            span = self._open
            span[4] = y
            if y < span[2]:
                span[2] = y
            elif y > span[3]:
                span[3] = y
        self._filled += 1
        if self._filled == self._stride:
            self._close()

    def cut(self, x: float) -> None:
        """Forget what begins after `x`: a run that resumes does those steps again."""
        self._close()
        while self._whole and self._whole[-1].x > x:
            self._whole.pop()

    def points(self) -> Points:
        """The curve so far."""
        return (*self._whole, Span(*self._open)) if self._filled else tuple(self._whole)

    def _close(self) -> None:
        if self._filled:
            self._whole.append(Span(*self._open))
            self._filled = 0
        if len(self._whole) >= self._most:
            spans = self._whole
            self._whole = [joined(spans[i], spans[i + 1]) for i in range(0, len(spans) - 1, 2)]
            self._whole += spans[len(spans) - len(spans) % 2 :]
            self._stride *= 2
