"""The test behind each comparison of a claim, and what it decides."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Literal

from netlab.recipe.claims.checks import measures_of
from netlab.recipe.claims.syntax_tree import ApproxEqual, Clause, Comparison
from netlab.report.stats.hypothesis_tests import equivalence_test, paired_test
from netlab.report.stats.intervals import ALPHA, CONFIDENCE, NO_TEST_ONE_PAIR, Interval
from netlab.report.stats.power import TARGET_POWER, min_detectable_effect, required_n
from netlab.report.verdicts import explain as words
from netlab.report.verdicts.operands import Operands
from netlab.report.verdicts.verdict import ClauseVerdict, VerdictKind

EQUALITY_TOLERANCE = 1e-12
"""Counts that differ by less than this share of them are equal: arithmetic may lose so much."""
ONE_SIDED_POWER = (1 + TARGET_POWER) / 2
"""The power of each of two one-sided tests with which both together have the usual power."""


@dataclass(frozen=True)
class PairedComparison:
    """A measured comparison with its test, before the correction for the number of tests."""

    clause: Clause
    operands: Operands
    means: tuple[float, float]
    sd: float
    """Of the differences."""
    margin: float | None
    """Of an `about`, in the unit of the differences; the mean, where each pair has its own."""
    kind_if_significant: Literal["supported", "refuted"]
    """The verdict, if the test is significant."""
    p: float
    interval: Interval
    confidence: float

    @property
    def n(self) -> int:
        """The pairs of values."""
        return len(self.operands.left)

    @property
    def mean(self) -> float:
        """The mean difference, left − right."""
        return self.means[0] - self.means[1]


def run_test(part: Clause, sides: Operands) -> PairedComparison | ClauseVerdict:
    """The test of a comparison, or what became of it where there is none to be made."""
    if sides.missing:
        return ClauseVerdict(part, "not run", sides.missing, sides.paired_by)
    if sides.error:
        return ClauseVerdict(part, "inconclusive", sides.error, sides.paired_by)
    means = fmean(sides.left.values()), fmean(sides.right.values())
    if sides.paired_by == "exact":
        return _compare_directly(part, sides, means)
    if len(sides.left) == 1:
        return _inconclusive(part, sides, means, NO_TEST_ONE_PAIR)
    trial = _test_differences(part, sides, means)
    if trial is not None:
        return trial
    if all(measure.deterministic or measure.static for measure in measures_of(part)):
        return _compare_directly(part, sides, means)
    return _inconclusive(part, sides, means, words.explain_no_spread(part, means, sides))


def decide(trial: PairedComparison, adjusted: float, *, family: int) -> ClauseVerdict:
    """What a test says with its p corrected as one of a `family` of tests."""
    verdict: VerdictKind = trial.kind_if_significant if adjusted < ALPHA else "inconclusive"
    level = ALPHA / family
    least = needed = None
    if verdict == "inconclusive":
        needed = _required_n(trial, level)
        if trial.margin is None:
            least = min_detectable_effect(trial.sd, trial.n, alpha=level)
    says = words.explain_test(
        trial.clause,
        trial.means,
        trial.operands,
        words.TestFigures(
            verdict, trial.interval, trial.confidence, adjusted, trial.margin, least, needed
        ),
    )
    return ClauseVerdict(
        trial.clause,
        verdict,
        says,
        trial.operands.paired_by,
        trial.operands.left,
        trial.operands.right,
        trial.means,
        trial.interval,
        trial.confidence,
        trial.p,
        adjusted,
        least,
        needed,
    )


def _test_differences(
    part: Clause, sides: Operands, means: tuple[float, float]
) -> PairedComparison | None:
    """The test of the differences; None where they have no spread."""
    differences = [sides.left[key] - sides.right[key] for key in sides.left]
    size = max(abs(one) for side in (sides.left, sides.right) for one in side.values())
    paired = paired_test(differences, magnitude=size)
    if paired.p is None or paired.interval is None:
        return None
    sd = stdev(differences)
    if isinstance(part, Comparison):
        downward = part.sign in {"<", "<="}
        favours: Literal["supported", "refuted"] = (
            "supported" if (paired.mean < 0) == downward else "refuted"
        )
        return PairedComparison(
            part, sides, means, sd, None, favours, paired.p, paired.interval, CONFIDENCE
        )
    margins = [part.margin.width_at(sides.right[key]) for key in sides.left]
    margin = fmean(margins)
    if abs(paired.mean) >= margin:
        further = [
            one - math.copysign(room, paired.mean)
            for one, room in zip(differences, margins, strict=True)
        ]
        beyond = paired_test(further, magnitude=size)
        p = 1.0 if beyond.p is None else beyond.p
        return PairedComparison(
            part, sides, means, sd, margin, "refuted", p, paired.interval, CONFIDENCE
        )
    within = equivalence_test(differences, margins, alpha=ALPHA, magnitude=size)
    if within.p is None or within.interval is None:
        return None
    return PairedComparison(
        part, sides, means, sd, margin, "supported", within.p, within.interval, 1 - 2 * ALPHA
    )


def _required_n(trial: PairedComparison, level: float) -> int | None:
    """How many pairs would probably decide, if what was seen is how things are; more than now."""
    if trial.margin is None:
        found = required_n(trial.sd, trial.mean, alpha=level)
    elif trial.kind_if_significant == "supported":
        room = trial.margin - abs(trial.mean)
        found = required_n(trial.sd, room, alpha=2 * level, power=ONE_SIDED_POWER)
    else:
        found = required_n(trial.sd, abs(trial.mean) - trial.margin, alpha=level)
    return max(found, trial.n + 1) if found is not None else None


def _compare_directly(part: Clause, sides: Operands, means: tuple[float, float]) -> ClauseVerdict:
    """The verdict on values without spread, by comparing them."""
    verdict: VerdictKind = "supported" if _holds(part, *means) else "refuted"
    counts = sides.paired_by == "exact"
    left, right = ({}, {}) if counts else (sides.left, sides.right)
    says = words.explain_direct_comparison(part, means, sides)
    return ClauseVerdict(part, verdict, says, sides.paired_by, left, right, means)


def _inconclusive(
    part: Clause, sides: Operands, means: tuple[float, float], says: str
) -> ClauseVerdict:
    return ClauseVerdict(
        part, "inconclusive", says, sides.paired_by, sides.left, sides.right, means
    )


def _holds(part: Clause, left: float, right: float) -> bool:
    if isinstance(part, ApproxEqual):
        margin = part.margin.width_at(right)
        return abs(left - right) <= margin * (1 + EQUALITY_TOLERANCE)
    equal = math.isclose(left, right, rel_tol=EQUALITY_TOLERANCE, abs_tol=0.0)
    holds = {
        "<": left < right and not equal,
        "<=": left < right or equal,
        ">": left > right and not equal,
        ">=": left > right or equal,
        "==": equal,
        "!=": not equal,
    }
    return holds[part.sign]
