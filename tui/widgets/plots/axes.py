"""Round numbers for the axes of a plot."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Axis:
    """The range of an axis, and its ticks."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def fraction(self, value: float) -> float:
        """Position of `value` between the ends: 0 is `low`, 1 is `high`."""
        return (value - self.low) / (self.high - self.low)

    def labels(self) -> tuple[str, ...]:
        """The texts of the ticks, all with the same number of decimals."""
        gaps = [b - a for a, b in zip(self.ticks, self.ticks[1:], strict=False)]
        return tuple(_number(tick, min(gaps, default=1.0)) for tick in self.ticks)


def make_axis(low: float, high: float, max_ticks: int, *, integers: bool = False) -> Axis:
    """An axis from `low` to `high` with at most `max_ticks` (but at least 2) round ticks.

    With `integers`, ticks are whole numbers. An empty or infinite range is replaced by another.
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        low, high = 0.0, 1.0
    if high <= low:
        room = abs(low) * 0.05 or 0.5
        low, high = low - room, high + room
    step = _step((high - low) / max(1, max_ticks - 1), whole=integers)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    ticks = tuple(place * step for place in range(first, last + 1))
    return Axis(low, high, ticks[:: max(1, math.ceil(len(ticks) / max(2, max_ticks)))])


def _step(least: float, *, whole: bool) -> float:
    size = 10.0 ** math.floor(math.log10(least))
    step = next(size * part for part in (1, 2, 5, 10) if size * part >= least * (1 - 1e-9))
    return max(1.0, math.ceil(step)) if whole else step


def _number(value: float, gap: float) -> str:
    if value and not 1e-4 <= abs(value) < 1e6:
        return f"{value:.0e}".replace("e+0", "e").replace("e-0", "e-").replace("e+", "e")
    decimals = max(0, -math.floor(math.log10(gap) + 1e-9)) if gap < 1 else 0
    text = f"{value:.{decimals}f}"
    return f"{0:.{decimals}f}" if float(text) == 0 else text
