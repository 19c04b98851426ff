"""Read data sets and image folders as arrays."""

from __future__ import annotations

import io
import lzma
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from netlab.datasets.catalogue import DataSet, require_dataset
from netlab.datasets.data_spec import Data
from netlab.datasets.image_folder import scan_data
from netlab.errors import DataError
from netlab.training.folder_cache import DecodeRequest, decode_folder
from netlab.training.idx import find_idx, load_idx, read_idx
from netlab.training.images import PIL_MODES

FASHION_CLASSES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
    "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip


@dataclass(frozen=True)
class DataArrays:
    """All images of a data set: uint8 (N, C, H, W), in memory as (N, H, W, C), and labels, int64.

    Writing to the arrays does not change any file. `mean` and `std` are per channel over the
    training images, on the scale 0 to 1.
    """

    train_images: NDArray[np.uint8]
    train_labels: NDArray[np.int64]
    test_images: NDArray[np.uint8]
    test_labels: NDArray[np.int64]
    classes: tuple[str, ...]
    mean: tuple[float, ...]
    std: tuple[float, ...]


def read_data(data: Data, size: tuple[int, int], channels: int) -> DataArrays:
    """The images of `data`.

    Images of a folder are decoded to `size` (height, width) and `channels` (1 or 3); those of a
    named data set are not changed. Raises `DataError` if data is missing, broken, or not what was
    planned, and `OSError` if the disk has no room for decoded images.
    """
    if data.path is not None:
        return _folder(data, Path(data.path), size, channels)
    named = require_dataset(data.name)
    if named.name == "fashion-mini":
        return _fashion_mini(named)
    if named.name == "fashion-mnist":
        return _fashion_mnist(named)
    return _cifar(named)


def _folder(data: Data, path: Path, size: tuple[int, int], channels: int) -> DataArrays:
    if channels not in PIL_MODES:
        raise DataError(
            f"the images in {path} can be read in grey or in colour, not with {channels} channels: "
            f"an input of 1 or 3 channels would work"
        )
    facts = scan_data(data)
    train, test = facts.split(data.test, data.split_seed)
    pixels = decode_folder(DecodeRequest(facts, train, test, size, channels))
    return DataArrays(
        pixels.train.transpose(0, 3, 1, 2),
        np.array(train.labels),
        pixels.test.transpose(0, 3, 1, 2),
        np.array(test.labels),
        facts.classes,
        pixels.mean,
        pixels.std,
    )


def _fashion_mini(named: DataSet) -> DataArrays:
    path = named.location()
    try:
        contents = io.BytesIO(lzma.decompress(path.read_bytes()))
    except (OSError, lzma.LZMAError) as error:
        raise DataError(f"{path} is damaged ({error}): install netlab again") from error
    return _fashion(named, *(read_idx(contents, str(path)) for _ in range(4)))


def _fashion_mnist(named: DataSet) -> DataArrays:
    arrays = []
    for name in named.files:
        path = find_idx(named.location(), name)
        if path is None:
            raise DataError(f"{named.location()} no longer holds {name}")
        arrays.append(read_idx(io.BytesIO(load_idx(path)), str(path)))
    return _fashion(named, *arrays)


def _fashion(
    named: DataSet,
    train_images: NDArray[np.uint8],
    train_labels: NDArray[np.uint8],
    test_images: NDArray[np.uint8],
    test_labels: NDArray[np.uint8],
) -> DataArrays:
    shapes = [array.shape for array in (train_images, train_labels, test_images, test_labels)]
    side = named.shape[1:]
    if shapes != [(named.train, *side), (named.train,), (named.test, *side), (named.test,)]:
        raise DataError(f"{named.location()} does not hold {named.name}: the arrays are {shapes}")
    return DataArrays(
        train_images[:, None],
        train_labels.astype(np.int64),
        test_images[:, None],
        test_labels.astype(np.int64),
        FASHION_CLASSES,
        named.mean,
        named.std,
    )


def _cifar(named: DataSet) -> DataArrays:
    # These files are pickles: torchvision checks their MD5 before it opens them.
    from torchvision.datasets import CIFAR10, CIFAR100

    kind = {"cifar10": CIFAR10, "cifar100": CIFAR100}[named.name]
    root = named.location().parent
    try:
        train, test = kind(root, train=True), kind(root, train=False)
    except RuntimeError as error:
        raise DataError(
            f"{named.location()} is damaged: remove it, then get it again with `{named.download_command()}`"
        ) from error
    return DataArrays(
        train.data.transpose(0, 3, 1, 2),
        np.array(train.targets),
        test.data.transpose(0, 3, 1, 2),
        np.array(test.targets),
        tuple(train.classes),
        named.mean,
        named.std,
    )
