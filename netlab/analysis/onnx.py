"""A network as an ONNX file for other runtimes."""

from __future__ import annotations

import importlib
from pathlib import Path

import torch

from netlab.analysis.weights import load_weights
from netlab.errors import NetlabError
from netlab.modules.build import build_stack
from netlab.recipe.network import Network

ONNX_PACKAGES = ("onnx", "onnxscript")
"""The packages that torch's exporter needs: the extra `onnx`."""

INPUT_NAME, OUTPUT_NAME = "images", "scores"
"""The names of input (N, C, H, W) and output (N, classes)."""

FRESH_WEIGHTS_SEED = 0
"""The seed for the weights of a network that is exported without a file of weights."""


def write_onnx(network: Network, path: Path, weights: Path | None = None) -> None:
    """Write `network` in evaluation mode to `path`, for any number of images of its input's size.

    The file includes the weights: those in `weights`, or new ones from `FRESH_WEIGHTS_SEED`.
    The random state does not change. Raises `NetlabError` if the extra `onnx` is not installed, the
    weights do not fit, or the file cannot be written.
    """
    for package in ONNX_PACKAGES:
        try:
            importlib.import_module(package)
        except ImportError:
            raise NetlabError(
                f"writing ONNX needs the package {package}: pip install {' '.join(ONNX_PACKAGES)}"
            ) from None
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(FRESH_WEIGHTS_SEED)
        model = build_stack(network.resolved_blocks(), network.input).eval()
    if weights is not None:
        load_weights(model, weights)
    # Two images, because the exporter would treat a batch size of one as a constant.
    program = torch.onnx.export(
        model,
        (torch.zeros(2, *network.input),),
        dynamo=True,
        input_names=[INPUT_NAME],
        output_names=[OUTPUT_NAME],
        dynamic_shapes=({0: torch.export.Dim(INPUT_NAME)},),
        verbose=False,
    )
    assert program is not None
    try:
        program.save(path, external_data=False)
    except OSError as error:
        raise NetlabError(f"{path} cannot be written: {error.strerror}") from None
