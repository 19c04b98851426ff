"""A loss surface and the settings it is computed with: plain values to pass between processes."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from netlab.atomic_write import write_atomic
from netlab.errors import NetlabError

DEFAULT_POINTS = 17
DEFAULT_EXTENT = 1.0
DEFAULT_IMAGES = 512

Loss = float | None
"""Mean cross-entropy at a point; None if it is not a finite number."""


@dataclass(frozen=True)
class LossSurfaceSettings:
    """The part of the plane, the points along each side, and the number of training images.

    `extent` is in filter norms: at 1 each filter has moved by its own length. Raises
    `NetlabError` for values that are out of range.
    """

    points: int = DEFAULT_POINTS
    extent: float = DEFAULT_EXTENT
    images: int = DEFAULT_IMAGES
    seed: int = 0

    def __post_init__(self) -> None:
        if not 3 <= self.points <= 201 or self.points % 2 == 0:
            raise NetlabError(
                "points must be an odd number from 3 to 201 (the centre is the trained network)"
            )
        if not 0 < self.extent <= 10:
            raise NetlabError("extent must be above 0 and at most 10 filter norms")
        if self.images < 1:
            raise NetlabError("images must be at least 1")

    @property
    def file_name(self) -> str:
        return f"surface-{self.points}-{self.extent:g}-{self.images}-{self.seed}.json"


@dataclass(frozen=True)
class LossSurface:
    """The loss at every point: rows along the second direction, columns along the first.

    `images` is how many of the run's training images were used, without augmentation.
    `seconds` is the time it took on `device`.
    """

    run: str
    hash: str
    settings: LossSurfaceSettings
    images: int
    device: str
    seconds: float
    losses: tuple[tuple[Loss, ...], ...]

    @property
    def centre(self) -> Loss:
        """The loss of the trained weights."""
        middle = self.settings.points // 2
        return self.losses[middle][middle]

    @property
    def finite_losses(self) -> tuple[float, ...]:
        """Every finite loss, in rising order."""
        return tuple(sorted(loss for row in self.losses for loss in row if loss is not None))

    def write(self, path: Path) -> None:
        """Write the surface to `path` in one step. Raises `OSError`."""
        write_atomic(path, json.dumps(asdict(self)))


def read_loss_surface(path: Path) -> LossSurface:
    """The surface in a file. Raises `NetlabError` if the file cannot be read as one."""
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        settings = LossSurfaceSettings(**values.pop("settings"))
        rows = tuple(tuple(row) for row in values.pop("losses"))
        return LossSurface(settings=settings, losses=rows, **values)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise NetlabError(f"{path} is no loss surface: remove it to compute it again") from error


def finite_or_none(loss: float) -> Loss:
    """`loss`, or None if it is not finite, because JSON cannot store that."""
    return loss if math.isfinite(loss) else None
