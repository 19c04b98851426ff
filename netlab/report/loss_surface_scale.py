"""Loss surfaces on one scale: how high each point stands, and what to say of each surface."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from netlab.loss_surface import Loss, LossSurface

NEAR_CENTRE_LOSS = 1.0
"""A point is near the trained weights' loss if it is at most this much above it."""
MAX_DRAWN_LOSS = 10.0
"""Losses above this are drawn as this: a network that guesses has ln(classes), 2.3 for ten."""


@dataclass(frozen=True)
class LossScale:
    """A logarithmic scale from the lowest to the highest loss of all surfaces shown."""

    low: float
    high: float

    def height(self, loss: Loss) -> float:
        """0 for the lowest, 1 for the highest; a loss that is no number stands highest."""
        if loss is None:
            return 1.0
        if self.high <= self.low:
            return 0.0
        clipped = min(max(loss, self.low), self.high)
        return math.log(clipped / self.low) / math.log(self.high / self.low)

    def loss(self, height: float) -> float:
        """The loss that stands at `height`."""
        return float(self.low * (self.high / self.low) ** height)


@dataclass(frozen=True)
class SurfaceShape:
    """What a surface looks like in numbers; `near` is a share of all its points, 0 to 1."""

    centre: Loss
    median: float
    highest: Loss
    near: float


def common_scale(surfaces: Sequence[LossSurface]) -> LossScale:
    """The scale that fits all of `surfaces`, cut off at `MOST`."""
    losses = [
        min(loss, MAX_DRAWN_LOSS)
        for surface in surfaces
        for loss in surface.finite_losses
        if loss > 0
    ]
    return LossScale(min(losses), max(losses)) if losses else LossScale(1.0, 1.0)


def surface_shape(surface: LossSurface) -> SurfaceShape:
    """The numbers of a surface; points whose loss is no number count as far away."""
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
    """What to say of a surface: its centre, its heights, and how wide its valley is."""
    shape = surface_shape(surface)
    highest = "no number" if shape.highest is None else f"{shape.highest:.2f}"
    centre = "no number" if shape.centre is None else f"{shape.centre:.2f}"
    return (
        f"loss {centre} at the trained weights",
        f"median {shape.median:.2f}, highest {highest}",
        f"{100 * shape.near:.0f} % of the points at most {NEAR_CENTRE_LOSS:g} above",
    )


_COLOUR_STOPS = ((68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37))
"""Colours that rise evenly in lightness from dark to bright, so that grey prints tell as much."""


def colour_at(height: float) -> tuple[int, int, int]:
    """Red, green and blue for a height from 0 to 1."""
    place = min(max(height, 0.0), 1.0) * (len(_COLOUR_STOPS) - 1)
    index = min(int(place), len(_COLOUR_STOPS) - 2)
    share = place - index
    low, high = _COLOUR_STOPS[index], _COLOUR_STOPS[index + 1]
    red, green, blue = (round(a + share * (b - a)) for a, b in zip(low, high, strict=True))
    return red, green, blue
