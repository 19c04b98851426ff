"""Tests of differences: paired t, two one-sided tests for equivalence, Welch, and Holm's method.

If all differences are equal, there is no spread to test them against: t, p and the interval are
None and `no_test_reason` is `NO_TEST_NO_SPREAD`. An infinite t would be misleading, because scores
change in steps of one test image, and a few seeds can have equal differences by chance.
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

    `interval` is the confidence interval of their mean, and `p` is two-sided. `effect_size` is
    Cohen's d_z: (mean − null mean) / SD of the differences. A figure that cannot be calculated is
    None, and `no_test_reason` says why.
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

    `p` is the larger of the two: if p < α, the mean lies within the margin at level α. With a
    single margin, p < α means the same as: `interval` (coverage 1 − 2α) lies within ± `margin`.
    With one margin per difference, `margin` is their mean.
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
    """Test whether the mean of the differences, one for each seed, differs from `null_mean`.

    `magnitude` is the largest absolute value among the values that were compared, if known: a
    spread within their rounding error counts as zero. Raises `ValueError` for no differences.
    """
    mean, sd, reason = _mean_and_spread(differences, magnitude)
    n = len(differences)
    if sd is None or reason:
        return PairedTest(n, mean, sd, None, None, None, None, reason)
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

    If the margin is itself measured (such as 1 % of one of the two values), give one margin per
    difference: the test then includes their spread. `magnitude` is as for `paired_test`. Raises
    `ValueError` if there are no differences, if the number of margins differs from theirs, or if
    the margin (or the mean margin) is not above zero.
    """
    n = len(differences)
    margins = [margin] * n if isinstance(margin, int | float) else list(margin)
    width = fmean(margins) if margins else 0.0
    if not width > 0:
        raise ValueError(f"a margin must be above zero, not {width:g}")
    mean, sd, reason = _mean_and_spread(differences, magnitude)
    if sd is None or reason:
        return EquivalenceTest(n, mean, width, None, None, reason)
    p_values = []
    for sign in (1, -1):
        beyond = [sign * one - own for one, own in zip(differences, margins, strict=True)]
        excess, spread, reason = _mean_and_spread(beyond, magnitude)
        if spread is None or reason:
            return EquivalenceTest(n, mean, width, None, None, reason)
        p_values.append(student_t_cdf(excess / (spread / math.sqrt(n)), n - 1))
    interval = t_interval(mean, sd / math.sqrt(n), n - 1, 1 - 2 * alpha)
    return EquivalenceTest(n, mean, width, max(p_values), interval, None)


def welch_test(
    a: Sequence[float], b: Sequence[float], *, confidence: float = CONFIDENCE
) -> WelchTest:
    """Test whether two samples of unequal variances have different means.

    Raises `ValueError` if either is empty.
    """
    mean = fmean(a) - fmean(b)
    if min(len(a), len(b)) < 2:
        return WelchTest(mean, None, None, None, None, NO_TEST_ONE_PAIR)
    sd_a, sd_b = stdev(a), stdev(b)
    if max(sd_a, sd_b) <= RELATIVE_ROUNDING_ERROR * max(map(abs, (*a, *b))):
        return WelchTest(mean, None, None, None, None, NO_TEST_NO_SPREAD)
    var_a, var_b = sd_a**2 / len(a), sd_b**2 / len(b)
    freedom = (var_a + var_b) ** 2 / (var_a**2 / (len(a) - 1) + var_b**2 / (len(b) - 1))
    error = math.sqrt(var_a + var_b)
    t = mean / error
    p = 2 * student_t_cdf(-abs(t), freedom)
    return WelchTest(mean, t, freedom, p, t_interval(mean, error, freedom, confidence), None)


def holm_adjust(p_values: Sequence[float | None]) -> tuple[float | None, ...]:
    """Each p adjusted for the number of tests by Holm's step-down method, in the same order.

    If every p below α is called significant, the chance of even one false alarm is at most α. None
    stays None and does not count as a test.
    """
    order = sorted((p, index) for index, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    highest = 0.0
    for rank, (p, index) in enumerate(order):
        highest = max(highest, min(1.0, (len(order) - rank) * p))
        adjusted[index] = highest
    return tuple(adjusted)


def _mean_and_spread(
    differences: Sequence[float], magnitude: float
) -> tuple[float, float | None, str | None]:
    """Mean, SD, and the reason if no test is possible (one difference only, or all equal)."""
    if not differences:
        raise ValueError("there are no differences to test")
    mean = fmean(differences)
    if len(differences) == 1:
        return mean, None, NO_TEST_ONE_PAIR
    sd = stdev(differences)
    if sd <= RELATIVE_ROUNDING_ERROR * max(magnitude, *(abs(one) for one in differences)):
        return mean, sd, NO_TEST_NO_SPREAD
    return mean, sd, None
