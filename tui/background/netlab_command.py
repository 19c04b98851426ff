"""`netlab` commands in processes of their own, so that the app needs no torch."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO


@dataclass(frozen=True)
class CommandResult:
    """How a command ended: its exit code, and what it wrote."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def problem(self) -> str | None:
        if self.exit_code == 0:
            return None
        lines = [line for line in self.stderr.splitlines() if line.strip()]
        errors = [line.removeprefix("netlab: error: ") for line in lines if "error: " in line]
        return "\n".join(errors or lines[-5:]) or f"the command ended with code {self.exit_code}"


class NetlabCommand:
    """`netlab --db LAB …` in a session that outlives the app and its terminal.

    It writes to files: a pipe would break when the app ends, and then the command when it writes.
    """

    def __init__(self, lab: Path, args: Sequence[str]) -> None:
        self._lab = lab
        self._args = tuple(args)
        self._process: subprocess.Popen[bytes] | None = None
        self._interrupted = threading.Event()

    def run(self) -> CommandResult:
        """Run it to its end. Call it in a thread."""
        from netlab.lab.scheduler.start_worker import child_environment, python_command

        try:
            with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
                self._process = subprocess.Popen(
                    python_command("netlab", "--db", str(self._lab), *self._args),
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=err,
                    start_new_session=True,
                    env=child_environment(),
                )
                if self._interrupted.is_set():
                    self.interrupt()
                return CommandResult(self._process.wait(), _read_back(out), _read_back(err))
        except OSError as error:
            return _start_failure(error)

    def interrupt(self, timeout_s: float = 15.0) -> None:
        """Interrupt it as Ctrl-C does and wait; after `timeout_s`, kill it and all its children.

        Call it in a thread.
        """
        self._interrupted.set()
        process = self._process
        if process is None:
            return
        process.send_signal(signal.SIGINT)  # does nothing to one that has ended
        try:
            process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            _kill_tree(process.pid)

    def kill(self) -> None:
        self.interrupt(timeout_s=0)


def run_netlab(lab: Path, args: Sequence[str]) -> CommandResult:
    """Run a `NetlabCommand` to its end. Call it in a thread."""
    return NetlabCommand(lab, args).run()


def _kill_tree(pid: int) -> None:
    """Kill a process and all its children, in whatever sessions they are."""
    import psutil

    with contextlib.suppress(psutil.NoSuchProcess):
        leader = psutil.Process(pid)
        for process in (leader, *leader.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


def _read_back(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")


def _start_failure(error: OSError) -> CommandResult:
    return CommandResult(1, "", f"netlab: error: it cannot be started: {error.strerror}")
