"""Runs `netlab` commands in processes, so that the app does not import torch."""

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
    """Exit code and output of a command."""

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
    """`netlab --db LAB …` in a new session, so that it continues if the app or terminal closes.

    It writes to files: a pipe would close with the app, and the command's next write would fail.
    """

    def __init__(self, lab: Path, args: Sequence[str]) -> None:
        self._lab = lab
        self._args = tuple(args)
        self._process: subprocess.Popen[bytes] | None = None
        self._interrupted = threading.Event()

    def run(self) -> CommandResult:
        """Run the command until it ends. Call it in a thread."""
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
        """Send SIGINT, as Ctrl-C does, and wait; after `timeout_s`, kill it and its children.

        Call it in a thread.
        """
        self._interrupted.set()
        process = self._process
        if process is None:
            return
        process.send_signal(signal.SIGINT)  # does nothing if it has ended
        try:
            process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            _kill_tree(process.pid)

    def kill(self) -> None:
        self.interrupt(timeout_s=0)


def run_netlab(lab: Path, args: Sequence[str]) -> CommandResult:
    """Run a netlab command until it ends. Call it in a thread."""
    return NetlabCommand(lab, args).run()


def _kill_tree(pid: int) -> None:
    """Kill a process and all its children, also those in other sessions."""
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
