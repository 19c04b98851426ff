"""One image file as pixels: decoded, resized, cropped."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from netlab.errors import DataError

PIL_MODES = {1: "L", 3: "RGB"}
"""Pillow's mode for each number of channels that images can be decoded to."""

_DECODE_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)


def decode(path: Path, size: tuple[int, int], channels: int) -> NDArray[np.uint8]:
    """The image at `path`, uint8 (height, width, channels) with `size` = (height, width).

    The shorter side is resized to fit (bilinear with antialiasing), the longer cropped at both
    ends. The image is turned as its EXIF orientation says; animated images give their first frame;
    transparency is dropped. Grey is repeated over three channels, colour becomes luma in one.
    Raises `DataError` with the name of a file that cannot be decoded.
    """
    height, width = size
    try:
        with Image.open(path) as file:
            ImageOps.exif_transpose(file, in_place=True)
            image = _eight_bits(file).convert(PIL_MODES[channels])
    except _DECODE_ERRORS as error:
        raise DataError(f"{path} cannot be decoded as an image: {error}") from error
    if image.size != (width, height):
        image = ImageOps.fit(image, (width, height), Image.Resampling.BILINEAR)
    return np.asarray(image).reshape(height, width, channels)


def _eight_bits(image: Image.Image) -> Image.Image:
    """16-bit grey scaled to 8 bits, since `convert` would clip it; other images unchanged."""
    if not image.mode.startswith("I"):
        return image
    values = np.asarray(image).astype(np.int64)
    if values.min() < 0 or values.max() > 0xFFFF:
        raise ValueError("its values are outside 0 to 65535")
    return Image.fromarray((values >> 8).astype(np.uint8))
