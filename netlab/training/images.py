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
"""Numbers of channels that images can be decoded to, as Pillow calls them."""

_DECODE_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)
"""What Pillow's decoders raise at files that are not what they claim to be."""


def decode(path: Path, size: tuple[int, int], channels: int) -> NDArray[np.uint8]:
    """The image at `path`, uint8 (height, width, channels) with `size` = (height, width).

    The shorter side is resized to fit (bilinear with antialiasing), the longer cropped at both
    ends. Turned as its EXIF orientation says; of moving images the first frame; transparency is
    dropped. Grey is repeated over three channels, colour becomes luma in one.
    Raises `DataError` that names a file which cannot be decoded.
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
    """Grey of 16 bits scaled to 8, which `convert` would clip; other images as they are."""
    if not image.mode.startswith("I"):
        return image
    values = np.asarray(image).astype(np.int64)
    if values.min() < 0 or values.max() > 0xFFFF:
        raise ValueError("its values are outside 0 to 65535")
    return Image.fromarray((values >> 8).astype(np.uint8))
