"""`netlab new`."""

from __future__ import annotations

from pathlib import Path

import click

from netlab.cli.shared.lab_option import suggest
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
@click.option(
    "--extend", is_flag=True, help="Write a recipe that extends the other instead of a copy."
)
def new(name: str, base: str, extend: bool) -> None:
    """Write NAME.yaml, a recipe to change; never overwrites a file."""
    from netlab.recipe.library import find_recipe, is_shipped
    from netlab.recipe.loader import load_recipe
    from netlab.recipe.writing.save_network import make_base_absolute
    from netlab.recipe.yaml.yaml_text import flow_yaml

    if not Path(name).name or name.endswith("/"):
        raise NetlabError(f"'{name}' is no file name: give one, such as mine")
    path = Path(name if name.endswith((".yaml", ".yml")) else f"{name}.yaml")
    source = find_recipe(base)
    load_recipe(source)
    if extend:
        text = EXTENSION_TEMPLATE.format(
            base=flow_yaml(base if is_shipped(base) else str(source.resolve()))
        )
    else:
        text = make_base_absolute(source.read_text(encoding="utf-8"), source)
    _write_new(path, text)
    click.echo(f"netlab: wrote {path}, from {base}", err=True)
    click.echo(f"next: edit it, then {suggest('plan', str(path))}", err=True)


def _write_new(path: Path, text: str) -> None:
    try:
        file = path.open("x", encoding="utf-8")
    except FileExistsError:
        raise NetlabError(f"{path} exists already: choose another name") from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise NetlabError(f"{path} cannot be written: {why}") from None
    try:
        with file:
            file.write(text)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise NetlabError(f"{path} cannot be written: {error.strerror}") from None


EXTENSION_TEMPLATE = """\
# Everything that is not written here is taken from this recipe.
extends: {base}

# data: fashion-mini
# protocol: {{extends: standard, epochs: 6}}
# study:
#   seeds: [0, 1, 2]
#   variants:
#     my-variant: {{set: {{basic: {{groups: 4}}}}, because: …}}
"""
