"""Tiny image folders for the tests of data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def save(path: Path, pixels: NDArray[np.uint8]) -> Path:
    """Write `pixels` (H, W) or (H, W, 3) in the format of the path's ending."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
    return path


def noise(seed: int, height: int = 6, width: int = 6) -> NDArray[np.uint8]:
    """Pixels (H, W, 3) that are the same for the same seed."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def class_folders(root: Path, counts: dict[str, int]) -> Path:
    """`root`/CLASS/0.png … with that many images of each class."""
    for label, (name, count) in enumerate(counts.items()):
        for number in range(count):
            save(root / name / f"{number}.png", noise(100 * label + number))
    return root


def train_and_test(root: Path) -> Path:
    """Three ants and two bees to train on, one of each to test on."""
    class_folders(root / "train", {"ant": 3, "bee": 2})
    class_folders(root / "test", {"ant": 1, "bee": 1})
    return root
