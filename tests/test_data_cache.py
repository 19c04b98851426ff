from __future__ import annotations

import errno
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import numpy as np
import pytest
from data_helpers import class_folders, noise, save, train_and_test
from numpy.typing import NDArray

from netlab.datasets.image_folder import scan_folder
from netlab.errors import DataError
from netlab.training import folder_cache
from netlab.training.folder_cache import DecodedImages, DecodeRequest, decode_folder
from netlab.training.images import decode


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NETLAB_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "decoded"


@pytest.fixture
def images(tmp_path: Path) -> Path:
    return train_and_test(tmp_path / "images")


@pytest.fixture
def decodings(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Every file that is decoded, in the order in which that happens."""
    seen: list[Path] = []

    def noted(path: Path, size: tuple[int, int], channels: int) -> NDArray[np.uint8]:
        seen.append(path)
        return decode(path, size, channels)

    monkeypatch.setattr(folder_cache, "decode", noted)
    return seen


def order(
    root: Path, size: tuple[int, int] = (6, 6), channels: int = 3, seed: int = 0
) -> DecodeRequest:
    folder = scan_folder(root)
    return DecodeRequest(folder, *folder.split(0.5, seed), size, channels)


def entries(cache: Path) -> list[Path]:
    return [path for path in cache.iterdir() if path.suffix != ".lock"]


def same(one: DecodedImages, other: DecodedImages) -> bool:
    return np.array_equal(one.train, other.train) and np.array_equal(one.test, other.test)


def test_pixels_come_in_the_order_of_the_files(cache: Path, images: Path) -> None:
    found = decode_folder(order(images))
    assert np.array_equal(found.train, [noise(seed) for seed in (0, 1, 2, 100, 101)])
    assert np.array_equal(found.test, [noise(0), noise(100)])


def test_also_where_they_are_decoded_block_by_block(
    cache: Path, images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_cache, "_BLOCK_BYTES", 1)
    monkeypatch.setattr(folder_cache, "_IMAGES_PER_TASK", 2)
    found = decode_folder(order(images))
    assert np.array_equal(found.train, [noise(seed) for seed in (0, 1, 2, 100, 101)])


def test_mean_and_deviation_are_those_of_the_training_images(cache: Path, images: Path) -> None:
    found = decode_folder(order(images))
    assert np.allclose(found.mean, found.train.mean((0, 1, 2)) / 255, rtol=1e-12)
    assert np.allclose(found.std, found.train.std((0, 1, 2)) / 255, rtol=1e-12)


def test_images_are_decoded_once(cache: Path, images: Path, decodings: list[Path]) -> None:
    first = decode_folder(order(images))
    assert len(decodings) == 7
    second = decode_folder(order(images))
    assert len(decodings) == 7
    assert same(first, second)
    assert (first.mean, first.std) == (second.mean, second.std)


def test_a_moved_folder_is_not_decoded_again(
    cache: Path, images: Path, decodings: list[Path]
) -> None:
    decode_folder(order(images))
    decode_folder(order(images.rename(images.parent / "moved")))
    assert len(decodings) == 7


def test_an_image_rewritten_at_the_same_size_is_decoded_again(cache: Path, tmp_path: Path) -> None:
    root = tmp_path / "bitmaps"
    for number, name in enumerate(("ant/0", "ant/1", "bee/0", "bee/1")):
        save(root / f"{name}.bmp", noise(number))
    before = decode_folder(order(root))
    about = (root / "ant/0.bmp").stat()
    for name in ("ant/0", "ant/1"):
        save(root / f"{name}.bmp", noise(7))
        os.utime(root / f"{name}.bmp", ns=(about.st_atime_ns, about.st_mtime_ns + 1))
    assert not same(before, decode_folder(order(root)))


def test_size_channels_and_split_have_entries_of_their_own(cache: Path, tmp_path: Path) -> None:
    root = class_folders(tmp_path / "images", {"ant": 6, "bee": 6})
    decode_folder(order(root))
    assert decode_folder(order(root, size=(4, 5))).train.shape == (6, 4, 5, 3)
    assert decode_folder(order(root, channels=1)).train.shape == (6, 6, 6, 1)
    decode_folder(order(root, seed=1))
    assert len(entries(cache)) == 4


def test_what_is_written_to_the_pixels_stays_out_of_the_cache(cache: Path, images: Path) -> None:
    decode_folder(order(images)).train[:] = 0
    assert decode_folder(order(images)).train.any()


@pytest.mark.parametrize("name", ["train.npy", "test.npy", "about.json"])
@pytest.mark.parametrize("damage", ["missing", "empty", "short", "garbage"])
def test_a_broken_entry_is_made_again(cache: Path, images: Path, name: str, damage: str) -> None:
    sound = decode_folder(order(images))
    expected = DecodedImages(np.array(sound.train), np.array(sound.test), sound.mean, sound.std)
    (entry,) = entries(cache)
    raw = (entry / name).read_bytes()
    (entry / name).unlink()
    if damage != "missing":
        (entry / name).write_bytes({"empty": b"", "short": raw[:-3]}.get(damage, b"\x80" * 200))
    assert same(decode_folder(order(images)), expected)


def test_an_entry_for_other_numbers_of_images_is_not_taken(cache: Path, images: Path) -> None:
    decode_folder(order(images))
    (entry,) = entries(cache)
    np.save(entry / "train.npy", np.zeros((4, 6, 6, 3), np.uint8))
    assert len(decode_folder(order(images)).train) == 5


def test_what_a_killed_worker_left_is_no_hindrance(cache: Path, images: Path) -> None:
    unfinished = cache / f"{order(images).key()}.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "train.npy").write_bytes(b"half")
    assert len(decode_folder(order(images)).train) == 5
    assert not unfinished.exists()


def test_two_workers_at_once_decode_once_between_them(
    cache: Path, images: Path, decodings: list[Path]
) -> None:
    barrier = Barrier(2)

    def work(asked: DecodeRequest) -> DecodedImages:
        barrier.wait(120)
        return decode_folder(asked)

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(work, [order(images), order(images)])
    assert same(one, other)
    assert len(decodings) == 7


def test_an_image_that_cannot_be_decoded_leaves_nothing_behind(cache: Path, images: Path) -> None:
    (images / "train" / "bee" / "1.png").write_bytes(b"no image")
    with pytest.raises(DataError, match=r"train/bee/1\.png cannot be decoded"):
        decode_folder(order(images))
    assert entries(cache) == []


def test_a_full_disk_is_reported_and_leaves_nothing_behind(
    cache: Path, images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        decode_folder(order(images))
    assert entries(cache) == []


def test_a_cache_folder_that_cannot_be_written_is_named(
    tmp_path: Path, images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("NETLAB_CACHE", str(tmp_path / "file"))
    with pytest.raises(DataError, match=r"cannot be kept in .*file/decoded.*set NETLAB_CACHE"):
        decode_folder(order(images))


def test_a_removed_cache_is_made_again(cache: Path, images: Path) -> None:
    decode_folder(order(images))
    shutil.rmtree(cache)
    assert len(decode_folder(order(images)).train) == 5
