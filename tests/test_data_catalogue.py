from __future__ import annotations

import dataclasses
import gzip
from pathlib import Path

import pytest

from netlab.datasets import catalogue
from netlab.datasets.catalogue import CATALOGUE, find_dataset, require_dataset
from netlab.errors import DataError


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NETLAB_CACHE", str(tmp_path))
    return tmp_path


def fill(folder: Path, files: tuple[str, ...]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in files:
        (folder / name).touch()
    return folder


@pytest.mark.parametrize("data", CATALOGUE.values(), ids=lambda data: data.name)
def test_mean_and_deviation_are_given_for_every_channel(data: catalogue.DataSet) -> None:
    assert len(data.mean) == len(data.std) == data.shape[0]
    assert all(0 < value < 1 for value in data.mean + data.std)


def test_cifar10_has_the_deviation_over_pixels_not_over_image_means() -> None:
    assert CATALOGUE["cifar10"].std == (0.24703, 0.24349, 0.26159)


def test_a_misspelt_name_gets_the_nearest_one() -> None:
    with pytest.raises(DataError, match="no data set is called 'cifar-10': did you mean 'cifar10'"):
        find_dataset("cifar-10")


def test_fashion_mini_is_always_here(cache: Path) -> None:
    assert require_dataset("fashion-mini").is_present()


def test_a_missing_data_set_says_where_it_looked_and_the_command_that_gets_it(cache: Path) -> None:
    with pytest.raises(DataError) as caught:
        require_dataset("cifar10")
    assert str(cache / "cifar-10-batches-py") in str(caught.value)
    assert "`netlab data cifar10 --download`" in str(caught.value)
    assert "NETLAB_CACHE" in str(caught.value)


def test_a_data_set_is_here_once_all_its_files_are(cache: Path) -> None:
    data = CATALOGUE["cifar100"]
    folder = fill(cache / "cifar-100-python", data.files[:-1])
    assert not data.is_present()
    fill(folder, data.files)
    assert data.is_present()
    assert data.location() == folder


def test_gzipped_files_count_as_well(cache: Path) -> None:
    data = dataclasses.replace(CATALOGUE["fashion-mnist"], extra_folders=())
    folder = fill(cache / "FashionMNIST" / "raw", data.files[1:])
    (folder / f"{data.files[0]}.gz").write_bytes(gzip.compress(b""))
    assert data.is_present()


def test_the_cache_folder_comes_before_other_places(cache: Path) -> None:
    elsewhere = cache / "elsewhere"
    data = dataclasses.replace(CATALOGUE["fashion-mnist"], extra_folders=(elsewhere,))
    assert data.location() == cache / "FashionMNIST" / "raw"
    fill(elsewhere, data.files)
    assert data.location() == elsewhere
    fill(cache / "FashionMNIST" / "raw", data.files)
    assert data.location() == cache / "FashionMNIST" / "raw"
