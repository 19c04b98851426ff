"""How long after a key press the updated cost is on the screen.

    python benchmarks/tui_cost.py [--edits 100]

The real app with its real, warm analyser, in a pseudo-terminal of 120 × 36. Each edit makes one
block wider or narrower by a step, to a width that it has not had: the analyser builds that
block and the next one again. Timed from the key until the totals for the new network are written.
"""

from __future__ import annotations

import argparse
import math
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from app_in_terminal import app, load, painted, prepare
from pseudo_terminal import Terminal, cpu

RECIPES = Path(__file__).parents[1] / "recipes"
NETWORKS = {
    # the row that is edited: the second stage of blocks
    "resnet14": (RECIPES / "resnet14-ablation.yaml", 3),
    "resnet50": (RECIPES / "networks" / "resnet50.yaml", 4),
}
WIDER = "\x1b[C"


def totals(screen: str) -> str:
    """The two lines of totals, above the footer."""
    return "\n".join(screen.split("\n")[-3:-1])


def costs_shown(screen: str) -> bool:
    """Whether the costs of the network and of its baseline are shown."""
    return "unchanged" in totals(screen)


def open_network(terminal: Terminal, row: int) -> None:
    """Open measured.yaml, and go to the first field of a row's form: its channels."""
    terminal.until(painted)
    terminal.press("o")
    terminal.until(lambda screen: "measured.yaml" in screen)
    terminal.press("measured.yaml\r")
    terminal.until(
        lambda screen: "measured " in screen.split("\n")[0] + " " and costs_shown(screen)
    )
    terminal.wait_until_quiet()
    terminal.press("j" * (row - 1) + "\r")
    terminal.wait_until_quiet()


def edit(terminal: Terminal) -> float:
    """Seconds from a key to the totals of the network that it makes."""
    before = totals(terminal.screen.text)
    pressed = terminal.press(WIDER)
    shown = terminal.until(lambda screen: totals(screen) != before)
    terminal.wait_until_quiet()
    return shown - pressed


def measure(recipe: Path, row: int, edits: int) -> tuple[list[float], float]:
    """Seconds of each edit, and the CPU of all processes for one of them."""
    with tempfile.TemporaryDirectory() as name:
        prepare(Path(name), recipe)
        with app(Path(name)) as terminal:
            open_network(terminal, row)
            edit(terminal)
            used = cpu(terminal.family())
            seconds = [edit(terminal) for _ in range(edits)]
            return seconds, (cpu(terminal.family()) - used) / edits


def percentile(seconds: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of all values do not exceed."""
    return sorted(seconds)[math.ceil(share * len(seconds)) - 1]


def main() -> None:
    """Time edits of both networks, and print a table of milliseconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edits", type=int, default=100)
    wanted = parser.parse_args()
    print(f"milliseconds from a key to the updated cost; {load()}")
    print(f"{'':<12}{'least':>8}{'median':>8}{'p95':>8}{'worst':>8}{'CPU':>8}")
    for name, (recipe, row) in NETWORKS.items():
        seconds, each = measure(recipe, row, wanted.edits)
        figures = (min(seconds), statistics.median(seconds), percentile(seconds, 0.95))
        cells = "".join(f"{1000 * value:>8.1f}" for value in (*figures, max(seconds), each))
        print(f"{name:<12}{cells}")
    print(load())


if __name__ == "__main__":
    main()
