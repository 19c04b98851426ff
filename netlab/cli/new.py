"""`netlab new`."""

from __future__ import annotations

from pathlib import Path

import click

from netlab.errors import NetlabError


@click.command()
@click.argument("name")
@click.option(
    "--from",
    "base",
    default="resnet14-ablation",
    show_default=True,
    metavar="RECIPE",
    help="The recipe to start from: a path, or the name of a saved one.",
)
@click.option("--extend", is_flag=True, help="Lay the new recipe over the old instead of copying.")
def new(name: str, base: str, extend: bool) -> None:
    """Write NAME.yaml, a recipe to make one's own; never overwrites a file."""
    from netlab.recipe.library import find_recipe
    from netlab.recipe.recipe import load_recipe
    from netlab.recipe.writing import absolute_base

    path = Path(name if name.endswith((".yaml", ".yml")) else f"{name}.yaml")
    source = find_recipe(base)
    load_recipe(source)
    text = EXTENSION.format(base=base) if extend else source.read_text(encoding="utf-8")
    if not extend:
        text = absolute_base(text, source)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise NetlabError(f"{path} is there already: choose another name") from None
    except OSError as error:
        raise NetlabError(f"{path} cannot be written: {error.strerror}") from None
    click.echo(f"{path} written, from {base}", err=True)
    click.echo("next: edit it, then `netlab plan " + str(path) + "`", err=True)


EXTENSION = """\
# Everything that is not written here is as in the recipe below.
extends: {base}

# data: fashion-mini
# protocol: {{extends: standard, epochs: 6}}
# study:
#   seeds: [0, 1, 2]
#   variants:
#     my-variant: {{set: {{basic: {{groups: 4}}}}, because: …}}
"""
