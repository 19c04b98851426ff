"""`netlab export-onnx`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("recipe")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The file to write.",
)
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
    told = f"the weights of {weights}" if weights else f"fresh weights of seed {FRESH_WEIGHTS_SEED}"
    click.echo(f"{output} written, with {told}", err=True)
