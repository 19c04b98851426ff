"""`netlab data`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from netlab.cli.shared.command_options import json_option
from netlab.cli.shared.output import align_columns, align_properties, print_json, print_lines
from netlab.errors import DataError
from netlab.format import format_shape

if TYPE_CHECKING:
    from netlab.datasets.catalogue import DataSet
    from netlab.datasets.data_spec import Data
    from netlab.datasets.image_folder import ImageFolder, LabelledFiles


@click.command()
@click.argument("name", required=False)
@click.option("--download", is_flag=True, help="Download NAME first, into the cache folder.")
@json_option()
def data(name: str | None, download: bool, as_json: bool) -> None:
    """List all data sets, or describe NAME: one of them, or folder:PATH.

    Data sets are stored in the folder that NETLAB_CACHE names.
    """
    from netlab.datasets.catalogue import CATALOGUE, find_dataset

    if download and name is None:
        raise click.UsageError("name the data set to download: netlab data NAME --download")
    if name is None:
        sets = list(CATALOGUE.values())
        _print_answer(as_json, [dataset_as_dict(one) for one in sets], datasets_table(sets))
    elif name.startswith("folder:"):
        if download:
            raise DataError("folder:PATH is here already: only named data sets can be downloaded")
        folder, given = scan_folder(name)
        _print_answer(as_json, folder_as_dict(folder, given), folder_page(folder, given))
    else:
        one = find_dataset(name)
        if download:
            download_if_missing(one)
        _print_answer(as_json, dataset_as_dict(one), dataset_page(one))


def download_if_missing(one: DataSet) -> None:
    """Download the data set if it is not in the cache; print a notice on stderr."""
    if one.is_present():
        click.echo(f"{one.name} is here already: {one.location()}", err=True)
        return
    from netlab.paths import cache_folder

    click.echo(f"downloading {one.name} into {cache_folder()} …", err=True)
    from netlab.training.download import download

    download(one)


def dataset_as_dict(one: DataSet) -> dict[str, Any]:
    """One named data set as JSON values."""
    return {
        "name": one.name,
        "says": one.description,
        "shape": one.shape,
        "classes": one.classes,
        "train": one.train,
        "test": one.test,
        "mean": one.mean,
        "std": one.std,
        "licence": one.licence,
        "here": one.is_present(),
        "where": str(one.location()) if one.is_present() else None,
        "looked_in": [str(path) for path in one.search_paths()],
        "remedy": None if one.is_present() else one.download_command(),
    }


def datasets_table(sets: list[DataSet]) -> list[str]:
    """All data sets, one per line, with their location."""
    from netlab.paths import cache_folder

    rows = [
        [
            one.name,
            f"{one.train:,} + {one.test:,}",
            str(one.classes),
            format_shape(one.shape),
            "yes" if one.is_present() else "no",
            one.description,
        ]
        for one in sets
    ]
    lines = align_columns(["name", "train + test", "classes", "size", "here", "what"], rows, (1, 2))
    lines += ["", "folder:PATH is any folder of images.", ""]
    for one in sets:
        where = one.location() if one.is_present() else one.download_command()
        lines.append(f"{one.name}: {where}")
    return [*lines, "", f"Data sets are stored in {cache_folder()} (NETLAB_CACHE)."]


def dataset_page(one: DataSet) -> list[str]:
    """One data set: images, normalisation, licence, and its present or future location."""
    facts = [
        ["images", f"{one.train:,} to train on, {one.test:,} to test on"],
        ["classes", str(one.classes)],
        ["size", f"{format_shape(one.shape)} (channels × height × width)"],
        ["mean", _format_numbers(one.mean)],
        ["SD", _format_numbers(one.std)],
        ["licence", one.licence],
    ]
    if one.is_present():
        facts.append(["here", str(one.location())])
    else:
        facts.append(["here", "no"])
        facts += [["looked in", str(path)] for path in one.search_paths()]
        facts.append(["get it", one.download_command()])
    return [f"{one.name}: {one.description}", *_aligned(facts)]


def scan_folder(name: str) -> tuple[ImageFolder, Data]:
    """The image folder that `folder:PATH` names, and its data spec with the default split."""
    from netlab.datasets.data_spec import Data
    from netlab.datasets.image_folder import scan_data

    path = name.partition(":")[2]
    if not path:
        raise DataError("name the folder: folder:PATH")
    given = Data(name="folder", path=path)
    return scan_data(given), given


def folder_as_dict(folder: ImageFolder, given: Data) -> dict[str, Any]:
    """A folder of images as JSON values."""
    train, test = folder.split(given.test, given.split_seed)
    return {
        "name": given.label,
        "path": str(folder.path),
        "split": "folders" if folder.test else "drawn",
        "classes": list(folder.classes),
        "train": _images_per_class(folder, train),
        "test": _images_per_class(folder, test),
        "fingerprint": folder.fingerprint,
    }


def folder_page(folder: ImageFolder, given: Data) -> list[str]:
    """A folder of images: the source of its test images, and the image count of each class."""
    train, test = folder.split(given.test, given.split_seed)
    drawn = f"drawn: data.test {given.test:g} of each class by data.split_seed {given.split_seed}"
    facts = [
        ["path", str(folder.path)],
        ["images", f"{len(train):,} to train on, {len(test):,} to test on"],
        ["test images", "in a folder of their own" if folder.test else drawn],
        ["fingerprint", folder.fingerprint],
    ]
    rows = [
        [name, f"{train.count(label):,}", f"{test.count(label):,}"]
        for label, name in enumerate(folder.classes)
    ]
    table = align_columns([f"{len(folder.classes)} classes", "train", "test"], rows, (1, 2))
    return [f"{given.label}: a folder of images", *_aligned(facts), "", *table]


def _print_answer(as_json: bool, values: Any, lines: list[str]) -> None:
    if as_json:
        print_json(values)
    else:
        print_lines(lines)


def _images_per_class(folder: ImageFolder, part: LabelledFiles) -> dict[str, int]:
    return {name: part.count(label) for label, name in enumerate(folder.classes)}


def _aligned(facts: list[list[str]]) -> list[str]:
    return [f"  {line}" for line in align_properties(facts)]


def _format_numbers(values: tuple[float, ...]) -> str:
    return ", ".join(f"{value:.5f}" for value in values)
