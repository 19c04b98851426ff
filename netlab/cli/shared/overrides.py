"""Options that replace what a recipe says, shared by `plan` and `run`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from netlab.errors import NetlabError
from netlab.recipe.seed_list import parse_seeds

F = TypeVar("F", bound=Callable[..., Any])


def override_options(command: F) -> F:
    """Options that replace what a recipe says."""
    for option in (
        click.option("--protocol", metavar="NAME", help="Another protocol than the recipe's."),
        click.option("--data", metavar="D", help="Another data set, or folder:PATH."),
        click.option("--epochs", type=click.IntRange(1, 100_000), help="Another number of epochs."),
        click.option("--seeds", metavar="0,1,2", callback=_seeds, help="Other seeds, such as 0-4."),
        click.option(
            "--quick", is_flag=True, help="The recipe's short form; the rest goes over it."
        ),
    ):
        command = option(command)
    return command


def _seeds(
    _context: click.Context, _option: click.Parameter, text: str | None
) -> tuple[int, ...] | None:
    try:
        return None if text is None else parse_seeds(text)
    except ValueError as error:
        raise NetlabError(f"--seeds: {error}") from None
