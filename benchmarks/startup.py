"""How long commands take to start, as ratios to the imports that they cannot avoid.

    python benchmarks/startup.py [--runs 7]

Each command and its yardstick run in turn, as whole processes, so that a machine that slows down
slows down both; the ratio is the median over pairs.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time

NETLAB = "from netlab.cli.main import main; main({arguments!r})"
PAIRS: list[tuple[str, str, str, str]] = [
    ("netlab --help", NETLAB.format(arguments=["--help"]), "import click", "import click"),
    (
        "netlab blocks",
        NETLAB.format(arguments=["blocks"]),
        "import click, pydantic",
        "import click, pydantic.main",
    ),
    (
        "netlab summary resnet14-ablation",
        NETLAB.format(arguments=["summary", "resnet14-ablation"]),
        "import torch",
        "import torch",
    ),
    (
        "netlab plan resnet14-ablation --no-estimate",
        NETLAB.format(arguments=["plan", "resnet14-ablation", "--no-estimate"]),
        "import torch",
        "import torch",
    ),
]


def seconds(code: str) -> float:
    """Wall time of a new interpreter that runs `code`."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    return time.perf_counter() - started


def main() -> None:
    """Time every pair and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    print(f"{'command':<46}{'s':>7}  {'yardstick':<24}{'s':>7}{'ratio':>7}")
    for name, code, yardstick, least in PAIRS:
        seconds(code), seconds(least)  # once, so that both find their files in memory
        pairs = [(seconds(code), seconds(least)) for _ in range(runs)]
        ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
        ratio = statistics.median(a / b for a, b in pairs)
        print(f"{name:<46}{ours:>7.2f}  {yardstick:<24}{theirs:>7.2f}{ratio:>7.2f}")


if __name__ == "__main__":
    main()
