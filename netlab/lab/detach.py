"""A supervisor in the background, which outlives the command and the terminal that start it."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from netlab.errors import LabError
from netlab.lab import queue
from netlab.lab.connection import explained
from netlab.lab.launch import environment, last_words, python
from netlab.lab.store import Lab

LOG = "supervisor.log"
"""Name of the file beside the run folders to which background supervisors write."""

START = 60.0
"""Seconds within which a background supervisor must have said what it wants."""

_at_large: list[subprocess.Popen[bytes]] = []
"""Those that this process has started: Python complains of one that is let go of while it runs."""


@dataclass(frozen=True)
class Detached:
    """A supervisor that has been started: its pid and the file that it writes to."""

    pid: int
    log: Path


def detach(lab: Lab, runs: Sequence[str], *, device: str | None = None, jobs: int = 1) -> Detached:
    """Start `python -m netlab.lab.supervise` on `runs` in its own session.

    Returns once it has taken the runs over. Raises `LabError` with its last words if it ends
    before that.
    """
    lab_file = str(lab.path.absolute())
    words = [lab_file, "--jobs", str(jobs), *runs]
    if device is not None:
        words += ["--device", device]
    log = lab.folder / LOG
    with explained(lab.path):
        lab.folder.mkdir(exist_ok=True)
        with log.open("ab") as out:
            child = subprocess.Popen(
                python("netlab.lab.supervise", *words),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env=environment(),
            )
    _at_large.append(child)
    deadline = time.monotonic() + START
    while child.poll() is None and not _heard(lab, child.pid):
        if time.monotonic() > deadline:
            raise LabError(f"the supervisor (pid {child.pid}) does not answer: see {log}")
        time.sleep(0.05)
    if child.returncode:
        said = last_words(log)
        raise LabError(f"the supervisor ended at once: {said[-1] if said else f'see {log}'}")
    return Detached(child.pid, log)


def _heard(lab: Lab, pid: int) -> bool:
    return any(owner.here and owner.pid == pid for owner in queue.owners(lab))
