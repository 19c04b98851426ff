"""The cost of the idle app: CPU and output, on each of its screens.

    python benchmarks/tui_idle.py [--seconds 60]

The real app and its analyser in a pseudo-terminal of 120 × 36, on a lab with finished runs. Each
screen is opened and left to settle before it is watched.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from app_in_terminal import MODES, app, load, painted, prepare
from pseudo_terminal import Terminal, cpu


def watch(terminal: Terminal, seconds: float) -> tuple[float, float, int]:
    """Share of a core that the app and its children use, in percent, and bytes written."""
    ours, *others = terminal.family()
    before = cpu([ours]), cpu(others)
    written, begun = terminal.written, time.perf_counter()
    while (left := begun + seconds - time.perf_counter()) > 0:
        terminal.read(left)
    took = time.perf_counter() - begun
    now = cpu([ours]), cpu(others)
    app_share, others_share = (100 * (b - a) / took for a, b in zip(before, now, strict=True))
    return app_share, others_share, terminal.written - written


def main() -> None:
    """Watch each screen, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    wanted = parser.parse_args()
    print(f"{wanted.seconds:g} s on each screen; {load()}")
    print(f"{'':<10}{'app %':>8}{'analyser %':>12}{'bytes written':>15}")
    with tempfile.TemporaryDirectory() as name:
        prepare(Path(name))
        with app(Path(name)) as terminal:
            terminal.until(painted)
            terminal.until(lambda screen: "unchanged" in screen)
            usual = {process.pid for process in terminal.family()}
            for mode, key in MODES.items():
                terminal.press(key)
                terminal.wait_until_quiet(3.0)
                # A guide has its time planned by a process that then goes.
                while {process.pid for process in terminal.family()} != usual:
                    terminal.read(0.2)
                terminal.wait_until_quiet(1.0)
                ours, others, written = watch(terminal, wanted.seconds)
                print(f"{mode:<10}{ours:>8.2f}{others:>12.2f}{written:>15}")
    print(load())


if __name__ == "__main__":
    main()
