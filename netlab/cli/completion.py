"""`netlab completion`."""

from __future__ import annotations

import click

ACTIVATION_LINES = {
    "bash": 'eval "$(_NETLAB_COMPLETE=bash_source netlab)"',
    "zsh": 'eval "$(_NETLAB_COMPLETE=zsh_source netlab)"',
    "fish": "_NETLAB_COMPLETE=fish_source netlab | source",
}
STARTUP_FILES = {"bash": "~/.bashrc", "zsh": "~/.zshrc", "fish": "~/.config/fish/config.fish"}


@click.command()
@click.argument("shell", type=click.Choice(list(ACTIVATION_LINES)))
def completion(shell: str) -> None:
    """Print the line that turns completion on; put it into the shell's start-up file."""
    click.echo(f"# for {STARTUP_FILES[shell]}", err=True)
    click.echo(ACTIVATION_LINES[shell])
