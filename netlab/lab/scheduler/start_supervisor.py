"""Start a background supervisor, which continues after its command and terminal have ended."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from netlab.errors import LabError
from netlab.lab.db.connection import translate_errors
from netlab.lab.scheduler.start_worker import child_environment, log_tail, python_command
from netlab.lab.store import Lab

SUPERVISOR_LOG = "supervisor.log"
"""Name of the file to which background supervisors write, next to the run folders."""

START_TIMEOUT_S = 60.0
"""How long a background supervisor may take to request its runs."""

_children: list[subprocess.Popen[bytes]] = []
"""References to them, because Python warns if a `Popen` is deleted while its process runs."""


@dataclass(frozen=True)
class BackgroundSupervisor:
    """The pid of a background supervisor, and the log file that it writes to."""

    pid: int
    log: Path


def start_supervisor(
    lab: Lab, runs: Sequence[str], *, device: str | None = None, jobs: int = 1
) -> BackgroundSupervisor:
    """Start `python -m netlab.lab.scheduler` on `runs`, and wait until it has requested them.

    Raises `LabError` if it fails before that (with the last line of its log), or takes too long.
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
                python_command("netlab.lab.scheduler", *words),
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
        reason = "".join(log_tail(log)) or f"see {log}"
        raise LabError(f"the supervisor ended at once: {reason}")
    return BackgroundSupervisor(child.pid, log)


def _has_registered(lab: Lab, pid: int) -> bool:
    return any(process.is_local and process.pid == pid for process in lab.queue.requesters())
