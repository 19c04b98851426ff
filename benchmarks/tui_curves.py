"""The cost of live curves: reading a million steps, drawing them, and reading a large lab.

    python benchmarks/tui_curves.py [--points 1000000] [--runs 10000]

Times are of this process's CPU, so that a busy machine gives the same.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from netlab.events import EVENT_FILE
from netlab.lab.records import StudyRegistration, VariantRegistration
from netlab.lab.store import Lab
from netlab.recipe.network import Network
from netlab.recipe.protocol import Protocol
from netlab.recipe.run_spec import RunSpec
from tui.lab.event_tail import EventTail
from tui.lab.reader import LabReader
from tui.widgets.plots.downsampling import CurvePoints, DownsampledCurve
from tui.widgets.plots.line_plot import Curve, LinePlotData, draw_line_plot

SIZES = ((38, 9), (98, 20), (198, 40))
"""Cells of one plot on a screen of 80×24, 200×45 and beyond."""


def milliseconds(work: Callable[[], object], times: int = 1) -> tuple[float, float]:
    """CPU time of `work`: median, and 95th percentile."""
    found = []
    for _ in range(times):
        begun = time.process_time()
        work()
        found.append(1000 * (time.process_time() - begun))
    return statistics.median(found), sorted(found)[math.ceil(0.95 * len(found)) - 1]


def loss(step: int, points: int) -> float:
    """A noisy loss that falls."""
    return 0.2 + 2.1 * math.exp(-5 * step / points) + random.gauss(0, 0.05)


def thinned(points: int) -> CurvePoints:
    """A long curve, downsampled."""
    curve = DownsampledCurve()
    for step in range(points):
        curve.add(20 * step / points, loss(step, points))
    return curve.points()


def write_events(folder: Path, points: int) -> None:
    """The event file of a run with that many reports."""
    started = {"steps": points, "epochs": 20, "step": 0}
    with (folder / EVENT_FILE).open("w") as file:
        file.write(json.dumps({"seq": 1, "at": 0.0, "kind": "started", **started}) + "\n")
        for step in range(points):
            figures = {"step": step, "epoch": 1, "loss": loss(step, points), "lr": 0.1}
            line = {"seq": step + 2, "at": 0.0, "kind": "step", **figures, "images_per_s": 1000.0}
            file.write(json.dumps(line) + "\n")


def read_all(folder: Path) -> list[float]:
    """Milliseconds of each poll until a long history is read."""
    tail = EventTail(folder)
    looks: list[float] = []
    while not looks or tail.has_more:
        looks.append(milliseconds(tail.read_new)[0])
    return looks


def write_lab(path: Path, runs: int) -> str:
    """A lab with that many runs in one study; the id of one of them."""
    blocks = [{"block": "conv", "channels": 4}, {"block": "classifier"}]
    network = Network.model_validate({"input": [1, 28, 28], "blocks": blocks})
    base = RunSpec.model_validate(
        {"network": network, "data": "fashion-mini", "protocol": Protocol(epochs=3), "seed": 0}
    )
    specs = tuple(base.model_copy(update={"seed": seed}) for seed in range(runs))
    variant = VariantRegistration("baseline", "", (), 10, 1000, specs)
    with Lab.open(path, create=True) as lab:
        entries = lab.studies.register(
            StudyRegistration("large", "large.yaml", "", "", (), (variant,))
        )
        with lab.writing() as conn:
            conn.execute("UPDATE run SET state = 'done'")
    return entries[0].run.id


def main() -> None:
    """Time everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=10_000)
    args = parser.parse_args()
    random.seed(0)
    print(f"Python {sys.version.split()[0]}; CPU milliseconds")

    def say(what: str, found: tuple[float, float]) -> None:
        print(f"{what:<58}{found[0]:>9.2f} median{found[1]:>9.2f} p95")

    curves: list[CurvePoints] = []
    say(
        f"thin {args.points:,} points, once",
        milliseconds(lambda: curves.append(thinned(args.points))),
    )
    for count in (1, 6):
        plot = LinePlotData(
            "loss", tuple(Curve(curves[0], "training", slot) for slot in range(count))
        )
        for width, height in SIZES:
            draws = milliseconds(lambda p=plot, w=width, h=height: draw_line_plot(p, w, h), 30)  # type: ignore[misc]
            say(f"draw {count} of them, {width}×{height} cells", draws)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        points = args.points // 10
        write_events(folder, points)
        looks = read_all(folder)
        p95 = sorted(looks)[math.ceil(0.95 * len(looks)) - 1]
        say(f"a look at an event file, {points:,} events behind", (statistics.median(looks), p95))
        run = write_lab(folder / "lab.db", args.runs)
        reader = LabReader(folder / "lab.db")
        say(f"first look at {args.runs:,} runs", milliseconds(reader.poll))
        say("look when nothing has changed", milliseconds(reader.poll, 100))
        with Lab.open(folder / "lab.db") as lab, lab.writing() as conn:
            conn.execute("UPDATE run SET state = 'failed' WHERE id = ?", (run,))
        say("look when a run has ended", milliseconds(reader.poll))
        reader.close()


if __name__ == "__main__":
    main()
