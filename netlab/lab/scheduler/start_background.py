"""A supervisor in the background, which outlives the command and the terminal that start it."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from netlab.errors import LabError
from netlab.lab.db.connection import translate_errors
from netlab.lab.scheduler.launch import child_environment, log_tail, python_command
from netlab.lab.store import Lab

SUPERVISOR_LOG = "supervisor.log"
"""Name of the file beside the run folders to which background supervisors write."""

START_TIMEOUT_S = 60.0
"""Seconds within which a background supervisor must have said what it wants."""

_children: list[subprocess.Popen[bytes]] = []
"""Those that this process has started: Python complains of one that is let go of while it runs."""


@dataclass(frozen=True)
class BackgroundSupervisor:
    """A supervisor that has been started: its pid and the file that it writes to."""

    pid: int
    log: Path


def start_background(
    lab: Lab, runs: Sequence[str], *, device: str | None = None, jobs: int = 1
) -> BackgroundSupervisor:
    """Start `python -m netlab.lab.scheduler.__main__` on `runs` in its own session.

    Returns once it has taken the runs over. Raises `LabError` with its last words if it ends
    before that.
    """
    lab_file = str(lab.path.absolute())
    words = [lab_file, "--jobs", str(jobs), *runs]
    if device is not None:
        words += ["--device", device]
    log = lab.folder / SUPERVISOR_LOG
    with translate_errors(lab.path):
        lab.folder.mkdir(exist_ok=True)
        with log.open("ab") as out:
            child = subprocess.Popen(
                python_command("netlab.lab.scheduler.__main__", *words),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env=child_environment(),
            )
    _children.append(child)
    deadline = time.monotonic() + START_TIMEOUT_S
    while child.poll() is None and not _has_registered(lab, child.pid):
        if time.monotonic() > deadline:
            raise LabError(f"the supervisor (pid {child.pid}) does not answer: see {log}")
        time.sleep(0.05)
    if child.returncode:
        said = log_tail(log)
        raise LabError(f"the supervisor ended at once: {said[-1] if said else f'see {log}'}")
    return BackgroundSupervisor(child.pid, log)


def _has_registered(lab: Lab, pid: int) -> bool:
    return any(owner.is_local and owner.pid == pid for owner in lab.queue.requesters())
