"""`netlab schema`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from netlab.cli.shared.command_options import output_option
from netlab.cli.shared.output import print_or_write


@click.command()
@output_option("The file to write instead of stdout.")
def schema(output: Path | None) -> None:
    """Print the JSON schema of recipes, with which editors complete and check them.

    The first line of a recipe tells the editor where it is, as in
    `# yaml-language-server: $schema=recipe.schema.json`.
    """
    from netlab.recipe.json_schema import recipe_schema

    print_or_write(json.dumps(recipe_schema(), indent=1, ensure_ascii=False) + "\n", output)
