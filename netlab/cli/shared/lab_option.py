"""The option `--db`, which works before and after every command."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from netlab import suggest as commands

_KEY = "netlab.lab"


class LabOption(click.Option):
    """`--db FILE`. If it is given several times, before and after a command, the last one counts."""

    def __init__(self, names: Sequence[str] = (), **settings: Any) -> None:
        super().__init__(
            [*names, "--db"],
            type=click.Path(path_type=Path, dir_okay=False),
            expose_value=False,
            callback=_remember,
            **settings,
        )


def add_lab_option(command: click.Command, *, shown: bool) -> None:
    """Give `command` and its subcommands the option, in their help if it is `shown`."""
    if not any(isinstance(option, LabOption) for option in command.params):
        text = "The lab; can also stand before the command."
        command.params.append(LabOption(help=text, hidden=not shown))
    for part in command.commands.values() if isinstance(command, click.Group) else ():
        add_lab_option(part, shown=shown)


def chosen_lab() -> Path:
    """The lab of the command that runs."""
    path = click.get_current_context().meta[_KEY]
    assert isinstance(path, Path)
    return path


def suggest(*words: str) -> str:
    """`netlab WORDS…` in backticks, on the lab of the command that runs."""
    return commands.suggest(*words, lab=chosen_lab())


def with_lab(text: str) -> str:
    """`text`, its commands in backticks directed at the lab of the command that runs."""
    return commands.with_lab(text, chosen_lab())


def _remember(ctx: click.Context, _option: click.Parameter, path: Path | None) -> None:
    if path is not None:
        ctx.meta[_KEY] = path
