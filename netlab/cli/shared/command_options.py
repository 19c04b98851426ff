"""Options that several commands share, except `--db`, which is in `lab_option`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypedDict, TypeVar

import click

from netlab.errors import NetlabError
from netlab.recipe.seed_list import parse_seeds

F = TypeVar("F", bound=Callable[..., Any])


class Overrides(TypedDict):
    """Replacements for parts of a recipe, as keyword arguments of `make_plan`."""

    seeds: tuple[int, ...] | None
    epochs: int | None
    data: str | None
    protocol: str | None
    quick: bool


def override_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add options that replace parts of the recipe; the command gets one `Overrides`."""

    @functools.wraps(command)
    def with_overrides(**values: Any) -> Any:
        overrides = {name: values.pop(name) for name in Overrides.__annotations__}
        return command(overrides=overrides, **values)

    for option in (
        click.option("--protocol", metavar="NAME", help="Another protocol than the recipe's."),
        click.option("--data", metavar="D", help="Another data set, or folder:PATH."),
        click.option("--epochs", type=click.IntRange(1, 100_000), help="Another number of epochs."),
        click.option("--seeds", metavar="0,1,2", callback=_seeds, help="Other seeds, such as 0-4."),
        click.option(
            "--quick", is_flag=True, help="The recipe's short form, to which the others apply."
        ),
    ):
        with_overrides = option(with_overrides)
    return with_overrides


def json_option(text: str = "As JSON.") -> Callable[[F], F]:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help=text)


def device_option(text: str) -> Callable[[F], F]:
    """`--device`."""
    return click.option("--device", default="auto", show_default=True, help=text)


def jobs_option(command: F) -> F:
    """`--jobs`."""
    return click.option(
        "--jobs",
        type=click.IntRange(1, 64),
        default=1,
        show_default=True,
        help="Runs at a time; they slow each other, so their times cannot be compared.",
    )(command)


def output_option(text: str, metavar: str = "FILE", *, required: bool = False) -> Callable[[F], F]:
    """`--output`."""
    path = click.Path(path_type=Path, dir_okay=False)
    return click.option("-o", "--output", type=path, metavar=metavar, help=text, required=required)


def _seeds(
    _context: click.Context, _option: click.Parameter, text: str | None
) -> tuple[int, ...] | None:
    try:
        return None if text is None else parse_seeds(text)
    except ValueError as error:
        raise NetlabError(f"--seeds: {error}") from None
