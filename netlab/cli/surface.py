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

from netlab.cli.shared.lab_option import chosen_lab, suggest
from netlab.cli.shared.output import print_json
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
    from rich.text import Text

    from netlab.lab.records import Entry

CELL_WIDTH = 2
"""Columns of a point: as wide as a line is high."""
DIGITS = "0123456789"


@click.command(epilog="A RUN is called by its id or the first characters of it: `netlab runs`.")
@click.argument("which", nargs=-1, required=True, metavar="RUN…")
@click.option(
    "--points", default=DEFAULT_POINTS, show_default=True, help="Points along each side; odd."
)
@click.option(
    "--extent",
    default=DEFAULT_EXTENT,
    show_default=True,
    help="How far to go, in norms of each filter.",
)
@click.option(
    "--images",
    default=DEFAULT_IMAGES,
    show_default=True,
    help="Training images to work the loss out on.",
)
@click.option("--seed", default=0, show_default=True, help="Draws directions and images.")
@click.option(
    "-o",
    "--output",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.svg",
    help="Also draw it as a picture.",
)
@click.option("--json", "as_json", is_flag=True, help="The losses as JSON.")
def surface(
    which: tuple[str, ...],
    points: int,
    extent: float,
    images: int,
    seed: int,
    file: Path | None,
    as_json: bool,
) -> None:
    """The loss around the trained weights of RUN, or of several runs on one scale.

    The weights move along two random directions, each filter by its own length, as Li et al.
    (2018) do to compare networks with and without shortcuts: a smooth bowl is easier to train
    than a rugged one. The digits rise with the loss on a logarithmic scale, 0 to 9.
    """
    settings = LossSurfaceSettings(points, extent, images, seed)
    if file is not None and file.suffix.lower() != ".svg":
        raise click.UsageError(f"{file}: only FILE.svg can be drawn")
    titles, found = _compute(which, settings)
    if file is not None:
        from netlab.report.render.formats import write_output
        from netlab.report.render.loss_surface_svg import loss_surface_svg

        write_output(file, loss_surface_svg(titles, found).encode())
        click.echo(f"netlab: wrote {file}", err=True)
    if as_json:
        print_json([asdict(one) for one in found])
    else:
        _print_maps(titles, found)


def _compute(
    which: tuple[str, ...], settings: LossSurfaceSettings
) -> tuple[list[str], list[LossSurface]]:
    from netlab.cli.runs import find_runs
    from netlab.lab.compute_loss_surface import compute_loss_surface as work_out
    from netlab.lab.store import Lab

    with Lab.open(chosen_lab(), readonly=True) as lab:
        chosen = find_runs(lab, which)
        for entry in chosen:
            if entry.run.state != "done":
                raise NetlabError(
                    f"run {entry.run.id} is {entry.run.state}: only trained runs have a surface"
                )
            if not lab.run_folder(entry.run.id).is_dir():
                study = lab.studies.get(entry.study, entry.run.condition)
                again = suggest("run", recipe_argument(study.recipe_file), "--again")
                raise NetlabError(
                    f"the folder of run {entry.run.id} is gone, and its weights with it: {again} "
                    "trains the study anew"
                )
        folders = [lab.run_folder(entry.run.id) for entry in chosen]
    titles = [_title(entry) for entry in chosen]
    found = [
        work_out(folder, settings, partial(_print_progress, title))
        for title, folder in zip(titles, folders, strict=True)
    ]
    return titles, found


def _title(entry: Entry) -> str:
    from netlab.sanitize import sanitize

    return f"{sanitize(entry.variant)} · seed {entry.run.seed}"


def _print_progress(title: str, done: int, rows: int) -> None:
    live = sys.stderr.isatty()
    if live or done == rows:
        end = "\n" if done == rows else "\r"
        click.echo(f"{title}: row {done} of {rows}{end}", err=True, nl=False)


def _print_maps(titles: list[str], found: list[LossSurface]) -> None:
    """The maps side by side where the terminal is wide enough, and what to say of each."""
    from rich.console import Console
    from rich.text import Text

    from netlab.report.render.loss_surface_scale import common_scale, describe_surface

    console = Console(highlight=False)
    scale = common_scale(found)
    colours = console.color_system is not None and "NO_COLOR" not in os.environ
    maps = [_map_lines(one, scale.height, colours=colours) for one in found]
    width = max(CELL_WIDTH * one.settings.points for one in found)
    most = max(1, (console.width + 2) // (width + 2))
    for first in range(0, len(found), most):
        part = range(first, min(first + most, len(found)))
        heads = [Text(titles[i]) for i in part]
        for row in [heads, *([maps[i][line] for i in part] for line in range(len(maps[first])))]:
            joined = Text()
            for place, cell in enumerate(row):
                cell.truncate(width, overflow="ellipsis", pad=place + 1 < len(row))
                joined.append_text(cell)
                if place + 1 < len(row):
                    joined.append("  ")
            console.print(joined, soft_wrap=True)
        console.print()
    for title, one in zip(titles, found, strict=True):
        console.print(Text(f"{title}: {', '.join(describe_surface(one))}"))
    console.print(Text(f"0 is a loss of {scale.low:.2f}, 9 one of {scale.high:.2f} or more"))


def _map_lines(one: LossSurface, height: Callable[[Loss], float], *, colours: bool) -> list[Text]:
    from rich.color import Color
    from rich.style import Style
    from rich.text import Text

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
