"""A network as an ONNX file, which other runtimes can run."""

from __future__ import annotations

import importlib
from pathlib import Path

import torch

from netlab.analysis.weights import load_weights
from netlab.errors import NetlabError
from netlab.modules.build import build_stack
from netlab.recipe.network import Network

NEEDS = ("onnx", "onnxscript")
"""What torch's exporter stands on: the packages of the extra `onnx`."""

INPUT, OUTPUT = "images", "scores"
"""The names of what goes in and comes out: (N, C, H, W) and (N, classes)."""

SEED = 0
"""Draws the weights of a network that is exported without any."""


def write_onnx(network: Network, path: Path, weights: Path | None = None) -> None:
    """Write `network` in evaluation mode to `path`, for any number of images of its input's size.

    Its weights, in the same file, are those of the file `weights`, or fresh ones of seed `SEED`.
    The random state is as before. Raises `NetlabError` where the extra `onnx` is not installed, the
    weights do not fit, or the file cannot be written.
    """
    for package in NEEDS:
        try:
            importlib.import_module(package)
        except ImportError:
            raise NetlabError(
                f"writing ONNX needs the package {package}: pip install {' '.join(NEEDS)}"
            ) from None
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        model = build_stack(network.stack(), network.input).eval()
    if weights is not None:
        load_weights(model, weights)
    # Two images: of one, the exporter would take the number for a constant.
    program = torch.onnx.export(
        model,
        (torch.zeros(2, *network.input),),
        dynamo=True,
        input_names=[INPUT],
        output_names=[OUTPUT],
        dynamic_shapes=({0: torch.export.Dim(INPUT)},),
        verbose=False,
    )
    assert program is not None
    try:
        program.save(path, external_data=False)
    except OSError as error:
        raise NetlabError(f"{path} cannot be written: {error.strerror}") from None
