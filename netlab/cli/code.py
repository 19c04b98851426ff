"""`netlab code`."""

from __future__ import annotations

from pathlib import Path

import click

from netlab.cli.shared.command_options import output_option
from netlab.cli.shared.output import print_or_write


@click.command()
@click.argument("recipe")
@click.option("--variant", help="A variant of the study instead of its baseline.")
@output_option("The file to write instead of stdout.")
def code(recipe: str, variant: str | None, output: Path | None) -> None:
    """Write the network of RECIPE as a PyTorch file that does not need netlab.

    Its function `build()` makes the network. Names and order of the parameters are those of
    netlab, so weights can be copied from one to the other.
    """
    from netlab.analysis.codegen.network_file import write_code
    from netlab.analysis.network_analysis import analyse
    from netlab.cli.summary import load_network_argument
    from netlab.recipe.library import find_recipe

    network = load_network_argument(recipe, variant, None)
    name = find_recipe(recipe).stem + (f", variant {variant}" if variant else "")
    print_or_write(write_code(analyse(network), name), output)
