"""`netlab data`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from netlab.cli.output import columns, print_json
from netlab.errors import DataError

if TYPE_CHECKING:
    from netlab.recipe.data import Data
    from netlab.recipe.datasets import DataSet
    from netlab.recipe.folders import FolderFacts, Part


@click.command()
@click.argument("name", required=False)
@click.option("--download", is_flag=True, help="Get NAME first, into the cache folder.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def data(name: str | None, download: bool, as_json: bool) -> None:
    """List all data sets, or tell about NAME: one of them, or folder:PATH.

    Data sets are kept in the folder that NETLAB_CACHE names.
    """
    from netlab.recipe.datasets import CATALOGUE, known

    if download and name is None:
        raise click.UsageError("say which data set to download: netlab data NAME --download")
    if name is None:
        sets = list(CATALOGUE.values())
        _answer(as_json, [told(one) for one in sets], listing(sets))
    elif name.startswith("folder:"):
        if download:
            raise DataError("a folder is yours already: only named data sets can be downloaded")
        folder, given = scanned(name)
        _answer(as_json, folder_told(folder, given), folder_page(folder, given))
    else:
        one = known(name)
        if download:
            get(one)
        _answer(as_json, told(one), page(one))


def get(one: DataSet) -> None:
    """Download what is not here yet, and say so on stderr."""
    if one.present():
        click.echo(f"{one.name} is here already: {one.where()}", err=True)
        return
    from netlab.paths import cache_folder

    click.echo(f"getting {one.name} into {cache_folder()} …", err=True)
    from netlab.training.download import download

    download(one)


def told(one: DataSet) -> dict[str, Any]:
    """One named data set as JSON values."""
    return {
        "name": one.name,
        "says": one.says,
        "shape": one.shape,
        "classes": one.classes,
        "train": one.train,
        "test": one.test,
        "mean": one.mean,
        "std": one.std,
        "licence": one.licence,
        "here": one.present(),
        "where": str(one.where()) if one.present() else None,
        "looked_in": [str(place) for place in one.places()],
        "remedy": None if one.present() else one.remedy(),
    }


def listing(sets: list[DataSet]) -> list[str]:
    """All data sets, one a line, and where each is."""
    from netlab.paths import cache_folder

    rows = [
        [
            one.name,
            f"{one.train:,} + {one.test:,}",
            str(one.classes),
            _shape(one),
            "yes" if one.present() else "no",
            one.says,
        ]
        for one in sets
    ]
    lines = columns(["name", "train + test", "classes", "size", "here", "what"], rows, (1, 2))
    lines += ["", "folder:PATH stands for any folder of images.", ""]
    lines += [f"{one.name}: {one.where() if one.present() else one.remedy()}" for one in sets]
    return [*lines, "", f"Data sets are kept in {cache_folder()} (NETLAB_CACHE)."]


def page(one: DataSet) -> list[str]:
    """One data set: images, normalisation, licence, where it is or was looked for."""
    facts = [
        ["images", f"{one.train:,} to train on, {one.test:,} to test on"],
        ["classes", str(one.classes)],
        ["size", f"{_shape(one)} (channels × height × width)"],
        ["mean", _figures(one.mean)],
        ["SD", _figures(one.std)],
        ["licence", one.licence],
    ]
    if one.present():
        facts.append(["here", str(one.where())])
    else:
        facts.append(["here", "no"])
        facts += [["looked in", str(place)] for place in one.places()]
        facts.append(["get it", one.remedy()])
    return [f"{one.name}: {one.says}", *_aligned(facts)]


def scanned(name: str) -> tuple[FolderFacts, Data]:
    """What the folder in `folder:PATH` holds, with the defaults of its split."""
    from netlab.recipe.data import Data
    from netlab.recipe.folders import resolve, scan

    path = name.partition(":")[2]
    if not path:
        raise DataError("say which folder: folder:PATH")
    given = resolve(Data(name="folder", path=path), Path())
    assert given.path is not None
    return scan(Path(given.path)), given


def folder_told(folder: FolderFacts, given: Data) -> dict[str, Any]:
    """A folder of images as JSON values."""
    train, test = folder.divide(given.test, given.split_seed)
    return {
        "name": given.label,
        "path": str(folder.path),
        "split": "folders" if folder.test else "drawn",
        "classes": list(folder.classes),
        "train": _counts(folder, train),
        "test": _counts(folder, test),
        "fingerprint": folder.fingerprint,
    }


def folder_page(folder: FolderFacts, given: Data) -> list[str]:
    """A folder of images: where its test images come from, and how many of each class."""
    train, test = folder.divide(given.test, given.split_seed)
    drawn = f"drawn: data.test {given.test:g} of each class by data.split_seed {given.split_seed}"
    facts = [
        ["path", str(folder.path)],
        ["images", f"{len(train):,} to train on, {len(test):,} to test on"],
        ["test images", "in a folder of their own" if folder.test else drawn],
        ["fingerprint", folder.fingerprint],
    ]
    rows = [
        [name, f"{a:,}", f"{b:,}"]
        for (name, a), b in zip(
            _counts(folder, train).items(), _counts(folder, test).values(), strict=True
        )
    ]
    table = columns([f"{len(folder.classes)} classes", "train", "test"], rows, (1, 2))
    return [f"{given.label}: a folder of images", *_aligned(facts), "", *table]


def _answer(as_json: bool, values: Any, lines: list[str]) -> None:
    if as_json:
        print_json(values)
        return
    for line in lines:
        click.echo(line)


def _counts(folder: FolderFacts, part: Part) -> dict[str, int]:
    return {name: part.count(label) for label, name in enumerate(folder.classes)}


def _aligned(facts: list[list[str]]) -> list[str]:
    return [f"  {line}" for line in columns(["", ""], facts)[1:]]


def _shape(one: DataSet) -> str:
    return "×".join(map(str, one.shape))


def _figures(values: tuple[float, ...]) -> str:
    return ", ".join(f"{value:.5f}" for value in values)
