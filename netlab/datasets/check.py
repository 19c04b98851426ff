"""The check of data before training: whether it is here, its classes, which files a folder holds."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ValidationError

from netlab.datasets.catalogue import find_dataset, require_dataset
from netlab.datasets.data_spec import Data
from netlab.datasets.image_folder import scan_data
from netlab.errors import DataError


@dataclass(frozen=True)
class CheckedData:
    """Data, and what is known of it without reading an image."""

    data: Data
    """As it is stored with a run: a folder's path absolute, its fingerprint filled in."""
    classes: int
    train: int
    test: int
    missing: DataError | None = None
    """Why a named data set cannot be used yet, and the command that gets it."""

    def wrong_classes(self, classes: int) -> DataError | None:
        """Why a network that tells `classes` apart cannot learn this data, if it cannot."""
        if classes == self.classes:
            return None
        label = self.data.label
        return DataError(
            f"network.classes is {classes}, but data set '{label}' has {self.classes} classes",
            brief=f"{label} has {self.classes} classes, the network {classes}",
        )


def check_data(data: Data) -> CheckedData:
    """Look at `data` once. A named data set need not be here yet: `missing` then says so.

    Raises `DataError` for an unknown name and for a folder that cannot be used.
    """
    if data.path is None:
        named = find_dataset(data.name)
        try:
            require_dataset(data.name)
        except DataError as error:
            return CheckedData(data, named.classes, named.train, named.test, error)
        return CheckedData(data, named.classes, named.train, named.test)
    folder = scan_data(data)
    train, test = folder.split(data.test, data.split_seed)
    resolved = {"path": str(folder.path), "fingerprint": folder.fingerprint}
    return CheckedData(data.model_copy(update=resolved), len(folder.classes), len(train), len(test))


def data_problem(data: Data | str, classes: int) -> str | None:
    """Why a network with `classes` cannot be trained on `data` now, in one line; None if it can."""
    try:
        found = check_data(Data.model_validate(data))
    except DataError as error:
        return error.brief
    except ValidationError as error:
        return str(error.errors()[0]["ctx"]["error"])
    problem = found.wrong_classes(classes) or found.missing
    return problem.brief if problem else None
