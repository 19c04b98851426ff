"""`netlab surface`: the loss around the weights of trained runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.color import Color
from rich.console import Console
from rich.style import Style
from rich.text import Text

from netlab.cli.shared.command_options import json_option, output_option
from netlab.cli.shared.lab_option import chosen_lab, suggest
from netlab.cli.shared.output import print_json, write_file
from netlab.errors import NetlabError
from netlab.loss_surface import (
    DEFAULT_EXTENT,
    DEFAULT_IMAGES,
    DEFAULT_POINTS,
    Loss,
    LossSurface,
    LossSurfaceSettings,
)
from netlab.suggest import recipe_argument

if TYPE_CHECKING:
    from netlab.lab.records import Entry
    from netlab.lab.store import Lab

CELL_WIDTH = 2
"""Width of a point in cells, which is about the height of a line."""
DIGITS = "0123456789"


@click.command(
    epilog="A RUN is given by its id or the first characters of it; `netlab runs` lists the ids."
)
@click.argument("which", nargs=-1, required=True, metavar="RUN…")
@click.option(
    "--points",
    default=DEFAULT_POINTS,
    show_default=True,
    help="Points along each side, an odd number.",
)
@click.option(
    "--extent",
    default=DEFAULT_EXTENT,
    show_default=True,
    help="Distance to each side, in norms of each filter.",
)
@click.option(
    "--images",
    default=DEFAULT_IMAGES,
    show_default=True,
    help="Training images over which the loss is computed.",
)
@click.option(
    "--seed", default=0, show_default=True, help="Seed for the directions and the images."
)
@output_option("Also draw it as a picture.", "FILE.svg")
@json_option("The losses as JSON.")
def surface(
    which: tuple[str, ...],
    points: int,
    extent: float,
    images: int,
    seed: int,
    output: Path | None,
    as_json: bool,
) -> None:
    """The loss around the trained weights of RUN, or of several runs on one scale.

    The weights move along two random directions, each filter in proportion to its norm, as in
    Li et al. (2018): networks with a smooth surface are easier to train than those with a rugged
    one. The digits 0 to 9 stand for the loss on a logarithmic scale.
    """
    settings = LossSurfaceSettings(points, extent, images, seed)
    if output is not None and output.suffix.lower() != ".svg":
        raise click.UsageError(f"{output}: only FILE.svg can be drawn")
    titles, found = _compute(which, settings)
    if output is not None:
        from netlab.report.render.loss_surface_svg import loss_surface_svg

        write_file(output, loss_surface_svg(titles, found).encode())
    if as_json:
        print_json([asdict(one) for one in found])
    else:
        _print_maps(titles, found)


def _compute(
    which: tuple[str, ...], settings: LossSurfaceSettings
) -> tuple[list[str], list[LossSurface]]:
    from netlab.cli.runs import find_runs
    from netlab.lab.compute_loss_surface import compute_loss_surface
    from netlab.lab.store import Lab

    with Lab.open(chosen_lab(), readonly=True) as lab:
        chosen = find_runs(lab, which)
        folders = [_weights_folder(lab, entry) for entry in chosen]
    titles = [_title(entry) for entry in chosen]
    found = [
        compute_loss_surface(folder, settings, partial(_print_progress, title))
        for title, folder in zip(titles, folders, strict=True)
    ]
    return titles, found


def _weights_folder(lab: Lab, entry: Entry) -> Path:
    run, folder = entry.run, lab.run_folder(entry.run.id)
    if run.state != "done":
        raise NetlabError(f"run {run.id} is {run.state}: only trained runs have a surface")
    if not folder.is_dir():
        study = lab.studies.get(entry.study, run.condition)
        again = suggest("run", recipe_argument(study.recipe_file), "--again")
        raise NetlabError(
            f"the folder of run {run.id} is gone, and its weights with it: {again} trains the "
            "study anew"
        )
    return folder


def _title(entry: Entry) -> str:
    from netlab.sanitize import sanitize

    return f"{sanitize(entry.variant)} · seed {entry.run.seed}"


def _print_progress(title: str, done: int, rows: int) -> None:
    live = sys.stderr.isatty()
    if live or done == rows:
        end = "\n" if done == rows else "\r"
        click.echo(f"{title}: row {done} of {rows}{end}", err=True, nl=False)


def _print_maps(titles: list[str], found: list[LossSurface]) -> None:
    """Print the maps, side by side if the terminal is wide enough, and a line about each."""
    from netlab.report.render.loss_surface_scale import common_scale, describe_surface

    console = Console(highlight=False)
    scale = common_scale(found)
    colours = console.color_system is not None and "NO_COLOR" not in os.environ
    maps = [_map_lines(one, scale.height, colours=colours) for one in found]
    width = max(CELL_WIDTH * one.settings.points for one in found)
    per_row = max(1, (console.width + 2) // (width + 2))
    for first in range(0, len(found), per_row):
        part = range(first, min(first + per_row, len(found)))
        heads = [Text(titles[i]) for i in part]
        for row in [heads, *([maps[i][line] for i in part] for line in range(len(maps[first])))]:
            for cell in row:
                cell.truncate(width, overflow="ellipsis", pad=cell is not row[-1])
            console.print(Text("  ").join(row), soft_wrap=True)
        console.print()
    for title, one in zip(titles, found, strict=True):
        console.print(Text(f"{title}: {', '.join(describe_surface(one))}"))
    console.print(Text(f"0 is a loss of {scale.low:.2f}, 9 one of {scale.high:.2f} or more"))


def _map_lines(one: LossSurface, height: Callable[[Loss], float], *, colours: bool) -> list[Text]:
    from netlab.report.render.loss_surface_scale import colour_at

    lines = []
    middle = one.settings.points // 2
    for row in reversed(range(one.settings.points)):
        line = Text()
        for column, loss in enumerate(one.losses[row]):
            level = height(loss)
            digit = DIGITS[min(int(level * 10), 9)]
            mark = "+" if row == column == middle else " "
            style = None
            if colours:
                ink = "black" if level > 0.5 else "white"
                style = Style(color=ink, bgcolor=Color.from_rgb(*colour_at(level)))
            line.append(f"{mark}{digit}", style)
        lines.append(line)
    return lines
