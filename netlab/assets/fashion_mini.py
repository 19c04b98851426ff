"""Makes fashion-mini.xz, bit for bit, from the four original files of Fashion-MNIST.

    python -m netlab.assets.fashion_mini FOLDER_WITH_IDX [-o FILE]

It holds the first 800 training and 200 test images of each class, in their original order: four
idx arrays (training images and labels, test images and labels), one after the other, compressed
as one xz stream. Plain pixels compress better with LZMA than the output of any row predictor.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import lzma
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from netlab.datasets.catalogue import FASHION_MINI
from netlab.errors import DataError
from netlab.training.idx import find_idx, idx_bytes, load_idx, read_idx

SOURCES = {
    "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}
"""The original files, and the SHA-256 of their uncompressed contents."""

TRAIN_PER_CLASS = 800
TEST_PER_CLASS = 200

_FILTERS = [
    {
        "id": lzma.FILTER_LZMA2,
        "dict_size": 8 * 2**20,
        "lc": 4,
        "lp": 0,
        "pb": 2,
        "mode": lzma.MODE_NORMAL,
        "nice_len": 273,
        "mf": lzma.MF_BT4,
        "depth": 512,
    }
]
"""Every setting of the encoder, so that the result does not depend on a version's presets."""


def build(folder: Path) -> bytes:
    """The contents of fashion-mini.xz, made from the idx files (plain or .gz) in `folder`.

    Raises `DataError` if a file is missing or is not the original.
    """
    train_images, train_labels, test_images, test_labels = (
        _original(folder, name) for name in SOURCES
    )
    train = first_of_each(train_labels, TRAIN_PER_CLASS)
    test = first_of_each(test_labels, TEST_PER_CLASS)
    arrays = (train_images[train], train_labels[train], test_images[test], test_labels[test])
    contents = b"".join(idx_bytes(array) for array in arrays)
    return lzma.compress(contents, lzma.FORMAT_XZ, lzma.CHECK_CRC64, filters=_FILTERS)


def first_of_each(labels: NDArray[np.uint8], count: int) -> NDArray[np.intp]:
    """Indices, ascending, of the first `count` items of each class."""
    return np.sort(
        np.concatenate([np.flatnonzero(labels == label)[:count] for label in np.unique(labels)])
    )


def main(arguments: list[str] | None = None) -> int:
    """Build the file and print its SHA-256; returns 2 if a source file is missing or changed."""
    parser = argparse.ArgumentParser(prog="python -m netlab.assets.fashion_mini")
    parser.add_argument("folder", type=Path, help="holds the four idx files, plain or .gz")
    parser.add_argument("-o", "--output", type=Path, default=FASHION_MINI)
    options = parser.parse_args(arguments)
    try:
        contents = build(options.folder)
        options.output.write_bytes(contents)
    except (DataError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{hashlib.sha256(contents).hexdigest()}  {options.output}\n")
    return 0


def _original(folder: Path, name: str) -> NDArray[np.uint8]:
    path = find_idx(folder, name)
    if path is None:
        raise DataError(f"{folder} holds neither {name} nor {name}.gz")
    contents = load_idx(path)
    found = hashlib.sha256(contents).hexdigest()
    if found != SOURCES[name]:
        raise DataError(
            f"{path} is not the original: its contents have SHA-256 {found}, not {SOURCES[name]}"
        )
    return read_idx(io.BytesIO(contents), str(path))


if __name__ == "__main__":
    sys.exit(main())
