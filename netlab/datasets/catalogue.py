"""The data sets that netlab knows: their facts, where they are looked for, how to get them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from netlab.errors import DataError, did_you_mean
from netlab.paths import PACKAGE, cache_folder

FASHION_MINI = PACKAGE / "assets" / "fashion-mini.xz"

DEBIAN_FASHION_MNIST = Path("/usr/share/datasets/fashion-mnist")
"""Where Debian's package dataset-fashion-mnist puts it."""


@dataclass(frozen=True)
class DataSet:
    """A named data set: the images and classes that a network must fit.

    `mean` and `std` are per channel over the training images, on the scale 0 to 1.
    """

    name: str
    description: str
    shape: tuple[int, int, int]
    classes: int
    train: int
    test: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    licence: str
    folder: str | None
    """Its folder below the cache folder; None for data inside the package."""
    files: tuple[str, ...]
    """What such a folder must hold, each plain or as .gz, to be the data set."""
    extra_folders: tuple[Path, ...] = ()
    """Folders outside the cache folder that are looked at as well."""

    def search_paths(self) -> tuple[Path, ...]:
        """Where it is looked for, in this order."""
        return (
            (cache_folder() / self.folder, *self.extra_folders) if self.folder else (FASHION_MINI,)
        )

    def location(self) -> Path:
        """The first place that holds all of it, else the first where it may be."""
        places = self.search_paths()
        return next((place for place in places if self._is_complete(place)), places[0])

    def is_present(self) -> bool:
        return self._is_complete(self.location())

    def download_command(self) -> str:
        return f"netlab data {self.name} --download"

    def _is_complete(self, place: Path) -> bool:
        if not self.files:
            return place.is_file()
        return all(
            (place / file).is_file() or (place / f"{file}.gz").is_file() for file in self.files
        )


CATALOGUE: dict[str, DataSet] = {
    data.name: data
    for data in (
        DataSet(
            "fashion-mini",
            "clothes in grey, part of fashion-mnist; comes with netlab",
            (1, 28, 28), 10, 8_000, 2_000, (0.28642,), (0.35367,), "MIT (Zalando SE, 2017)",
            None, (),
        ),
        DataSet(
            "fashion-mnist",
            "clothes in grey",
            (1, 28, 28), 10, 60_000, 10_000, (0.28604,), (0.35302,), "MIT (Zalando SE, 2017)",
            "FashionMNIST/raw",
            ("train-images-idx3-ubyte", "train-labels-idx1-ubyte",
             "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
            (DEBIAN_FASHION_MNIST,),
        ),
        DataSet(
            "cifar10",
            "animals and vehicles in colour",
            (3, 32, 32), 10, 50_000, 10_000,
            (0.49140, 0.48216, 0.44653), (0.24703, 0.24349, 0.26159),
            "none stated; asks to cite Krizhevsky (2009)",
            "cifar-10-batches-py",
            ("data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5",
             "test_batch", "batches.meta"),
        ),
        DataSet(
            "cifar100",
            "animals, plants, things and scenes in colour",
            (3, 32, 32), 100, 50_000, 10_000,
            (0.50707, 0.48655, 0.44092), (0.26733, 0.25644, 0.27615),
            "none stated; asks to cite Krizhevsky (2009)",
            "cifar-100-python",
            ("train", "test", "meta"),
        ),
    )
}  # fmt: skip
"""Every named data set; `folder:PATH` stands for any folder of images."""


def find_dataset(name: str) -> DataSet:
    """The data set called `name`. Raises `DataError` with the nearest name."""
    try:
        return CATALOGUE[name]
    except KeyError:
        raise DataError(
            f"no data set is called '{name}': {did_you_mean(name, [*CATALOGUE, 'folder:PATH'])}"
        ) from None


def require_dataset(name: str) -> DataSet:
    """The data set called `name`, which must be here. Raises `DataError` that says how to get it."""
    data = find_dataset(name)
    if data.is_present():
        return data
    if not data.folder:
        raise DataError(f"{data.location()} is missing from netlab itself: install netlab again")
    raise DataError(
        f"data set '{name}' is not here: looked for {' and '.join(map(str, data.search_paths()))}; "
        f"get it with `{data.download_command()}`, or set NETLAB_CACHE to the folder that holds "
        f"{data.folder}",
        brief=f"{name} is not here: {data.download_command()}",
    )
