"""`--db` names the lab before and after a command, for every command and subcommand."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from cli_helpers import Shell
from lab_studies import study

from netlab.cli.main import COMMANDS, netlab
from netlab.lab.store import Lab
from netlab.suggest import LAB_COMMANDS


def leaves(command: click.Command, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The words of all commands below `command`."""
    if not isinstance(command, click.Group):
        yield words
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        part = command.get_command(context, name)
        assert part is not None
        yield from leaves(part, (*words, name))


EVERY = list(leaves(netlab, ()))


def test_every_command_is_looked_at() -> None:
    assert {words[0] for words in EVERY} == set(COMMANDS)
    assert ("runs", "stop") in EVERY


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_every_command_takes_the_option_wherever_it_is_written(
    shell: Shell, words: tuple[str, ...]
) -> None:
    for at in range(len(words) + 1):
        said = shell(*words[:at], "--db", "mine.db", *words[at:], "--help")
        assert said.code == 0, said.err
        assert ("--db FILE" in said.out) == (words[0] in LAB_COMMANDS)


@pytest.mark.parametrize(
    "words",
    [
        ("--db", "X", "runs", "list", "widths"),
        ("runs", "--db", "X", "list", "widths"),
        ("runs", "list", "widths", "--db", "X"),
        ("runs", "--db=X", "widths"),
        ("runs", "widths", "--db", "X"),
        ("--db", "other.db", "runs", "--db", "X", "widths"),
        ("runs", "--db", "other.db", "list", "--db", "X"),
        ("export", "widths", "--db", "X"),
        ("claims", "--db", "X", "widths"),
    ],
)
def test_of_several_labs_the_last_one_counts(shell: Shell, words: tuple[str, ...]) -> None:
    with Lab.open(shell.folder / "X", create=True) as lab:
        lab.studies.register(study())
    said = shell(*words)
    assert said.code == 0, said.err
    assert not (shell.folder / "other.db").exists()


def test_the_group_of_runs_still_lists_by_default(shell: Shell) -> None:
    assert "`netlab --db X run demo`" in shell("runs", "--db", "X").err
    assert "Usage: netlab runs" in shell("runs", "--db", "X", "--help").out
    assert "--db FILE" in shell("runs", "stop", "--help").out
    assert "--db" not in shell("blocks", "--help").out
