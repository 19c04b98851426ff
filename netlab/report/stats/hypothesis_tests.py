"""Tests of differences: is there one, is there none to speak of, and how many were looked at.

Where every difference is the same there is no spread to judge it by: t, p and the interval are
None and `says` is `NO_SPREAD`. The limit of t would be infinite, but scores come in steps (one
test image), and a few seeds that agree to the step by chance are no proof.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from netlab.report.stats.intervals import (
    ALPHA,
    CONFIDENCE,
    NO_TEST_NO_SPREAD,
    NO_TEST_ONE_PAIR,
    RELATIVE_ROUNDING_ERROR,
    Interval,
    student_t_cdf,
    t_interval,
)


@dataclass(frozen=True)
class PairedTest:
    """The paired t test of n differences.

    `interval` is for their mean, `p` two-sided, `effect` Cohen's d_z: how many of the
    differences' own standard deviations their mean lies off what it was tested against. What
    cannot be had is None, and `says` tells why.
    """

    n: int
    mean: float
    sd: float | None
    t: float | None
    p: float | None
    interval: Interval | None
    effect_size: float | None
    no_test_reason: str | None


@dataclass(frozen=True)
class EquivalenceTest:
    """Two one-sided tests of whether the mean difference lies within ± `margin`.

    `p` is the larger of the two, so the mean is shown to lie within the margin at level α where
    p < α. Where the margin is the same for all, that is where `interval`, of coverage 1 − 2α, lies
    within it; else `margin` is the mean of the margins.
    """

    n: int
    mean: float
    margin: float
    p: float | None
    interval: Interval | None
    no_test_reason: str | None


@dataclass(frozen=True)
class WelchTest:
    """Welch's test for the difference of the means of two unpaired samples, mean(a) − mean(b)."""

    mean: float
    t: float | None
    degrees_of_freedom: float | None
    p: float | None
    interval: Interval | None
    no_test_reason: str | None


def paired_test(
    differences: Sequence[float],
    *,
    confidence: float = CONFIDENCE,
    null_mean: float = 0.0,
    magnitude: float = 0.0,
) -> PairedTest:
    """Test whether the mean of the differences, one a seed, is other than `against`.

    `size` is that of the values whose differences they are, where known: a spread that is mere
    rounding of such values is none. Raises `ValueError` where there are no differences.
    """
    mean, sd, says = _mean_and_spread(differences, magnitude)
    n = len(differences)
    if sd is None or says:
        return PairedTest(n, mean, sd, None, None, None, None, says)
    error = sd / math.sqrt(n)
    t = (mean - null_mean) / error
    p = 2 * student_t_cdf(-abs(t), n - 1)
    interval = t_interval(mean, error, n - 1, confidence)
    return PairedTest(n, mean, sd, t, p, interval, (mean - null_mean) / sd, None)


def equivalence_test(
    differences: Sequence[float],
    margin: float | Sequence[float],
    *,
    alpha: float = ALPHA,
    magnitude: float = 0.0,
) -> EquivalenceTest:
    """Test whether the mean of the differences lies within ± `margin`, by two one-sided tests.

    A margin for each difference is one that was measured with it, such as a share of one of the
    two values: it has a spread of its own, which the test then takes into account. `size` is as
    for `paired_test`. Raises `ValueError` where there are no differences, for another number of
    margins, or where the margin (the mean of them) is not above zero.
    """
    n = len(differences)
    margins = [margin] * n if isinstance(margin, int | float) else list(margin)
    width = fmean(margins) if margins else 0.0
    if not width > 0:
        raise ValueError(f"a margin must be above zero, not {width:g}")
    mean, sd, says = _mean_and_spread(differences, magnitude)
    if sd is None or says:
        return EquivalenceTest(n, mean, width, None, None, says)
    tails = []
    for sign in (1, -1):
        beyond = [sign * one - room for one, room in zip(differences, margins, strict=True)]
        excess, spread, says = _mean_and_spread(beyond, magnitude)
        if spread is None or says:
            return EquivalenceTest(n, mean, width, None, None, says)
        tails.append(student_t_cdf(excess / (spread / math.sqrt(n)), n - 1))
    interval = t_interval(mean, sd / math.sqrt(n), n - 1, 1 - 2 * alpha)
    return EquivalenceTest(n, mean, width, max(tails), interval, None)


def welch_test(
    a: Sequence[float], b: Sequence[float], *, confidence: float = CONFIDENCE
) -> WelchTest:
    """Test whether two samples of unequal variances have different means.

    Raises `ValueError` where either is empty.
    """
    mean = fmean(a) - fmean(b)
    if min(len(a), len(b)) < 2:
        return WelchTest(mean, None, None, None, None, NO_TEST_ONE_PAIR)
    ours, theirs = stdev(a), stdev(b)
    if max(ours, theirs) <= RELATIVE_ROUNDING_ERROR * max(
        abs(value) for side in (a, b) for value in side
    ):
        return WelchTest(mean, None, None, None, None, NO_TEST_NO_SPREAD)
    one, other = ours**2 / len(a), theirs**2 / len(b)
    freedom = (one + other) ** 2 / (one**2 / (len(a) - 1) + other**2 / (len(b) - 1))
    error = math.sqrt(one + other)
    t = mean / error
    p = 2 * student_t_cdf(-abs(t), freedom)
    return WelchTest(mean, t, freedom, p, t_interval(mean, error, freedom, confidence), None)


def holm_adjust(p_values: Sequence[float | None]) -> tuple[float | None, ...]:
    """Each p adjusted for the number of tests, by Holm's step-down method; in the same order.

    Calling those below α significant errs in any of them with a chance of at most α. None
    stays None and does not count as a test.
    """
    order = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    highest = 0.0
    for done, (p, place) in enumerate(order):
        highest = max(highest, min(1.0, (len(order) - done) * p))
        adjusted[place] = highest
    return tuple(adjusted)


def _mean_and_spread(
    differences: Sequence[float], magnitude: float
) -> tuple[float, float | None, str | None]:
    """Mean, SD, and why there can be no test, for one difference or for equal ones."""
    if not differences:
        raise ValueError("there are no differences to test")
    mean = fmean(differences)
    if len(differences) == 1:
        return mean, None, NO_TEST_ONE_PAIR
    sd = stdev(differences)
    if sd <= RELATIVE_ROUNDING_ERROR * max(magnitude, *(abs(one) for one in differences)):
        return mean, sd, NO_TEST_NO_SPREAD
    return mean, sd, None
