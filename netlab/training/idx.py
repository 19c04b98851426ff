"""The idx format of MNIST: element type and rank, big-endian sizes, then the bytes."""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from netlab.errors import DataError

_UNSIGNED_BYTE = 8
_MAX_RANK = 4


def read_idx(stream: BinaryIO, where: str) -> NDArray[np.uint8]:
    """Read the next array of `stream`, and no more; the array is writable.

    Raises `DataError`, starting with `where`, unless it is a complete array of unsigned bytes.
    """
    zeros, kind, rank = struct.unpack(">HBB", _read_exactly(stream, 4, where))
    if zeros != 0 or kind != _UNSIGNED_BYTE or not 1 <= rank <= _MAX_RANK:
        raise DataError(f"{where} is no idx file of unsigned bytes: fetch it again")
    shape = struct.unpack(f">{rank}I", _read_exactly(stream, 4 * rank, where))
    raw = bytearray(_read_exactly(stream, math.prod(shape), where))
    return np.frombuffer(raw, np.uint8).reshape(shape)


def idx_bytes(array: NDArray[np.uint8]) -> bytes:
    """`array` in the idx format."""
    sizes = struct.pack(f">HBB{array.ndim}I", 0, _UNSIGNED_BYTE, array.ndim, *array.shape)
    return sizes + array.tobytes()


def find_idx(folder: Path, name: str) -> Path | None:
    """The file `name` in `folder`, or else `name`.gz; None if there is neither."""
    candidates = (folder / name, folder / f"{name}.gz")
    return next((path for path in candidates if path.is_file()), None)


def load_idx(path: Path) -> bytes:
    """The contents of a plain or gzipped file. Raises `DataError` with the path."""
    try:
        if path.suffix == ".gz":
            with gzip.open(path) as file:
                return file.read()
        return path.read_bytes()
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path} cannot be read: {error}") from error


def _read_exactly(stream: BinaryIO, count: int, where: str) -> bytes:
    raw = stream.read(count)
    if len(raw) != count:
        raise DataError(f"{where} ends too early: fetch it again")
    return raw
