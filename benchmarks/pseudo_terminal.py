"""A command in a pseudo-terminal: what its screen shows, and when; its keys, its modes, its CPU.

As much of a terminal as full-screen programs write to: text, cursor moves, private modes. Colours
are left out. It never answers: a program that asks what its terminal can do gets the plainest.
"""

from __future__ import annotations

import codecs
import fcntl
import functools
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import psutil
from rich.cells import cell_len

CONTROL = re.compile(
    r"\x1b\[(?P<private>[<=>?]?)(?P<numbers>[\d;:]*)[ -/]*(?P<final>[@-~])"
    r"|\x1b[\]P_^][^\x07\x1b]*(?:\x07|\x1b\\)"  # strings to the terminal, such as its title
    r"|\x1b[ -/]*[0-OQ-Z\\`-~]"
    r"|[\x00-\x1a\x1c-\x1f\x7f]"
)
"""One control sequence. A lone escape at the end waits for the rest."""
TEXT = re.compile(r"[^\x00-\x1f\x7f]+")


class Screen:
    """The screen of a terminal of `columns` by `rows` after everything that was written to it."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self.modes = {7, 25}
        """Private modes that are on: 7 wraps lines, 25 shows the cursor, 1049 is the alternate
        screen, 1000 to 1015 report the mouse."""
        self._cells = self._blank()
        self._x = self._y = 0
        self._rest = ""

    @property
    def text(self) -> str:
        """All rows."""
        return "\n".join("".join(row).rstrip() for row in self._cells)

    def feed(self, written: str) -> None:
        """Process what the program wrote."""
        written, self._rest, at = self._rest + written, "", 0
        while at < len(written):
            control = CONTROL.match(written, at)
            if control is not None:
                self._obey(control)
                at = control.end()
                continue
            if written[at] == "\x1b":
                self._rest = written[at:]
                return
            text = TEXT.match(written, at)
            assert text is not None
            self._write(text[0])
            at = text.end()

    def _blank(self) -> list[list[str]]:
        return [[" "] * self.columns for _ in range(self.rows)]

    def _write(self, text: str) -> None:
        widths = map(cell_len, text)
        cells = [
            cell for one, width in zip(text, widths, strict=True) for cell in (one, "")[:width]
        ]
        room = max(0, self.columns - self._x)
        self._cells[self._y][self._x : self._x + len(cells)] = cells[:room]
        self._x += len(cells)

    def _obey(self, control: re.Match[str]) -> None:
        match control[0]:
            case "\r":
                self._x = 0
            case "\n":
                self._x, self._y = 0, min(self.rows - 1, self._y + 1)
        if not control["final"]:
            return
        numbers = [int(number or 0) for number in re.split("[;:]", control["numbers"])]
        match control["private"], control["final"]:
            case "", "H" | "f":
                down, right, *_ = (*numbers, 1, 1)
                self._x, self._y = max(1, right) - 1, min(self.rows, max(1, down)) - 1
            case "", "J":
                self._cells = self._blank()
            case "?", "h" | "l":
                self._switch(numbers, on=control["final"] == "h")

    def _switch(self, modes: list[int], *, on: bool) -> None:
        if 1049 in modes:
            self._cells = self._blank()
        self.modes = self.modes | {*modes} if on else self.modes - {*modes}


class Terminal:
    """A command in its own pseudo-terminal; it is killed at the end if it is still running."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        size: tuple[int, int] = (120, 36),
        env: Mapping[str, str] | None = None,
        cwd: str | os.PathLike[str] | None = None,
    ) -> None:
        columns, rows = size
        self.screen = Screen(columns, rows)
        self._master, self._slave = pty.openpty()
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.attributes_before = self.attributes
        self.written = 0
        """Bytes that the command has written."""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.started = self.last_output_at = time.perf_counter()
        """The times when the command was started and when it last wrote."""
        self.process = subprocess.Popen(
            command,
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(env or {})},
            cwd=cwd,
            # The terminal becomes its controlling terminal, and its input, output and errors.
            preexec_fn=functools.partial(os.login_tty, self._slave),  # noqa: PLW1509
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._master)
        os.close(self._slave)

    @property
    def attributes(self) -> list[Any]:
        """The line discipline: echo, canonical input, signals, special characters."""
        return termios.tcgetattr(self._slave)

    def press(self, keys: str) -> float:
        """Type `keys`; returns the time."""
        pressed = time.perf_counter()
        os.write(self._master, keys.encode())
        return pressed

    def read(self, seconds: float) -> bool:
        """Process at most one piece of output within `seconds`; returns whether there was any."""
        if not select.select([self._master], [], [], seconds)[0]:
            return False
        written = os.read(self._master, 1 << 16)
        self.last_output_at = time.perf_counter()
        self.written += len(written)
        self.screen.feed(self._decoder.decode(written))
        return True

    def until(self, holds: Callable[[str], object], seconds: float = 120.0) -> float:
        """Read until `holds` of the screen's text; when that was written.

        Raises `TimeoutError`, with the screen as it was, past the deadline or the command's end.
        """
        deadline = time.monotonic() + seconds
        while not holds(self.screen.text):
            ended = self.process.poll() is not None
            if not self.read(0.05) and (ended or time.monotonic() > deadline):
                why = f"ended with {self.process.returncode}" if ended else f"{seconds} s are over"
                raise TimeoutError(f"{why}; the screen shows:\n{self.screen.text}")
        return self.last_output_at

    def wait_until_quiet(self, quiet: float = 0.2) -> None:
        """Read until nothing has been written for `quiet` seconds."""
        while self.read(quiet):
            pass

    def ended(self, seconds: float = 120.0) -> int:
        """Read until the command ends; its exit code."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{seconds} s are over; the screen shows:\n{self.screen.text}")
            self.read(0.02)
        while self.read(0):
            pass
        return self.process.returncode

    def kill(self) -> None:
        """Kill it as the kernel does when memory runs out."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def family(self) -> list[psutil.Process]:
        """The command's process and all of its descendants."""
        process = psutil.Process(self.process.pid)
        return [process, *process.children(recursive=True)]


def cpu(processes: Sequence[psutil.Process]) -> float:
    """Seconds of CPU, user and system, that these processes have used so far."""
    times = [process.cpu_times() for process in processes]
    return sum(each.user + each.system for each in times)
