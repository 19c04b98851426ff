"""How long Compare takes to open on a lab with 10,000 runs.

    python benchmarks/tui_compare.py [--runs 10000] [--per-study 20] [--repeats 7]

The app runs without a terminal, at 120 × 36. Each repeat starts it again, presses 4, and waits
until the table of the newest study is filled. Repeats alternate with a lab that has only this
study, so that a slower machine slows both: the difference is the cost of the other runs. On a busy
machine, CPU time tells more than wall time. Making the labs is not part of the time.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

os.environ["TEXTUAL_ANIMATIONS"] = "none"  # read when textual is imported

from netlab.lab.records import StudyRegistration, VariantRegistration
from netlab.lab.store import Lab
from netlab.recipe.network import Network
from netlab.recipe.protocol import Protocol
from netlab.recipe.run_spec import RunSpec
from tui.app import NetlabApp
from tui.compare.comparison_table import ComparisonTable
from tui.model.analyser import Analyser

SILENT_COMMAND = (sys.executable, "-c", "import sys; sys.stdin.read()")
SEEDS = 5


def study(number: int, variants: int) -> StudyRegistration:
    """A study of `variants` widths that no other study has."""

    def spec(width: int, seed: int) -> RunSpec:
        network = Network.model_validate(
            {
                "input": [3, 32, 32],
                "blocks": [
                    {"block": "conv", "channels": width},
                    {"block": "basic", "channels": width, "repeat": 2},
                    {"block": "classifier"},
                ],
            }
        )
        return RunSpec.model_validate(
            {"network": network, "data": "cifar10", "protocol": Protocol(), "seed": seed}
        )

    return StudyRegistration(
        name=f"study-{number}",
        recipe_file="",
        recipe_text="",
        question="What does width buy?",
        claims=(),
        variants=tuple(
            VariantRegistration(
                name=f"w{place}" if place else "baseline",
                because="",
                changes=(),
                params=1000 + place,
                macs=100_000 + place,
                specs=tuple(spec(1 + number * variants + place, seed) for seed in range(SEEDS)),
            )
            for place in range(variants)
        ),
    )


def make(path: Path, runs: int, per_study: int) -> None:
    """A lab of `runs` finished runs in studies of `per_study`."""
    with Lab.open(path, create=True) as lab:
        for number in range(runs // per_study):
            lab.studies.register(study(number, max(1, per_study // SEEDS)))
        with lab.writing() as conn:
            conn.execute(
                "UPDATE run SET state = 'done', epoch = epochs, memory = 600, train_time = 60,"
                " test_time = 0.3, images_per_s = 9000, memory_kind = 'device',"
                " accuracy = 90 + (abs(random()) % 1000) / 500.0"
            )


POLL_INTERVAL_S = 0.001
"""Time between two checks of the table: without a pause, checking would starve the threads."""


async def opened(lab: Path) -> tuple[float, float]:
    """Seconds from the key to a filled table: wall time, and CPU time of this process."""
    app = NetlabApp(lab, analyser=Analyser(lambda _: None, SILENT_COMMAND))
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        started, used = time.perf_counter(), time.process_time()
        app.simulate_key("4")
        while True:
            await asyncio.sleep(POLL_INTERVAL_S)
            tables = app.screen.query(ComparisonTable)
            if tables and tables.first().view.lines:
                return time.perf_counter() - started, time.process_time() - used


def main() -> None:
    """Make the labs, open Compare on them, and print the medians and the worst."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--per-study", type=int, default=20)
    parser.add_argument("--repeats", type=int, default=7)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        labs = {wanted.runs: Path(folder) / "full.db", wanted.per_study: Path(folder) / "one.db"}
        for runs, lab in labs.items():
            make(lab, runs, wanted.per_study)
            asyncio.run(opened(lab))  # once, so that everything is imported
        taken: dict[int, list[tuple[float, float]]] = {runs: [] for runs in labs}
        for _ in range(wanted.repeats):
            for runs, lab in labs.items():
                taken[runs].append(asyncio.run(opened(lab)))
    for runs, seconds in taken.items():
        for what, found in zip(("clock", "CPU"), zip(*seconds, strict=True), strict=True):
            figures = f"least {min(found):.3f} s, median {statistics.median(found):.3f} s"
            print(f"{runs:>6} runs, {what:<5}: {figures}, worst {max(found):.3f} s")


if __name__ == "__main__":
    main()
