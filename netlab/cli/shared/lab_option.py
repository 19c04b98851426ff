"""The option `--db`, which may be given before or after the name of a command."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from netlab import suggest as commands

_KEY = "netlab.lab"


class LabOption(click.Option):
    """`--db FILE`. If it is given before and after a command, the last one counts."""

    def __init__(self, names: Sequence[str] = (), **settings: Any) -> None:
        super().__init__(
            [*names, "--db"],
            type=click.Path(path_type=Path, dir_okay=False),
            expose_value=False,
            callback=_remember,
            **settings,
        )


def add_lab_option(command: click.Command, *, shown: bool) -> None:
    """Add the option to `command` and its subcommands; with `shown`, also to their help."""
    if not any(isinstance(option, LabOption) for option in command.params):
        text = "The lab; can also stand before the command."
        command.params.append(LabOption(help=text, hidden=not shown))
    for part in command.commands.values() if isinstance(command, click.Group) else ():
        add_lab_option(part, shown=shown)


def chosen_lab() -> Path:
    """The path of the current command's lab."""
    path = click.get_current_context().meta[_KEY]
    assert isinstance(path, Path)
    return path


def suggest(*words: str) -> str:
    """`netlab WORDS…` in backticks, for the lab of the current command."""
    return commands.suggest(*words, lab=chosen_lab())


def with_lab(text: str) -> str:
    """`text`, with its commands in backticks changed to use the current command's lab."""
    return commands.with_lab(text, chosen_lab())


def _remember(ctx: click.Context, _option: click.Parameter, path: Path | None) -> None:
    if path is not None:
        ctx.meta[_KEY] = path
