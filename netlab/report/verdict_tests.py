"""The test behind each comparison of a claim, and what it decides."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Literal

from netlab.recipe.checks import measures_of
from netlab.recipe.checks_tree import About, Comparison, Part
from netlab.report import verdict_words as words
from netlab.report.intervals import ALPHA, CONFIDENCE, ONE_SEED, Interval
from netlab.report.power import POWER, detectable, seeds_needed
from netlab.report.significance import equivalence_test, paired_test
from netlab.report.verdict import Finding, Word
from netlab.report.verdict_values import Sides

EQUAL = 1e-12
"""Counts that differ by less than this share of them are equal: arithmetic may lose so much."""
BOTH_SIDES = (1 + POWER) / 2
"""The power of each of two one-sided tests with which both together have the usual power."""


@dataclass(frozen=True)
class Trial:
    """A measured comparison with its test, before the correction for the number of tests."""

    part: Part
    sides: Sides
    means: tuple[float, float]
    sd: float
    """Of the differences."""
    margin: float | None
    """Of an `about`, in the unit of the differences; the mean, where each pair has its own."""
    favours: Literal["supported", "refuted"]
    """The verdict, if the test is significant."""
    p: float
    interval: Interval
    confidence: float

    @property
    def n(self) -> int:
        """The pairs of values."""
        return len(self.sides.left)

    @property
    def mean(self) -> float:
        """The mean difference, left − right."""
        return self.means[0] - self.means[1]


def tried(part: Part, sides: Sides) -> Trial | Finding:
    """The test of a comparison, or what became of it where there is none to be made."""
    if sides.missing:
        return Finding(part, "not run", sides.missing, sides.by)
    if sides.fault:
        return Finding(part, "inconclusive", sides.fault, sides.by)
    means = fmean(sides.left.values()), fmean(sides.right.values())
    if sides.by == "exact":
        return _settled(part, sides, means)
    if len(sides.left) == 1:
        return _undecided(part, sides, means, ONE_SEED)
    trial = _trial(part, sides, means)
    if trial is not None:
        return trial
    if all(measure.steady or measure.exact for measure in measures_of(part)):
        return _settled(part, sides, means)
    return _undecided(part, sides, means, words.without_spread(part, means, sides))


def decided(trial: Trial, adjusted: float, *, family: int) -> Finding:
    """What a test says with its p corrected as one of a `family` of tests."""
    verdict: Word = trial.favours if adjusted < ALPHA else "inconclusive"
    level = ALPHA / family
    least = needed = None
    if verdict == "inconclusive":
        needed = _needed(trial, level)
        if trial.margin is None:
            least = detectable(trial.sd, trial.n, alpha=level)
    says = words.tested(
        trial.part,
        trial.means,
        trial.sides,
        words.Test(
            verdict, trial.interval, trial.confidence, adjusted, trial.margin, least, needed
        ),
    )
    return Finding(
        trial.part,
        verdict,
        says,
        trial.sides.by,
        trial.sides.left,
        trial.sides.right,
        trial.means,
        trial.interval,
        trial.confidence,
        trial.p,
        adjusted,
        least,
        needed,
    )


def _trial(part: Part, sides: Sides, means: tuple[float, float]) -> Trial | None:
    """The test of the differences; None where they have no spread."""
    differences = [sides.left[key] - sides.right[key] for key in sides.left]
    size = max(abs(one) for side in (sides.left, sides.right) for one in side.values())
    paired = paired_test(differences, size=size)
    if paired.p is None or paired.interval is None:
        return None
    sd = stdev(differences)
    if isinstance(part, Comparison):
        downward = part.sign in {"<", "<="}
        favours: Literal["supported", "refuted"] = (
            "supported" if (paired.mean < 0) == downward else "refuted"
        )
        return Trial(part, sides, means, sd, None, favours, paired.p, paired.interval, CONFIDENCE)
    margins = [part.margin.beside(sides.right[key]) for key in sides.left]
    margin = fmean(margins)
    if abs(paired.mean) >= margin:
        further = [
            one - math.copysign(room, paired.mean)
            for one, room in zip(differences, margins, strict=True)
        ]
        beyond = paired_test(further, size=size)
        p = 1.0 if beyond.p is None else beyond.p
        return Trial(part, sides, means, sd, margin, "refuted", p, paired.interval, CONFIDENCE)
    within = equivalence_test(differences, margins, alpha=ALPHA, size=size)
    if within.p is None or within.interval is None:
        return None
    return Trial(
        part, sides, means, sd, margin, "supported", within.p, within.interval, 1 - 2 * ALPHA
    )


def _needed(trial: Trial, level: float) -> int | None:
    """How many pairs would probably decide, if what was seen is how things are; more than now."""
    if trial.margin is None:
        found = seeds_needed(trial.sd, trial.mean, alpha=level)
    elif trial.favours == "supported":
        room = trial.margin - abs(trial.mean)
        found = seeds_needed(trial.sd, room, alpha=2 * level, power=BOTH_SIDES)
    else:
        found = seeds_needed(trial.sd, abs(trial.mean) - trial.margin, alpha=level)
    return max(found, trial.n + 1) if found is not None else None


def _settled(part: Part, sides: Sides, means: tuple[float, float]) -> Finding:
    """The verdict on values without spread, by comparing them."""
    verdict: Word = "supported" if _holds(part, *means) else "refuted"
    counts = sides.by == "exact"
    left, right = ({}, {}) if counts else (sides.left, sides.right)
    says = words.settled(part, means, sides)
    return Finding(part, verdict, says, sides.by, left, right, means)


def _undecided(part: Part, sides: Sides, means: tuple[float, float], says: str) -> Finding:
    return Finding(part, "inconclusive", says, sides.by, sides.left, sides.right, means)


def _holds(part: Part, left: float, right: float) -> bool:
    if isinstance(part, About):
        margin = part.margin.beside(right)
        return abs(left - right) <= margin * (1 + EQUAL)
    equal = math.isclose(left, right, rel_tol=EQUAL, abs_tol=0.0)
    holds = {
        "<": left < right and not equal,
        "<=": left < right or equal,
        ">": left > right and not equal,
        ">=": left > right or equal,
        "==": equal,
        "!=": not equal,
    }
    return holds[part.sign]
