"""The data sets that netlab knows: their facts, where they are looked for, how to get them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from netlab.errors import DataError, did_you_mean
from netlab.paths import PACKAGE, cache_folder


@dataclass(frozen=True)
class DataSet:
    """A named data set: what a network must take and give to learn it.

    `mean` and `std` are per channel over the training images, on the scale 0 to 1.
    """

    name: str
    says: str
    shape: tuple[int, int, int]
    classes: int
    train: int
    test: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    licence: str
    folder: str | None
    """What marks it as present below the cache folder; None for data inside the package."""

    def where(self) -> Path:
        """The path whose existence means that the data set is here."""
        return cache_folder() / self.folder if self.folder else FASHION_MINI

    def present(self) -> bool:
        """Whether the data set can be used now."""
        return self.where().exists()

    def remedy(self) -> str:
        """The command that gets it."""
        return f"netlab data {self.name} --download"


FASHION_MINI = PACKAGE / "assets" / "fashion-mini.xz"

CATALOGUE: dict[str, DataSet] = {
    data.name: data
    for data in (
        DataSet(
            "fashion-mini",
            "10,000 class-balanced images of Fashion-MNIST that come with netlab",
            (1, 28, 28), 10, 8_000, 2_000, (0.2860,), (0.3530,), "MIT (Zalando SE)", None,
        ),
        DataSet(
            "fashion-mnist",
            "70,000 grey images of clothes in ten classes",
            (1, 28, 28), 10, 60_000, 10_000, (0.2860,), (0.3530,), "MIT (Zalando SE)",
            "FashionMNIST/raw",
        ),
        DataSet(
            "cifar10",
            "60,000 colour images of animals and vehicles in ten classes",
            (3, 32, 32), 10, 50_000, 10_000,
            (0.49140, 0.48216, 0.44653), (0.24703, 0.24349, 0.26159),
            "free for research (Krizhevsky, 2009)", "cifar-10-batches-py",
        ),
        DataSet(
            "cifar100",
            "60,000 colour images in a hundred classes",
            (3, 32, 32), 100, 50_000, 10_000,
            (0.50707, 0.48655, 0.44092), (0.26733, 0.25644, 0.27615),
            "free for research (Krizhevsky, 2009)", "cifar-100-python",
        ),
    )
}  # fmt: skip
"""Every named data set; `folder:PATH` stands for any folder of images."""


def known(name: str) -> DataSet:
    """The data set called `name`. Raises `DataError` with the nearest name."""
    try:
        return CATALOGUE[name]
    except KeyError:
        raise DataError(
            f"no data set is called '{name}': {did_you_mean(name, [*CATALOGUE, 'folder:PATH'])}"
        ) from None


def require(name: str) -> DataSet:
    """The data set called `name`, which must be here. Raises `DataError` that says how to get it."""
    data = known(name)
    if not data.present():
        raise DataError(
            f"data set '{name}' is not here: looked for {data.where()}; "
            f"get it with `{data.remedy()}`, or set NETLAB_CACHE to the folder that holds it"
        )
    return data
