"""`netlab networks`."""

from __future__ import annotations

import itertools
import re
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from netlab.cli.shared.command_options import json_option
from netlab.cli.shared.output import align_columns, align_properties, print_json, print_lines
from netlab.errors import NetlabError, did_you_mean
from netlab.format import format_count, format_shape

if TYPE_CHECKING:
    from netlab.analysis.network_analysis import Analysis


@dataclass(frozen=True)
class PublishedNetwork:
    """A published network that is shipped with netlab."""

    name: str
    file: Path
    source: str
    """Authors, year, title and web address of the publication."""
    notes: str
    """The rest of the comment at the top of its file."""
    analysis: Analysis

    @property
    def citation(self) -> str:
        """The source without its address."""
        return re.sub(r",?\s*https?://\S+", "", self.source)


@click.command()
@click.argument("name", required=False)
@json_option()
def networks(name: str | None, as_json: bool) -> None:
    """List the published networks that come with netlab, or describe the network NAME.

    Commands that take a RECIPE take the name of a network too.
    """
    from netlab.recipe.library import shipped

    files = shipped("networks")
    if name is not None and name not in files:
        raise NetlabError(f"no network is called '{name}': {did_you_mean(name, files)}")
    chosen = [name] if name else sorted(files, key=natural_sort_key)
    found = [load_published(files[each]) for each in chosen]
    if as_json:
        print_json([network_as_dict(each) for each in found])
    else:
        print_lines(network_page(found[0]) if name else networks_table(found))


def natural_sort_key(name: str) -> list[tuple[int, str]]:
    """A sort key that compares numbers by value, so that resnet50 is before resnet110."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", name)]


def load_published(file: Path) -> PublishedNetwork:
    """Load a network file and analyse the network."""
    from netlab.analysis.network_analysis import analyse
    from netlab.recipe.loader import load_recipe

    recipe = load_recipe(file)
    source, notes = source_and_notes(recipe.text)
    return PublishedNetwork(file.stem, file, source, notes, analyse(recipe.network))


def source_and_notes(text: str) -> tuple[str, str]:
    """The comment at the top of a file, split after the first web address."""
    lines = itertools.takewhile(lambda line: line.startswith("#"), text.splitlines())
    comment = " ".join(
        line.lstrip("# ") for line in lines if not line.startswith("# yaml-language-server")
    )
    match = re.match(r".*?https?://\S+", comment)
    source = match[0] if match else comment
    return source, comment[len(source) :].strip()


def network_as_dict(network: PublishedNetwork) -> dict[str, Any]:
    """One network as JSON values."""
    analysis = network.analysis
    return {
        "name": network.name,
        "input": list(analysis.network.input),
        "classes": analysis.network.classes,
        "params": analysis.cost.params,
        "macs": analysis.cost.macs,
        "source": network.source,
        "notes": network.notes,
        "file": str(network.file),
    }


def networks_table(found: list[PublishedNetwork]) -> list[str]:
    """All networks, one per line."""
    rows = [
        [
            network.name,
            format_shape(network.analysis.network.input),
            f"{network.analysis.cost.params:,}",
            format_count(network.analysis.cost.macs),
            network.citation,
        ]
        for network in found
    ]
    hint = "`netlab networks resnet50` describes one; `netlab summary resnet50` shows its layers."
    header = ["network", "input", "params", "MACs", "source"]
    return [*align_columns(header, rows, right=(2, 3)), "", hint]


def network_page(network: PublishedNetwork) -> list[str]:
    """One network: its source, its figures, and commands that use it."""
    analysis, name = network.analysis, network.name
    cost = analysis.cost
    shapes = f"{format_shape(analysis.network.input)} → {format_shape(analysis.output)}"
    lines = [name, ""]
    for comment in (network.source, network.notes):
        lines += textwrap.wrap(comment, 78, break_on_hyphens=False, break_long_words=False)
    figures = [
        ("input → output", shapes),
        ("parameters", f"{cost.params:,}"),
        ("MACs", f"{cost.macs:,} for one image, without bias"),
        ("file", str(network.file)),
    ]
    commands = [
        (f"netlab summary {name}", "its layers"),
        (f"netlab code {name}", "the network as a PyTorch file"),
        (f"netlab new mine --from {name}", "a copy to change"),
    ]
    return [*lines, "", *align_properties(figures), "", *align_properties(commands)]
