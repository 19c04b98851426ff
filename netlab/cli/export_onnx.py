"""`netlab export-onnx`."""

from __future__ import annotations

from pathlib import Path

import click

from netlab.cli.shared.command_options import output_option


@click.command()
@click.argument("recipe")
@output_option("The file to write.", required=True)
@click.option("--variant", help="A variant of the study instead of its baseline.")
@click.option(
    "--weights",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Weights to export: .pth, .safetensors or a run's checkpoint.pt; else fresh ones.",
)
def export_onnx(recipe: str, output: Path, variant: str | None, weights: Path | None) -> None:
    """Write the network of RECIPE as an ONNX file, for any number of images.

    Needs the extra onnx: pip install onnx onnxscript.
    """
    from netlab.analysis.onnx import FRESH_WEIGHTS_SEED, write_onnx
    from netlab.cli.summary import load_network_argument

    write_onnx(load_network_argument(recipe, variant, None), output, weights)
    kind = f"the weights of {weights}" if weights else f"fresh weights of seed {FRESH_WEIGHTS_SEED}"
    click.echo(f"netlab: wrote {output}, with {kind}", err=True)
