from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import numpy as np
import pytest

from netlab.assets import fashion_mini
from netlab.datasets.catalogue import CATALOGUE, DEBIAN_FASHION_MNIST, FASHION_MINI
from netlab.datasets.data_spec import Data
from netlab.errors import DataError
from netlab.training.idx import idx_bytes
from netlab.training.readers import DataArrays, read_data

PIXELS = "c010256c3c05f158"
needs_originals = pytest.mark.skipif(
    not DEBIAN_FASHION_MNIST.is_dir(), reason="needs the Debian package dataset-fashion-mnist"
)


@pytest.fixture(scope="module")
def images() -> DataArrays:
    return read_data(Data(name="fashion-mini"), (28, 28), 1)


def test_the_file_is_at_most_five_megabytes() -> None:
    assert FASHION_MINI.stat().st_size <= 5_000_000


def test_its_licence_lies_beside_it() -> None:
    licence = (FASHION_MINI.parent / "LICENSE-fashion-mnist").read_text()
    assert "MIT License" in licence
    assert "Zalando" in licence


def test_shapes_are_what_the_catalogue_says(images: DataArrays) -> None:
    facts = CATALOGUE["fashion-mini"]
    assert images.train_images.shape == (facts.train, *facts.shape)
    assert images.test_images.shape == (facts.test, *facts.shape)
    assert images.train_images.dtype == images.test_images.dtype == np.uint8
    assert len(images.classes) == facts.classes


def test_every_class_has_as_many_images_as_every_other(images: DataArrays) -> None:
    assert np.bincount(images.train_labels).tolist() == [800] * 10
    assert np.bincount(images.test_labels).tolist() == [200] * 10


def test_the_pixels_are_those_of_the_originals(images: DataArrays) -> None:
    digest = hashlib.sha256(images.train_images.tobytes() + images.test_images.tobytes())
    assert digest.hexdigest()[:16] == PIXELS


def test_the_catalogue_has_its_own_mean_and_deviation(images: DataArrays) -> None:
    facts, values = CATALOGUE["fashion-mini"], images.train_images / 255
    assert facts.mean == (round(float(values.mean()), 5),)
    assert facts.std == (round(float(values.std()), 5),)
    assert (images.mean, images.std) == (facts.mean, facts.std)


def test_the_arrays_may_be_written_to(images: DataArrays) -> None:
    assert images.train_images.flags.writeable
    assert images.train_labels.flags.writeable


@needs_originals
def test_it_is_rebuilt_bit_for_bit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    built = tmp_path / "built.xz"
    assert fashion_mini.main([str(DEBIAN_FASHION_MNIST), "-o", str(built)]) == 0
    assert built.read_bytes() == FASHION_MINI.read_bytes()
    assert hashlib.sha256(built.read_bytes()).hexdigest() in capsys.readouterr().out


def test_other_files_than_the_originals_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "train-images-idx3-ubyte"
    (tmp_path / f"{name}.gz").write_bytes(gzip.compress(idx_bytes(np.zeros((2, 28, 28), np.uint8))))
    output = tmp_path / "never.xz"
    assert fashion_mini.main([str(tmp_path), "-o", str(output)]) == 2
    assert f"{name}.gz is not the original" in capsys.readouterr().err
    assert not output.exists()


def test_a_missing_original_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"neither train-images-idx3-ubyte nor train-images.*\.gz"):
        fashion_mini.build(tmp_path)


def test_the_first_of_each_class_keep_their_order() -> None:
    labels = np.array([2, 0, 0, 1, 2, 0, 1, 2], np.uint8)
    assert fashion_mini.first_of_each(labels, 2).tolist() == [0, 1, 2, 3, 4, 6]
