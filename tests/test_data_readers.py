from __future__ import annotations

import gzip
import io
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from data_helpers import class_folders, noise, train_and_test
from torchvision.datasets import cifar

from netlab.datasets import catalogue
from netlab.datasets.catalogue import CATALOGUE, DEBIAN_FASHION_MNIST
from netlab.datasets.check import check_data
from netlab.datasets.data_spec import Data
from netlab.errors import DataError
from netlab.training import readers
from netlab.training.idx import idx_bytes, read_idx
from netlab.training.readers import read_data


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("NETLAB_CACHE", str(folder))
    return folder


def folder(path: Path, **fields: Any) -> Data:
    return check_data(Data(name="folder", path=str(path), **fields)).data


class TestFolder:
    def test_gives_pixels_labels_and_class_names(self, tmp_path: Path) -> None:
        arrays = read_data(folder(train_and_test(tmp_path / "images")), (6, 6), 3)
        assert arrays.train_images.shape == (5, 3, 6, 6)
        assert arrays.train_images.dtype == np.uint8
        assert np.array_equal(arrays.train_images[3], noise(100).transpose(2, 0, 1))
        assert arrays.train_labels.tolist() == [0, 0, 0, 1, 1]
        assert arrays.test_labels.tolist() == [0, 1]
        assert arrays.train_labels.dtype == np.int64
        assert arrays.classes == ("ant", "bee")
        assert len(arrays.mean) == len(arrays.std) == 3

    def test_draws_test_images_where_there_is_no_folder_of_them(self, tmp_path: Path) -> None:
        root = class_folders(tmp_path / "images", {"ant": 4, "bee": 8})
        arrays = read_data(folder(root, test=0.25, split_seed=3), (6, 6), 1)
        assert np.bincount(arrays.train_labels).tolist() == [3, 6]
        assert np.bincount(arrays.test_labels).tolist() == [1, 2]

    def test_must_hold_what_it_held_when_the_run_was_planned(self, tmp_path: Path) -> None:
        data = folder(train_and_test(tmp_path / "images"))
        (tmp_path / "images" / "test" / "ant" / "0.png").rename(
            tmp_path / "images" / "test" / "ant" / "1.png"
        )
        with pytest.raises(DataError, match="not those of the plan"):
            read_data(data, (6, 6), 3)

    def test_feeds_one_or_three_channels(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match=r"not with 4 channels: .* 1 or 3 channels would work"):
            read_data(folder(train_and_test(tmp_path / "images")), (6, 6), 4)


class TestFashionMnist:
    @pytest.fixture(autouse=True)
    def small(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Three training images and two test images make a whole data set."""
        monkeypatch.setitem(catalogue.CATALOGUE, "fashion-mnist", SMALL)

    def fill(self, cache: Path, zipped: bool) -> Path:
        raw = cache / "FashionMNIST" / "raw"
        raw.mkdir(parents=True)
        for name, array in zip(SMALL.files, SMALL_ARRAYS, strict=True):
            if zipped:
                (raw / f"{name}.gz").write_bytes(gzip.compress(idx_bytes(array)))
            else:
                (raw / name).write_bytes(idx_bytes(array))
        return raw

    @pytest.mark.parametrize("zipped", [False, True])
    def test_is_read_from_plain_and_gzipped_files(self, cache: Path, zipped: bool) -> None:
        self.fill(cache, zipped)
        arrays = read_data(Data(name="fashion-mnist"), (32, 32), 3)
        assert np.array_equal(arrays.train_images[:, 0], SMALL_ARRAYS[0])
        assert arrays.train_labels.tolist() == [9, 0, 4]
        assert np.array_equal(arrays.test_images[:, 0], SMALL_ARRAYS[2])
        assert arrays.test_labels.tolist() == [1, 2]
        assert arrays.classes[9] == "Ankle boot"
        assert arrays.train_images.flags.writeable

    def test_cut_short_is_an_error_that_names_the_file(self, cache: Path) -> None:
        path = self.fill(cache, zipped=True) / f"{SMALL.files[0]}.gz"
        path.write_bytes(path.read_bytes()[:-20])
        with pytest.raises(DataError, match=r"train-images-idx3-ubyte\.gz cannot be read"):
            read_data(Data(name="fashion-mnist"), (28, 28), 1)

    def test_with_other_numbers_of_images_is_refused(self, cache: Path) -> None:
        path = self.fill(cache, zipped=False) / SMALL.files[0]
        path.write_bytes(idx_bytes(SMALL_ARRAYS[0][:2]))
        with pytest.raises(DataError, match="does not hold fashion-mnist"):
            read_data(Data(name="fashion-mnist"), (28, 28), 1)


SMALL_ARRAYS = (
    np.stack([noise(seed, 28, 28)[..., 0] for seed in range(3)]),
    np.array([9, 0, 4], np.uint8),
    np.stack([noise(seed, 28, 28)[..., 0] for seed in (3, 4)]),
    np.array([1, 2], np.uint8),
)
SMALL = catalogue.DataSet(
    "fashion-mnist", "", (1, 28, 28), 10, 3, 2, (0.5,), (0.5,), "", "FashionMNIST/raw",
    CATALOGUE["fashion-mnist"].files,
)  # fmt: skip


@pytest.mark.skipif(
    not DEBIAN_FASHION_MNIST.is_dir(), reason="needs the Debian package dataset-fashion-mnist"
)
def test_debians_fashion_mnist_has_the_mean_and_deviation_of_the_catalogue() -> None:
    arrays = read_data(Data(name="fashion-mnist"), (28, 28), 1)
    counts = np.bincount(arrays.train_images.ravel(), minlength=256) / arrays.train_images.size
    values = np.arange(256) / 255
    mean = counts @ values
    assert arrays.mean == (round(float(mean), 5),)
    assert arrays.std == (round(float(np.sqrt(counts @ values**2 - mean**2)), 5),)


class TestCifar:
    """Real files are pickles of the same form, with checksums that these cannot have."""

    @pytest.fixture(autouse=True)
    def trusting(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cifar, "check_integrity", lambda path, _md5: Path(path).is_file())

    @pytest.mark.parametrize(
        ("name", "labels", "names"),
        [("cifar10", "labels", "label_names"), ("cifar100", "fine_labels", "fine_label_names")],
    )
    def test_is_read_through_torchvision(
        self, cache: Path, name: str, labels: str, names: str
    ) -> None:
        data = CATALOGUE[name]
        assert data.folder is not None
        (cache / data.folder).mkdir(parents=True)
        batches = [file for file in data.files if "meta" not in file]
        for number, file in enumerate(batches):
            pixels = np.full((2, 3 * 32 * 32), number, np.uint8)
            pixels[:, :1024] = 200
            batch = {"data": pixels, labels: [number, 9 - number]}
            (cache / data.folder / file).write_bytes(pickle.dumps(batch))
        meta = next(file for file in data.files if "meta" in file)
        (cache / data.folder / meta).write_bytes(pickle.dumps({names: ["cat", "dog"]}))

        arrays = read_data(Data(name=name), (32, 32), 3)
        train, last = len(batches) - 1, len(batches) - 1
        assert arrays.train_images.shape == (2 * train, 3, 32, 32)
        assert arrays.train_labels.tolist() == [x for n in range(train) for x in (n, 9 - n)]
        assert (arrays.test_images[:, 0] == 200).all()
        assert (arrays.test_images[:, 1:] == last).all()
        assert arrays.test_labels.tolist() == [last, 9 - last]
        assert arrays.test_labels.dtype == np.int64
        assert arrays.classes == ("cat", "dog")


def test_damaged_cifar_files_are_never_unpickled(cache: Path) -> None:
    data = CATALOGUE["cifar10"]
    (cache / "cifar-10-batches-py").mkdir(parents=True)
    for file in data.files:
        (cache / "cifar-10-batches-py" / file).write_bytes(b"cos\nabort\n(tR.")
    with pytest.raises(DataError, match=r"is damaged: remove it.*netlab data cifar10 --download"):
        read_data(Data(name="cifar10"), (32, 32), 3)


def test_a_damaged_fashion_mini_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken.xz"
    broken.write_bytes(b"no xz file")
    monkeypatch.setattr(catalogue, "FASHION_MINI", broken)
    with pytest.raises(DataError, match=r"broken\.xz is damaged .*install netlab again"):
        readers.read_data(Data(name="fashion-mini"), (28, 28), 1)


class TestIdx:
    def test_arrays_come_back_one_after_the_other(self) -> None:
        first, second = np.arange(6, dtype=np.uint8).reshape(1, 2, 3), np.array([7], np.uint8)
        stream = io.BytesIO(idx_bytes(first) + idx_bytes(second))
        assert np.array_equal(read_idx(stream, "it"), first)
        assert np.array_equal(read_idx(stream, "it"), second)

    @pytest.mark.parametrize("raw", [b"", b"\0\0\x08", b"\0\0\x08\x01\0\0\0\x09abc"])
    def test_a_short_file_is_an_error(self, raw: bytes) -> None:
        with pytest.raises(DataError, match="it ends too early"):
            read_idx(io.BytesIO(raw), "it")

    @pytest.mark.parametrize("raw", [b"GIF89a", b"\0\0\x0d\x01\0\0\0\x01abcd", b"\0\0\x08\xff"])
    def test_another_format_is_an_error(self, raw: bytes) -> None:
        with pytest.raises(DataError, match="it is no idx file of unsigned bytes"):
            read_idx(io.BytesIO(raw), "it")
