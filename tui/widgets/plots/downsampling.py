"""Curves of any length in little memory: neighbouring points are joined to spans as they arrive."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

MAX_SPANS = 2048
"""Most spans of a curve; a screen has fewer columns of pixels."""


class Span(NamedTuple):
    """Neighbouring points of a curve: the first `x`, and the values needed to draw them."""

    x: float
    first: float
    low: float
    high: float
    last: float


CurvePoints = tuple[Span, ...]
"""A curve as it is drawn, by ascending `x`."""


def to_spans(pairs: Iterable[tuple[float, float | None]]) -> CurvePoints:
    """A short curve from its points; points without a finite value are left out."""
    return tuple(Span(x, y, y, y, y) for x, y in pairs if y is not None and math.isfinite(y))


def merge_spans(one: Span, other: Span) -> Span:
    """Two neighbouring spans as one, with the lowest and highest value of both."""
    return Span(one.x, one.first, min(one.low, other.low), max(one.high, other.high), other.last)


class DownsampledCurve:
    """A curve that grows at its end and is kept in at most `most` spans.

    Each point is looked at once. When there is no more room, spans are joined in pairs, so that
    they all have about the same number of points.
    """

    def __init__(self, most: int = MAX_SPANS) -> None:
        self._most = most
        self._closed: list[Span] = []
        self._open: list[float] = []
        """The span that new points are added to: x, first, low, high, last."""
        self._stride = 1
        self._filled = 0

    def add(self, x: float, y: float | None) -> None:
        """Add a point after the last one; a point without a finite value is left out."""
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
        """Remove spans that begin after `x`, because a resumed run repeats those steps."""
        self._close()
        while self._closed and self._closed[-1].x > x:
            self._closed.pop()

    def points(self) -> CurvePoints:
        return (*self._closed, Span(*self._open)) if self._filled else tuple(self._closed)

    def _close(self) -> None:
        if self._filled:
            self._closed.append(Span(*self._open))
            self._filled = 0
        if len(self._closed) >= self._most:
            spans = self._closed
            self._closed = [
                merge_spans(spans[i], spans[i + 1]) for i in range(0, len(spans) - 1, 2)
            ]
            self._closed += spans[len(spans) - len(spans) % 2 :]
            self._stride *= 2
