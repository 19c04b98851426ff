"""`netlab schema`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from netlab.errors import NetlabError


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write; left out, the schema goes to stdout.",
)
def schema(output: Path | None) -> None:
    """Print the JSON schema of recipes, with which editors complete and check them.

    An editor finds it by a first line such as
    `# yaml-language-server: $schema=recipe.schema.json` in a recipe.
    """
    from netlab.recipe.json_schema import recipe_schema

    text = json.dumps(recipe_schema(), indent=1, ensure_ascii=False)
    if output is None:
        click.echo(text)
        return
    try:
        output.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise NetlabError(f"{output} cannot be written: {error.strerror}") from None
    click.echo(f"{output} written", err=True)
