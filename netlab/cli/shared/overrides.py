"""Options that replace what a recipe says, shared by `plan` and `run`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from netlab.errors import NetlabError

F = TypeVar("F", bound=Callable[..., Any])


def override_options(command: F) -> F:
    """Options that replace what a recipe says."""
    for option in (
        click.option("--protocol", metavar="NAME", help="Another protocol than the recipe's."),
        click.option("--data", metavar="D", help="Another data set, or folder:PATH."),
        click.option("--epochs", type=click.IntRange(1, 100_000), help="Another number of epochs."),
        click.option("--seeds", metavar="0,1,2", help="Other seeds."),
        click.option(
            "--quick", is_flag=True, help="The recipe's short form; the rest goes over it."
        ),
    ):
        command = option(command)
    return command


MOST_SEEDS = 10_000
"""Most seeds that one range may name."""


def parse_seeds(text: str | None) -> tuple[int, ...] | None:
    """`0,1,2` or `0-4` as numbers. Raises `NetlabError`."""
    if text is None:
        return None
    seeds: list[int] = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise NetlabError(f"--seeds {text}: write whole numbers, such as 0,1,2 or 0-4")
        if max(len(first), len(last)) > 10 or int(last or first) - int(first) >= MOST_SEEDS:
            raise NetlabError(f"--seeds {text[:40]}: at most {MOST_SEEDS} seeds, each below 2**31")
        if int(last or first) < int(first):
            raise NetlabError(f"--seeds {text}: a range goes up, such as {last}-{first}")
        seeds += range(int(first), int(last or first) + 1)
    if not seeds or len(set(seeds)) < len(seeds) or max(seeds) >= 2**31:
        raise NetlabError(f"--seeds {text}: list each seed once, from 0 to {2**31 - 1}")
    return tuple(seeds)
