"""Loss surfaces on a common scale: the height and colour of each loss, and a short description."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from netlab.loss_surface import Loss, LossSurface

NEAR_CENTRE_LOSS = 1.0
"""A point is near the centre if its loss is at most this much above the centre's."""
MAX_DRAWN_LOSS = 10.0
"""Higher losses are drawn as this one. A network that guesses has ln(classes), 2.3 for ten."""


@dataclass(frozen=True)
class LossScale:
    """A logarithmic scale from the lowest to the highest loss of all surfaces."""

    low: float
    high: float

    def height(self, loss: Loss) -> float:
        """0 for the lowest, 1 for the highest; a loss that is not finite is highest."""
        if loss is None:
            return 1.0
        if self.high <= self.low:
            return 0.0
        clipped = min(max(loss, self.low), self.high)
        return math.log(clipped / self.low) / math.log(self.high / self.low)

    def loss(self, height: float) -> float:
        return float(self.low * (self.high / self.low) ** height)


@dataclass(frozen=True)
class SurfaceShape:
    """A surface in numbers; `near` is the share of points near the centre, 0 to 1."""

    centre: Loss
    median: float
    highest: Loss
    near: float


def common_scale(surfaces: Sequence[LossSurface]) -> LossScale:
    """The scale that fits all of `surfaces`, cut off at `MAX_DRAWN_LOSS`."""
    losses = [
        min(loss, MAX_DRAWN_LOSS)
        for surface in surfaces
        for loss in surface.finite_losses
        if loss > 0
    ]
    return LossScale(min(losses), max(losses)) if losses else LossScale(1.0, 1.0)


def surface_shape(surface: LossSurface) -> SurfaceShape:
    """The numbers of a surface; a loss that is not finite counts as infinite."""
    finite, points = surface.finite_losses, surface.settings.points**2
    centre = surface.centre
    near = 0 if centre is None else sum(loss <= centre + NEAR_CENTRE_LOSS for loss in finite)
    return SurfaceShape(
        centre=centre,
        median=median([*finite, *[math.inf] * (points - len(finite))]),
        highest=finite[-1] if len(finite) == points else None,
        near=near / points,
    )


def describe_surface(surface: LossSurface) -> tuple[str, str, str]:
    """The loss at the centre, the median and highest loss, and how wide the valley is."""
    shape = surface_shape(surface)
    highest = "not finite" if shape.highest is None else f"{shape.highest:.2f}"
    centre = "not finite" if shape.centre is None else f"{shape.centre:.2f}"
    return (
        f"loss {centre} at the trained weights",
        f"median {shape.median:.2f}, highest {highest}",
        f"{100 * shape.near:.0f} % of the points at most {NEAR_CENTRE_LOSS:g} above",
    )


_COLOUR_STOPS = ((68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37))
"""Colours whose lightness rises evenly, so that a print in grey shows the same."""


def colour_at(height: float) -> tuple[int, int, int]:
    """Red, green and blue for a height from 0 to 1."""
    position = min(max(height, 0.0), 1.0) * (len(_COLOUR_STOPS) - 1)
    index = min(int(position), len(_COLOUR_STOPS) - 2)
    share = position - index
    low, high = _COLOUR_STOPS[index], _COLOUR_STOPS[index + 1]
    red, green, blue = (round(a + share * (b - a)) for a, b in zip(low, high, strict=True))
    return red, green, blue
