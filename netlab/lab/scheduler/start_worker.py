"""Start worker processes; the command lines and environment of all child processes."""

from __future__ import annotations

import json
import os
import site
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from netlab.atomic_write import write_atomic
from netlab.events import LOG_FILE, RUN_FILE
from netlab.lab.records import Run
from netlab.paths import PACKAGE

WorkerCommand = Callable[[Path], list[str]]
"""Takes a run folder; gives the command line that trains it, with the folder as one word."""


def worker_command(folder: Path) -> list[str]:
    """The command line of netlab's own worker."""
    return python_command("netlab.training.worker", str(folder))


def python_command(module: str, *words: str) -> list[str]:
    """A command line for a module of this netlab.

    `-P` keeps the working directory off the module path, so that a file `random.py` next to a
    recipe does not replace Python's module.
    """
    return [sys.executable, "-P", "-m", module, *words]


def child_environment() -> dict[str, str]:
    """Environment variables with which a child process imports this same netlab."""
    home = str(PACKAGE.parent)
    if home in [*site.getsitepackages(), site.getusersitepackages()]:
        return dict(os.environ)
    known = os.environ.get("PYTHONPATH", "")
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (home, known)))}


def threads_per_worker(jobs: int) -> int | None:
    """CPU threads for each of `jobs` parallel workers; None (torch's default) for one worker."""
    if jobs == 1:
        return None
    import psutil

    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    cores = min(psutil.cpu_count(logical=False) or 1, allowed or 1)
    return max(1, cores // jobs)


def start_worker(
    folder: Path, run: Run, *, jobs: int = 1, command: WorkerCommand = worker_command
) -> subprocess.Popen[bytes]:
    """Start a worker on `run`, as one of `jobs` parallel workers that share the CPU's threads.

    It gets its own session, so that it continues when the terminal is closed.
    Raises `OSError` if the folder cannot be written or the process cannot be started.
    """
    folder.mkdir(parents=True, exist_ok=True)
    job = {
        "run": run.id,
        "spec": run.spec.model_dump(mode="json"),
        "device": run.requested_device,
        "threads": threads_per_worker(jobs),
        "jobs": jobs,
    }
    write_atomic(folder / RUN_FILE, json.dumps(job, indent=1, ensure_ascii=False))
    with (folder / LOG_FILE).open("ab") as log:
        return subprocess.Popen(
            command(folder.absolute()),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=child_environment(),
        )


def log_tail(log: Path, limit: int = 1) -> list[str]:
    """The last `limit` lines of a log that are not blank; empty if there is no log."""
    if not log.exists():
        return []
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 64 * 1024))
        lines = file.read().decode(errors="replace").splitlines()
    return [line for line in lines if line.strip()][-limit:]
