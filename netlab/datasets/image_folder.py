"""Folders of images as data: their layout, classes and fingerprint, without opening an image."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from netlab.datasets.data_spec import Data
from netlab.errors import DataError

IMAGE_SUFFIXES = (
    ".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"
)  # fmt: skip
"""Files that count as images, in lower or upper case; all others are ignored."""

TRAIN_FOLDER = "train"
TEST_FOLDERS = ("test", "val", "valid", "validation")
"""Names of the folder of test images beside `train`; the first that is there is taken."""


@dataclass(frozen=True)
class LabelledFiles:
    """Images by class, then by name: files relative to the folder, and their class numbers."""

    files: tuple[str, ...]
    labels: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.files)

    def pairs(self) -> Iterator[tuple[str, int]]:
        """Each file with its class number."""
        return zip(self.files, self.labels, strict=True)

    def count(self, label: int) -> int:
        return self.labels.count(label)


@dataclass(frozen=True)
class ImageFolder:
    """What a folder of images holds. Classes are in alphabetical order."""

    path: Path
    classes: tuple[str, ...]
    train: LabelledFiles
    """The training images; all images where there is no folder of test images."""
    test: LabelledFiles | None
    """The test images; None where they are to be drawn from `train`."""
    fingerprint: str
    """Hash of all relative names and file sizes: the same wherever the folder lies."""
    stamp: str
    """The same with the times of the last changes: a key for caches on this machine."""

    def split(self, share: float, seed: int) -> tuple[LabelledFiles, LabelledFiles]:
        """Training and test images.

        Where there is no folder of test images, `share` of each class (at least one image, and
        not all) is drawn by `seed`. The hash of its name decides whether an image is drawn, so that
        a split is the same on any machine. Raises `DataError` for a class of one image.
        """
        if self.test is not None:
            return self.train, self.test
        drawn: set[str] = set()
        for label, name in enumerate(self.classes):
            files = [file for file, other in self.train.pairs() if other == label]
            if len(files) < 2:
                raise DataError(
                    f"class '{name}' in {self.path} has one image: "
                    "two at least are needed to train on one and test on another"
                )
            files.sort(key=lambda file: _hash(f"{seed}/{file}"))
            drawn.update(files[: min(max(1, round(share * len(files))), len(files) - 1)])
        return (
            _labelled_files(pair for pair in self.train.pairs() if pair[0] not in drawn),
            _labelled_files(pair for pair in self.train.pairs() if pair[0] in drawn),
        )


class _Image(NamedTuple):
    """One image file: its class, its path relative to the folder, size in bytes, change in ns."""

    name: str
    file: str
    size: int
    changed: int


def scan_folder(path: Path) -> ImageFolder:
    """What the folder at `path` holds.

    Raises `DataError` where it does not exist or cannot be read, has fewer than two classes with
    images, or where training and test images are not of the same classes.
    """
    try:
        if not path.is_dir():
            what = "is not a folder" if path.exists() else "does not exist"
            raise DataError(f"the folder of images {path} {what}")
        return _scan(path)
    except OSError as error:
        raise DataError(f"{error.filename or path} cannot be read: {error.strerror}") from error


def scan_data(data: Data) -> ImageFolder:
    """What the folder that `data` names holds.

    Raises `DataError` as `scan_folder` does, and where the images are not those of the fingerprint
    of `data`.
    """
    try:
        path = Path(data.path or "").expanduser().resolve()
    except (OSError, RuntimeError, ValueError) as error:
        # An unknown `~user`, a loop of links, or what can be no file's name.
        raise DataError(f"the folder of images {str(data.path)[:80]!r}: {error}") from None
    found = scan_folder(path)
    if data.fingerprint not in (None, found.fingerprint):
        raise DataError(
            f"the images in {path} are not those of the plan (fingerprint {found.fingerprint}, "
            f"not {data.fingerprint}): bring them back, or plan the study again"
        )
    return found


def _scan(root: Path) -> ImageFolder:
    if not _subfolders(root / TRAIN_FOLDER):
        train, test = list(_images(root, "")), None
    else:
        beside = next((name for name in TEST_FOLDERS if (root / name).is_dir()), None)
        if beside is None:
            raise DataError(
                f"{root} has {TRAIN_FOLDER}/ but no {TEST_FOLDERS[0]}/ beside it: add one, or name "
                f"{root / TRAIN_FOLDER} to have test images drawn from it"
            )
        train, test = list(_images(root, f"{TRAIN_FOLDER}/")), list(_images(root, f"{beside}/"))
    classes = tuple(sorted({image.name for image in train}))
    _check_classes(root, classes, test)
    label = {name: number for number, name in enumerate(classes)}
    images = train + (test or [])
    return ImageFolder(
        root,
        classes,
        _labelled_files((image.file, label[image.name]) for image in train),
        None
        if test is None
        else _labelled_files((image.file, label[image.name]) for image in test),
        _hash("\n".join(f"{image.file}\0{image.size}" for image in images)),
        _hash("\n".join(f"{image.file}\0{image.size}\0{image.changed}" for image in images)),
    )


def _check_classes(root: Path, classes: tuple[str, ...], test: list[_Image] | None) -> None:
    if not classes:
        raise DataError(
            f"no images found in {root}: expected {TRAIN_FOLDER}/CLASS/* and {TEST_FOLDERS[0]}/CLASS/*, "
            f"or CLASS/*, with files such as .png or .jpg"
        )
    if len(classes) == 1:
        raise DataError(f"{root} has images of one class only, '{classes[0]}': two are needed")
    if test is None:
        return
    tested = {image.name for image in test}
    for name in sorted(tested.symmetric_difference(classes)):
        has, lacks = ("test", "training") if name in tested else ("training", "test")
        raise DataError(f"class '{name}' in {root} has {has} images but no {lacks} images")


def _labelled_files(pairs: Iterable[tuple[str, int]]) -> LabelledFiles:
    files, labels = zip(*pairs, strict=True)
    return LabelledFiles(files, labels)


def _subfolders(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        return sorted(e.name for e in entries if not e.name.startswith(".") and e.is_dir())


def _images(root: Path, part: str) -> Iterator[_Image]:
    """The images of all class folders in `root`/`part`, by class, then by name."""
    for name in _subfolders(root / part):
        with os.scandir(root / part / name) as entries:
            found = [e for e in entries if _named_as_image(e.name) and not e.is_dir()]
        for entry in sorted(found, key=lambda entry: entry.name):
            # Follows links: one that leads nowhere is an error, not one image fewer.
            about = entry.stat()
            yield _Image(name, f"{part}{name}/{entry.name}", about.st_size, about.st_mtime_ns)


def _named_as_image(name: str) -> bool:
    return name.lower().endswith(IMAGE_SUFFIXES) and not name.startswith(".")


def _hash(text: str) -> str:
    return hashlib.sha256(os.fsencode(text)).hexdigest()[:16]
