"""How often verdicts and tables are wrong, and how often they find a real effect.

    python benchmarks/aa_test.py [--db lab.db] [--measure accuracy] [--studies 1000]

Simulates studies from the runs that a lab has recorded. The deviations of the runs from the mean of
their variant form a pool; they are widened, since the mean was taken from the same runs. Each
simulated run draws from that pool. Verdicts are those of `netlab claims`, marks those of `netlab
export`. Where every variant is the baseline (A/A), each supported or refuted claim and each marked
difference is an error. Where a difference is planted, the share that finds it is the power.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

from netlab.lab.records import Entry, Run, StudyClaim, StudyRecord, StudyVariant
from netlab.lab.store import Lab
from netlab.report.load import StudyData
from netlab.report.stats.intervals import ALPHA
from netlab.report.stats.power import min_detectable_effect
from netlab.report.tabulate import tabulate
from netlab.report.verdicts.verdict import Verdict

SEEDS = (3, 5, 10)
POWERS = (0.5, 0.8, 0.95)
CLAIMS_IN_LARGE_STUDY = 5
"""Claims in the larger of the two simulated studies."""
MARGIN_IN_SD = 4.0
"""A margin of this many SD of a difference: so wide that only one of its ends is ever near."""


@dataclass(frozen=True)
class RecordedRuns:
    """The recorded runs of a measure: its mean, the deviations from it, and a run to copy."""

    measure: str
    level: float
    deviations: tuple[float, ...]
    template: Run

    @property
    def sd(self) -> float:
        """The SD of the difference of two runs from the pool."""
        return math.sqrt(2 * fmean(one * one for one in self.deviations))


@dataclass(frozen=True)
class SimulationSize:
    """Runs of each variant, studies, and the random numbers."""

    seeds: int
    studies: int
    rng: random.Random


@dataclass(frozen=True)
class ErrorRates:
    """Shares of simulated studies."""

    supported: float
    """With a claim that is supported."""
    refuted: float
    decided: float
    """With a claim that is one or the other."""
    marked: float
    """With a difference that the table marks."""


def read_recorded_runs(db: Path, measure: str) -> RecordedRuns:
    """The pool of a lab. Raises `SystemExit` if no variant has two finished runs."""
    groups: dict[tuple[str, str, str], list[Run]] = {}
    with Lab.open(db, readonly=True) as lab:
        for entry in lab.runs.entries():
            if entry.run.state == "done" and measure in entry.run.results:
                key = (entry.study, entry.run.condition, entry.variant)
                groups.setdefault(key, []).append(entry.run)
    several = [runs for runs in groups.values() if len(runs) > 1]
    if not several:
        raise SystemExit(f"{db} has no variant with two finished runs that measured {measure}")
    deviations = [one for runs in several for one in _deviations(runs, measure)]
    level = fmean(run.results[measure] for runs in several for run in runs)
    return RecordedRuns(measure, level, tuple(deviations), several[0][0])


def _deviations(runs: Sequence[Run], measure: str) -> list[float]:
    values = [run.results[measure] for run in runs]
    mean, widening = fmean(values), math.sqrt(len(values) / (len(values) - 1))
    return [(value - mean) * widening for value in values]


def simulate(
    pool: RecordedRuns,
    checks: Sequence[str],
    shifts: Mapping[str, float],
    size: SimulationSize,
) -> ErrorRates:
    """Simulate studies of a baseline and variants that differ from it by `shifts`."""
    study = _study(checks, ["baseline", *shifts])
    verdicts: list[tuple[Verdict, ...]] = []
    marked = 0
    for _ in range(size.studies):
        entries = [
            Entry(study.name, variant, _run(pool, seed, shift, size.rng))
            for variant, shift in {"baseline": 0.0, **shifts}.items()
            for seed in range(size.seeds)
        ]
        table = tabulate(StudyData(study, tuple(entries)), [pool.measure])
        verdicts.append(table.claims)
        cells = [row.cells[0] for row in table.rows]
        marked += any(cell.difference and cell.difference.significant for cell in cells)
    words = [{one.kind for one in some} for some in verdicts]
    return ErrorRates(
        supported=sum("supported" in some for some in words) / size.studies,
        refuted=sum("refuted" in some for some in words) / size.studies,
        decided=sum(bool(some & {"supported", "refuted"}) for some in words) / size.studies,
        marked=marked / size.studies,
    )


def _run(pool: RecordedRuns, seed: int, shift: float, draw: random.Random) -> Run:
    value = pool.level + shift + draw.choice(pool.deviations)
    return replace(pool.template, seed=seed, results={pool.measure: value})


def _study(checks: Sequence[str], variants: Sequence[str]) -> StudyRecord:
    claims = tuple(StudyClaim(check, check, "", "", check, 0.0, False) for check in checks)
    rows = tuple(StudyVariant(name, "", (), 0, 0) for name in variants)
    return StudyRecord("simulated", "", "", "", claims, 0.0, rows)


def false_alarms(pool: RecordedRuns, variants: int, size: SimulationSize) -> ErrorRates:
    """A/A: as many copies of the baseline as there are variants, each with a claim of its own."""
    names = [f"copy-{number}" for number in range(1, variants + 1)]
    checks = [f"{name}.{pool.measure} < baseline.{pool.measure}" for name in names]
    return simulate(pool, checks, dict.fromkeys(names, 0.0), size)


def false_equivalence(pool: RecordedRuns, size: SimulationSize) -> ErrorRates:
    """One variant that is off by exactly the margin within which it is claimed to be."""
    margin = MARGIN_IN_SD * pool.sd
    check = f"about(worse.{pool.measure}, baseline.{pool.measure}, {margin:.6f})"
    return simulate(pool, [check], {"worse": -margin}, size)


def planted(pool: RecordedRuns, difference: float, size: SimulationSize) -> ErrorRates:
    """One variant that is worse by `difference`, and is claimed to be."""
    check = f"worse.{pool.measure} < baseline.{pool.measure}"
    return simulate(pool, [check], {"worse": -difference}, size)


def main() -> None:
    """Print the shares, each beside what it should be."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--db", type=Path, default=Path("lab.db"))
    parser.add_argument("--measure", default="accuracy")
    parser.add_argument("--studies", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    pool = read_recorded_runs(given.db, given.measure)
    print(
        f"{given.measure}: {len(pool.deviations)} recorded runs, SD of the difference of two "
        f"{pool.sd:.3f}; {given.studies} simulated studies a line"
    )
    print(
        f"a share of {ALPHA * 100:g} % is known to ± {_error_points(ALPHA, given.studies):.1f} points\n"
    )
    draw = random.Random(given.seed)
    for seeds in SEEDS:
        _print_rates(pool, SimulationSize(seeds, given.studies, draw))


def _print_rates(pool: RecordedRuns, size: SimulationSize) -> None:
    print(f"{size.seeds} seeds")
    for variants in (1, CLAIMS_IN_LARGE_STUDY):
        found = false_alarms(pool, variants, size)
        what = f"A/A, {variants} claim{'s' if variants > 1 else ''}"
        _line(what, found.decided, f"at most {ALPHA * 100:g} %: some verdict")
        _line("", found.marked, f"at most {ALPHA * 100:g} %: some difference marked in the table")
    found = false_equivalence(pool, size)
    _line("off by just the margin", found.supported, f"{ALPHA * 100:g} %: called equivalent")
    for power in POWERS:
        difference = min_detectable_effect(pool.sd, size.seeds, power=power)
        found = planted(pool, difference, size)
        _line(f"planted {difference:.2f}", found.supported, f"{power * 100:g} %: found")
        _line("", found.refuted, "0 %: found with the wrong sign")
    print()


def _line(what: str, share: float, expected: str) -> None:
    print(f"  {what:<24} {share * 100:5.1f} %   expected {expected}")


def _error_points(share: float, studies: int) -> float:
    """Twice the standard error of a share, in points."""
    return 200 * math.sqrt(share * (1 - share) / studies)


if __name__ == "__main__":
    main()
