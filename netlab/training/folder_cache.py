"""A disk cache of decoded image folders, so that the runs of a study decode their images once.

An entry is a folder `decoded/KEY` below the cache folder with `train.npy` and `test.npy`, uint8
(N, H, W, C), and `about.json`. A worker takes a lock, builds the entry in a temporary folder, and
renames that folder. So an entry is always complete, and only one of several workers builds it.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from netlab.datasets.image_folder import ImageFolder, LabelledFiles
from netlab.errors import DataError
from netlab.paths import cache_folder
from netlab.recipe.run_spec import digest
from netlab.training.failures import disk_full
from netlab.training.images import decode

_CACHE_VERSION = 1
"""Increased when `decode` or the layout of an entry changes."""

_BLOCK_BYTES = 16 * 2**20
"""Bytes of pixels decoded before they are written, so that memory stays bounded."""

_IMAGES_PER_TASK = 32
"""Images per task of a thread; with fewer, the overhead would take longer than the decoding."""


@dataclass(frozen=True)
class DecodedImages:
    """Pixels of both splits, uint8 (N, H, W, C), mapped copy-on-write from the cache.

    `mean` and `std` are per channel over the training images, on the scale 0 to 1.
    """

    train: NDArray[np.uint8]
    test: NDArray[np.uint8]
    mean: tuple[float, ...]
    std: tuple[float, ...]


@dataclass(frozen=True)
class DecodeRequest:
    """What to decode: which images of which folder, to what size (height, width) and channels."""

    folder: ImageFolder
    train: LabelledFiles
    test: LabelledFiles
    size: tuple[int, int]
    channels: int

    def key(self) -> str:
        """The name of the cache entry: it depends on the images, the split and the size."""
        return digest(
            [_CACHE_VERSION, self.folder.stamp, self.size, self.channels, digest(self.test.files)]
        )


def decode_folder(request: DecodeRequest) -> DecodedImages:
    """The pixels of `request` from the cache; decodes them into the cache if they are missing.

    Raises `DataError` for an image that cannot be decoded and for a cache folder that cannot be
    written, and `OSError` if the disk is full.
    """
    entry = cache_folder() / "decoded" / request.key()
    found = _open_entry(entry, request)
    if found:
        return found
    try:
        entry.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(entry.with_suffix(".lock")):
            # Another worker may have made it while this one waited for the lock.
            return _open_entry(entry, request) or _make_entry(entry, request)
    except OSError as error:
        if disk_full(error):
            raise
        raise DataError(
            f"decoded images cannot be kept in {entry.parent}: {error}; "
            "set NETLAB_CACHE to a folder that may be written"
        ) from error


def _open_entry(entry: Path, request: DecodeRequest) -> DecodedImages | None:
    """The cache entry; None if it is missing or broken."""
    try:
        about = json.loads((entry / "about.json").read_text())
        train = np.load(entry / "train.npy", mmap_mode="c")
        test = np.load(entry / "test.npy", mmap_mode="c")
        found = DecodedImages(train, test, tuple(about["mean"]), tuple(about["std"]))
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        return None
    shapes = [
        (len(part), *request.size, request.channels) for part in (request.train, request.test)
    ]
    return found if [train.shape, test.shape] == shapes else None


def _make_entry(entry: Path, request: DecodeRequest) -> DecodedImages:
    """Decode all images into a temporary folder, then rename it to `entry`. Needs the lock."""
    unfinished = entry.with_suffix(".unfinished")
    for leftover in (entry, unfinished):
        if leftover.exists():
            shutil.rmtree(leftover)
    unfinished.mkdir()
    try:
        moments = _Moments(request.channels)
        with ThreadPoolExecutor(_threads()) as pool:
            for name, part in (("train", request.train), ("test", request.test)):
                with (unfinished / f"{name}.npy").open("wb") as file:
                    for block in _write_images(file, pool, request, part):
                        if name == "train":
                            moments.add(block)
        mean, std = moments.mean_and_std()
        about = {"folder": str(request.folder.path), "mean": mean, "std": std}
        (unfinished / "about.json").write_text(json.dumps(about))
        unfinished.rename(entry)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    made = _open_entry(entry, request)
    if made is None:
        raise DataError(f"{entry} does not give back what was written: is that disk sound?")
    return made


def _write_images(
    file: BinaryIO, pool: ThreadPoolExecutor, request: DecodeRequest, part: LabelledFiles
) -> Iterator[NDArray[np.uint8]]:
    """Write the images of `part` as a .npy file; yield each block (N, H, W, C)."""
    shape = (*request.size, request.channels)
    np.lib.format.write_array_header_2_0(
        file, {"descr": "|u1", "fortran_order": False, "shape": (len(part), *shape)}
    )

    def stack(files: tuple[str, ...]) -> NDArray[np.uint8]:
        return np.stack(
            [decode(request.folder.path / name, request.size, request.channels) for name in files]
        )

    step = max(_IMAGES_PER_TASK, _BLOCK_BYTES // int(np.prod(shape)))
    for start in range(0, len(part), step):
        files = part.files[start : start + step]
        batches = [files[i : i + _IMAGES_PER_TASK] for i in range(0, len(files), _IMAGES_PER_TASK)]
        block = np.concatenate(list(pool.map(stack, batches)))
        # No memory map, because a full disk would kill the process; here it raises an error.
        file.write(block.data)
        yield block
    file.flush()
    os.fsync(file.fileno())


class _Moments:
    """Exact mean and standard deviation of 8-bit channels, block by block."""

    def __init__(self, channels: int) -> None:
        self._counts = np.zeros((channels, 256), np.int64)

    def add(self, block: NDArray[np.uint8]) -> None:
        for channel in range(len(self._counts)):
            self._counts[channel] += np.bincount(block[..., channel].ravel(), minlength=256)

    def mean_and_std(self) -> tuple[list[float], list[float]]:
        values = np.arange(256) / 255
        share = self._counts / self._counts.sum(axis=1, keepdims=True)
        mean = share @ values
        std = np.sqrt(share @ values**2 - mean**2)
        return mean.tolist(), std.tolist()


def _threads() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
