"""Download a named data set, through torchvision, into the cache folder."""

from __future__ import annotations

import contextlib
import shutil
import sys
import tarfile
import tempfile
import zlib
from http.client import HTTPException
from pathlib import Path

from netlab.datasets.catalogue import DataSet
from netlab.errors import DataError
from netlab.paths import cache_folder

_DOWNLOAD_ERRORS = (OSError, RuntimeError, EOFError, HTTPException, tarfile.TarError, zlib.error)
"""No network, no permission, a full disk, a wrong checksum, a lost connection."""


def download(data: DataSet) -> Path:
    """Download `data` and return its folder. Progress goes to stderr.

    Everything is fetched and checked in a temporary folder, and moved into place when it is
    complete. Raises `DataError` if that fails; nothing is left behind then.
    """
    if data.folder is None:
        raise DataError(f"{data.name} is part of netlab: there is nothing to download")
    cache = cache_folder()
    target = cache / data.folder
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".download-", dir=cache) as temporary:
            with contextlib.redirect_stdout(sys.stderr):
                _fetch(data.name, Path(temporary))
            if target.exists():
                shutil.rmtree(target)
            target.parent.mkdir(parents=True, exist_ok=True)
            (Path(temporary) / data.folder).rename(target)
    except _DOWNLOAD_ERRORS as error:
        reason = str(getattr(error, "reason", error)) or type(error).__name__
        raise DataError(
            f"{data.name} could not be downloaded to {cache}: {' '.join(reason.split())}"
        ) from error
    return target


def _fetch(name: str, root: Path) -> None:
    from torchvision.datasets import CIFAR10, CIFAR100, FashionMNIST

    kinds = {"fashion-mnist": FashionMNIST, "cifar10": CIFAR10, "cifar100": CIFAR100}
    kinds[name](root, download=True)
