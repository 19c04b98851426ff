"""`netlab code`."""

from __future__ import annotations

from pathlib import Path

import click

from netlab.errors import NetlabError


@click.command()
@click.argument("recipe")
@click.option("--variant", help="A variant of the study instead of its baseline.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write; left out, the code goes to stdout.",
)
def code(recipe: str, variant: str | None, output: Path | None) -> None:
    """Write the network of RECIPE as a PyTorch file that needs nothing of netlab.

    `build()` in it makes the network. Its parameters have the names and the order of netlab's, so
    weights can go from one to the other.
    """
    from netlab.analysis.codegen.network_file import write_code
    from netlab.analysis.network_analysis import analyse
    from netlab.cli.summary import load_network_argument
    from netlab.recipe.library import find_recipe

    network = load_network_argument(recipe, variant, None)
    name = find_recipe(recipe).stem + (f", variant {variant}" if variant else "")
    text = write_code(analyse(network), name)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise NetlabError(f"{output} cannot be written: {error.strerror}") from None
    click.echo(f"{output} written", err=True)
