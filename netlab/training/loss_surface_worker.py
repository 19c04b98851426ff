"""Computes a loss surface: `python -m netlab.training.loss_surface_worker FOLDER …`.

It loads the weights from the run's last checkpoint, prints a line `ROW of ROWS` after each row of
the surface, and exits with 0 when the result is in the run's folder. An error is one sentence on
stderr and exit code 2.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import torch

from netlab.errors import NetlabError
from netlab.events import CHECKPOINT_FILE
from netlab.loss_surface import LossSurface, LossSurfaceSettings, finite_or_none
from netlab.training import checkpoint, run_data
from netlab.training.evaluate import Evaluator
from netlab.training.failures import explain_failure
from netlab.training.job import read_job
from netlab.training.loss_plane import grid_coordinates, losses_on_plane, random_direction
from netlab.training.normalise import build_normaliser
from netlab.training.seeds import make_generator
from netlab.training.session import build_model, prepare_process
from netlab.training.streaming import evaluation_batches


def compute_surface(folder: Path, settings: LossSurfaceSettings) -> LossSurface:
    """The loss surface of the run in `folder`; prints a line after each row.

    Losses are in single precision, whatever the precision of the run, because rounding to bfloat16
    would show steps that the surface does not have. Raises `NetlabError`.
    """
    start = time.perf_counter()
    job = read_job(folder)
    path = folder / CHECKPOINT_FILE
    if not path.exists():
        raise NetlabError(f"run {job.run} has no checkpoint in {folder}, so its weights are lost")
    state = checkpoint.load(path, job.spec.hash)
    device = prepare_process(job.device, job.threads)
    sets = run_data.load_data(job.spec)
    count = min(settings.images, len(sets.train))
    order = torch.randperm(
        len(sets.train), generator=make_generator(settings.seed, "surface-images")
    )
    protocol = job.spec.protocol
    normaliser = build_normaliser(sets, protocol, device.torch_device)
    batches = evaluation_batches(
        sets.train.take(order[:count]).to(device.torch_device), protocol.test_batch_size, normaliser
    )
    model = build_model(job.spec, device, normaliser.layout)
    try:
        model.load_state_dict(state["model"])
    except (RuntimeError, KeyError) as error:
        raise checkpoint.mismatch_error(path) from error
    evaluator = Evaluator(model, device, "float32")
    rows = []
    for row in losses_on_plane(
        model,
        grid_coordinates(settings.points, settings.extent),
        (random_direction(model, settings.seed, 0), random_direction(model, settings.seed, 1)),
        lambda: evaluator.scores(batches),
        batches.labels,
    ):
        rows.append(tuple(finite_or_none(loss) for loss in row))
        print(f"{len(rows)} of {settings.points}", flush=True)
    return LossSurface(
        run=job.run,
        hash=job.spec.hash,
        settings=settings,
        images=count,
        device=device.name,
        seconds=time.perf_counter() - start,
        losses=tuple(rows),
    )


def main(arguments: list[str]) -> int:
    """Compute the surface for these arguments and write it to the run's folder."""
    parser = argparse.ArgumentParser(prog="python -m netlab.training.loss_surface_worker")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--points", type=int, required=True)
    parser.add_argument("--extent", type=float, required=True)
    parser.add_argument("--images", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    given = parser.parse_args(arguments)
    try:
        settings = LossSurfaceSettings(given.points, given.extent, given.images, given.seed)
        compute_surface(given.folder, settings).write(given.folder / settings.file_name)
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 - every error becomes one sentence
        print(explain_failure(error).message, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
