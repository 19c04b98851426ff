"""How often verdicts and tables err, and how often they find what is there.

    python benchmarks/aa_test.py [--db lab.db] [--measure accuracy] [--studies 1000]

Simulates studies from the runs that a lab has recorded: each run's deviation from the mean of its
variant, widened for the mean's having been taken from the same runs, is one of a pool, and each
simulated run draws from that pool. The verdicts are those of `netlab claims`, the marks those of
`netlab export`. Where every variant is the baseline (A/A), each supported or refuted claim and
each marked difference is an error; where a difference is planted, finding it is power.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

from netlab.lab.records import Entry, Run, Study, StudyClaim, StudyVariant
from netlab.lab.store import Lab
from netlab.report.intervals import ALPHA
from netlab.report.power import detectable
from netlab.report.results import tabulate
from netlab.report.verdict import Verdict
from netlab.report.verdicts import judge

SEEDS = (3, 5, 10)
POWERS = (0.5, 0.8, 0.95)
SEVERAL = 5
"""Claims in a study of several."""
FAR = 4.0
"""A margin of this many SD of a difference: so wide that only one of its sides is ever near."""


@dataclass(frozen=True)
class Recorded:
    """What a lab knows of a measure's luck: its level, the deviations, and a run to copy."""

    measure: str
    level: float
    deviations: tuple[float, ...]
    template: Run

    @property
    def sd(self) -> float:
        """Of the difference of two runs that draw from the pool."""
        return math.sqrt(2 * fmean(one * one for one in self.deviations))


@dataclass(frozen=True)
class Size:
    """How many runs each variant has, how many studies there are, and where luck comes from."""

    seeds: int
    studies: int
    draw: random.Random


@dataclass(frozen=True)
class Outcome:
    """Shares of simulated studies."""

    supported: float
    """With a claim that is supported."""
    refuted: float
    decided: float
    """With a claim that is one or the other."""
    marked: float
    """With a difference that the table marks."""


def recorded(db: Path, measure: str) -> Recorded:
    """The pool of a lab. Raises `SystemExit` where no variant has two finished runs."""
    groups: dict[tuple[str, str, str], list[Run]] = {}
    with Lab.open(db, readonly=True) as lab:
        for entry in lab.entries():
            if entry.run.state == "done" and measure in entry.run.results:
                key = (entry.study, entry.run.condition, entry.variant)
                groups.setdefault(key, []).append(entry.run)
    several = [runs for runs in groups.values() if len(runs) > 1]
    if not several:
        raise SystemExit(f"{db} has no variant with two finished runs that measured {measure}")
    deviations = [one for runs in several for one in _deviations(runs, measure)]
    level = fmean(run.results[measure] for runs in several for run in runs)
    return Recorded(measure, level, tuple(deviations), several[0][0])


def _deviations(runs: Sequence[Run], measure: str) -> list[float]:
    values = [run.results[measure] for run in runs]
    mean, widening = fmean(values), math.sqrt(len(values) / (len(values) - 1))
    return [(value - mean) * widening for value in values]


def simulate(
    pool: Recorded,
    checks: Sequence[str],
    shifts: Mapping[str, float],
    size: Size,
) -> Outcome:
    """Studies of a baseline and the variants of `shifts`, each off by as much as it says."""
    study = _study(checks, ["baseline", *shifts])
    verdicts: list[tuple[Verdict, ...]] = []
    marked = 0
    for _ in range(size.studies):
        entries = [
            Entry(study.name, variant, _run(pool, seed, shift, size.draw))
            for variant, shift in {"baseline": 0.0, **shifts}.items()
            for seed in range(size.seeds)
        ]
        verdicts.append(judge(study, entries, {}))
        table = tabulate(study, entries, measures=[pool.measure])
        cells = [row.cells[0] for row in table.rows]
        marked += any(cell.difference and cell.difference.clear for cell in cells)
    words = [{one.verdict for one in some} for some in verdicts]
    return Outcome(
        supported=sum("supported" in some for some in words) / size.studies,
        refuted=sum("refuted" in some for some in words) / size.studies,
        decided=sum(bool(some & {"supported", "refuted"}) for some in words) / size.studies,
        marked=marked / size.studies,
    )


def _run(pool: Recorded, seed: int, shift: float, draw: random.Random) -> Run:
    value = pool.level + shift + draw.choice(pool.deviations)
    return replace(pool.template, seed=seed, results={pool.measure: value})


def _study(checks: Sequence[str], variants: Sequence[str]) -> Study:
    claims = tuple(StudyClaim(check, check, "", "", check, 0.0, False) for check in checks)
    rows = tuple(StudyVariant(name, "", (), 0, 0) for name in variants)
    return Study("simulated", "", "", "", claims, 0.0, rows)


def false_alarms(pool: Recorded, variants: int, size: Size) -> Outcome:
    """A/A: as many copies of the baseline as there are variants, each with a claim of its own."""
    names = [f"copy-{place}" for place in range(1, variants + 1)]
    checks = [f"{name}.{pool.measure} < baseline.{pool.measure}" for name in names]
    return simulate(pool, checks, dict.fromkeys(names, 0.0), size)


def false_equivalence(pool: Recorded, size: Size) -> Outcome:
    """One variant that is off by exactly the margin within which it is claimed to be."""
    margin = FAR * pool.sd
    check = f"about(worse.{pool.measure}, baseline.{pool.measure}, {margin:.6f})"
    return simulate(pool, [check], {"worse": -margin}, size)


def planted(pool: Recorded, difference: float, size: Size) -> Outcome:
    """One variant that is worse by `difference`, and is claimed to be."""
    check = f"worse.{pool.measure} < baseline.{pool.measure}"
    return simulate(pool, [check], {"worse": -difference}, size)


def main() -> None:
    """Print the shares, each beside what it should be."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--db", type=Path, default=Path("lab.db"))
    asked.add_argument("--measure", default="accuracy")
    asked.add_argument("--studies", type=int, default=1000)
    asked.add_argument("--seed", type=int, default=0)
    given = asked.parse_args()
    pool = recorded(given.db, given.measure)
    print(
        f"{given.measure}: {len(pool.deviations)} recorded runs, SD of the difference of two "
        f"{pool.sd:.3f}; {given.studies} simulated studies a line"
    )
    print(f"a share of {ALPHA * 100:g} % is known to ± {_error(ALPHA, given.studies):.1f} points\n")
    draw = random.Random(given.seed)
    for seeds in SEEDS:
        _tell(pool, Size(seeds, given.studies, draw))


def _tell(pool: Recorded, size: Size) -> None:
    print(f"{size.seeds} seeds")
    for variants in (1, SEVERAL):
        found = false_alarms(pool, variants, size)
        what = f"A/A, {variants} claim{'s' if variants > 1 else ''}"
        _line(what, found.decided, f"at most {ALPHA * 100:g} %: some verdict")
        _line("", found.marked, f"at most {ALPHA * 100:g} %: some difference marked in the table")
    found = false_equivalence(pool, size)
    _line("off by just the margin", found.supported, f"{ALPHA * 100:g} %: called equivalent")
    for power in POWERS:
        difference = detectable(pool.sd, size.seeds, power=power)
        found = planted(pool, difference, size)
        _line(f"planted {difference:.2f}", found.supported, f"{power * 100:g} %: found")
        _line("", found.refuted, "0 %: found with the wrong sign")
    print()


def _line(what: str, share: float, expected: str) -> None:
    print(f"  {what:<24} {share * 100:5.1f} %   expected {expected}")


def _error(share: float, studies: int) -> float:
    """Twice the standard error of a share, in points."""
    return 200 * math.sqrt(share * (1 - share) / studies)


if __name__ == "__main__":
    main()
