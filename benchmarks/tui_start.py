"""How long the app takes from its start to its first complete frame, beside another app.

    python benchmarks/tui_start.py [--repeats 9] [--against posting --shows "Collection Commands"]

Each start is a whole process in a pseudo-terminal of 120 × 36, timed until the last part of the
first frame has been written. Warm: what it reads is in memory. Cold: before each start the kernel
drops what it keeps of files, where that is permitted (root on Linux, and it slows down everything
else that runs); elsewhere Python compiles every module again. The two apps take turns, so that a
machine that slows down slows both. CPU is that of the app's process alone; beside other
work it is more reliable than wall time.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import statistics
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app_in_terminal import COMMAND, environment, load, painted, prepare
from pseudo_terminal import Terminal, cpu

DROP = Path("/proc/sys/vm/drop_caches")


@dataclass
class Contender:
    """A command, when its first frame is complete, and the seconds of its starts."""

    name: str
    command: list[str]
    whole: Callable[[str], bool]
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def start(self, folder: Path, env: Mapping[str, str]) -> None:
        """Start it once, until its first frame is complete."""
        with Terminal(self.command, env={**environment(folder), **env}, cwd=folder) as terminal:
            self.wall.append(terminal.until(self.whole) - terminal.started)
            self.cpu.append(cpu(terminal.family()[:1]))


def contenders(wanted: argparse.Namespace) -> list[Contender]:
    """The app, and the other one if it is there."""
    shows = wanted.shows.split()
    words = shlex.split(wanted.against)
    found = [Contender("netlab", [*COMMAND], painted)]
    if shutil.which(words[0]):
        whole = lambda screen: all(word in screen for word in shows)  # noqa: E731
        found.append(Contender(Path(words[0]).name, words, whole))
    else:
        print(f"{words[0]} is not installed: nothing to compare with")
    return found


def forget(folder: Path) -> tuple[str, dict[str, str]]:
    """Make the next start a cold one; returns how, and the environment for it."""
    if os.access(DROP, os.W_OK):
        os.sync()
        DROP.write_text("3", encoding="ascii")
        return "no file in memory", {}
    return "nothing compiled", {"PYTHONPYCACHEPREFIX": tempfile.mkdtemp(dir=folder)}


def race(wanted: argparse.Namespace, *, cold: bool) -> None:
    """Start all of them in turn, and print a line for each."""
    how, racing = "warm", contenders(wanted)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        for turn in range(wanted.repeats + 1):
            for one in racing:
                env: dict[str, str] = {}
                if cold:
                    how, env = forget(folder)
                one.start(folder, env)
                if turn == 0 and not cold:
                    one.wall.clear()  # so that everything is compiled and in memory
                    one.cpu.clear()
    for one in racing:
        against = statistics.median(a / b for a, b in zip(one.wall, racing[-1].wall, strict=True))
        print(
            f"{how:<18}{one.name:<10}{min(one.wall):>8.2f}{statistics.median(one.wall):>8.2f}"
            f"{min(one.cpu):>8.2f}{statistics.median(one.cpu):>8.2f}{against:>8.2f}"
        )


def main() -> None:
    """Time warm and cold starts, and print a table of seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--against", default="posting", help="a command to compare with")
    parser.add_argument("--shows", default="Collection Commands", help="words of its first frame")
    parser.add_argument("--warm", action="store_true", help="no cold starts")
    wanted = parser.parse_args()
    print(f"seconds to the first whole frame; {load()}")
    print(f"{'':<28}{'wall':>8}{'':>8}{'CPU':>8}{'':>8}{'wall ÷':>8}")
    print(f"{'':<28}{'least':>8}{'median':>8}{'least':>8}{'median':>8}{'last':>8}")
    race(wanted, cold=False)
    if not wanted.warm:
        race(wanted, cold=True)
    print(load())


if __name__ == "__main__":
    main()
