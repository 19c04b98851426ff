"""Work that the app must not wait for: `netlab` commands, and requests to the lab.

It is done in daemon threads. Textual's own thread workers hold up the app's end until they are
done, and a worker may take a minute and a half to write its checkpoint.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from textual.message import Message
from textual.message_pump import MessagePump


@dataclass(frozen=True)
class Said:
    """How a command ended: its exit code, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def problem(self) -> str | None:
        """What went wrong in the command's own words; None if nothing did."""
        if self.code == 0:
            return None
        lines = [line for line in self.err.splitlines() if line.strip()]
        told = [line.removeprefix("netlab: error: ") for line in lines if "error: " in line]
        return "\n".join(told or lines[-5:]) or f"the command left with code {self.code}"


class Command:
    """`netlab --db LAB …` in a session that outlives the app and its terminal.

    It writes to files: a pipe would break with the app, and the command at its next word.
    """

    def __init__(self, lab: Path, words: Sequence[str]) -> None:
        self._lab = lab
        self._words = tuple(words)
        self._process: subprocess.Popen[bytes] | None = None
        self._unwanted = threading.Event()

    def run(self) -> Said:
        """Run it to its end. Not on the event loop."""
        from netlab.lab.launch import environment, python

        try:
            with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
                self._process = subprocess.Popen(
                    python("netlab", "--db", str(self._lab), *self._words),
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=err,
                    start_new_session=True,
                    env=environment(),
                )
                if self._unwanted.is_set():
                    self.interrupt()
                return Said(self._process.wait(), _written(out), _written(err))
        except OSError as error:
            return _not_started(error)

    def interrupt(self, patience: float = 15.0) -> None:
        """Have it end as Ctrl-C does, and wait until it has; after `patience` seconds, end it all.

        Not on the event loop.
        """
        self._unwanted.set()
        process = self._process
        if process is None:
            return
        process.send_signal(signal.SIGINT)  # sent to none that has ended
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            _kill_all(process.pid)


def run_netlab(lab: Path, words: Sequence[str]) -> Said:
    """Run `netlab --db LAB …` to its end, in a session that outlives the app and its terminal."""
    return Command(lab, words).run()


def _kill_all(pid: int) -> None:
    """End a process and those that it has started, in whatever sessions they are."""
    import psutil

    with contextlib.suppress(psutil.NoSuchProcess):
        leader = psutil.Process(pid)
        for process in (leader, *leader.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


def _written(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")


def _not_started(error: OSError) -> Said:
    return Said(1, "", f"netlab: error: it cannot be started: {error.strerror}")


async def hear_netlab(lab: Path, words: Sequence[str]) -> Said:
    """What `netlab --db LAB …` says; where the task is cancelled, the process is ended."""
    from netlab.lab.launch import environment, python

    try:
        process = await asyncio.create_subprocess_exec(
            *python("netlab", "--db", str(lab), *words),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=environment(),
        )
    except OSError as error:
        return _not_started(error)
    try:
        out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return Said(process.returncode or 0, out.decode(errors="replace"), err.decode(errors="replace"))


def in_background(work: Callable[[], Message], to: MessagePump) -> None:
    """Do `work` in a thread and post the message that it gives; it must not raise."""
    threading.Thread(target=lambda: post(to, work()), name="netlab-request", daemon=True).start()


def post(to: MessagePump, message: Message) -> None:
    """Post from any thread; a message to an app that has ended is for nobody."""
    with contextlib.suppress(RuntimeError):  # its event loop is closed
        to.post_message(message)
