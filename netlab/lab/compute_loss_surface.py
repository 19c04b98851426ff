"""Compute the loss surface of a run in a separate process, and keep it in the run's folder."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from netlab.errors import LabError
from netlab.lab.scheduler.start_worker import child_environment, log_tail, python_command
from netlab.loss_surface import LossSurface, LossSurfaceSettings, read_loss_surface

SURFACE_LOG = "surface.log"
"""Name of the file in a run's folder to which the process writes its errors."""

OnRow = Callable[[int, int], None]
"""Called after each row with the rows done and the rows in total."""


def compute_loss_surface(folder: Path, settings: LossSurfaceSettings, on_row: OnRow) -> LossSurface:
    """The loss surface of the run in `folder`, computed if `folder` has no such file yet.

    Raises `LabError` with the reason if it cannot be computed. Ctrl-C, or an error in `on_row`,
    terminates the process.
    """
    result = folder / settings.file_name
    if result.exists():
        return read_loss_surface(result)
    if not folder.is_dir():
        raise LabError(f"the run's folder {folder} is gone, and its weights with it")
    words = [
        *("--points", str(settings.points), "--extent", str(settings.extent)),
        *("--images", str(settings.images), "--seed", str(settings.seed)),
    ]
    log = folder / SURFACE_LOG
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            python_command("netlab.training.loss_surface_worker", str(folder.absolute()), *words),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=child_environment(),
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        try:
            for line in process.stdout:
                done, _, rows = line.partition(" of ")
                on_row(int(done), int(rows))
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        raise LabError("".join(log_tail(log)) or f"the loss surface was not computed: see {log}")
    log.unlink(missing_ok=True)
    return read_loss_surface(result)
