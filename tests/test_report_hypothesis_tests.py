"""Tests of differences: published examples to their last digit, scipy's to 1e-9, and sense."""

from __future__ import annotations

import math
import random
import warnings
from statistics import fmean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from netlab.report.stats.hypothesis_tests import (
    equivalence_test,
    holm_adjust,
    paired_test,
    welch_test,
)
from netlab.report.stats.intervals import Interval

# R's `sleep` (Student, 1908): extra hours of sleep of ten patients on each of two drugs.
FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
SLEEP = [one - other for one, other in zip(FIRST, SECOND, strict=True)]

steps = st.integers(-500, 500).map(lambda number: number / 100)
several = st.lists(steps, min_size=2, max_size=12)
chances = st.lists(st.none() | st.floats(0, 1), max_size=9)


def ends(interval: Interval | None) -> tuple[float, float]:
    assert interval is not None
    return interval.low, interval.high


def test_the_paired_test_of_the_sleep_data_is_that_which_r_prints() -> None:
    # t.test(extra ~ group, paired = TRUE): t = -4.0621, df = 9, p-value = 0.002833,
    # 95 percent confidence interval -2.4598858 -0.7001142, mean of the differences -1.58
    found = paired_test(SLEEP)
    assert found.mean == pytest.approx(-1.58, abs=1e-12)
    assert found.t == pytest.approx(-4.0621, abs=5e-5)
    assert found.p == pytest.approx(0.002833, abs=5e-7)
    assert ends(found.interval) == pytest.approx((-2.4598858, -0.7001142), abs=5e-8)
    assert found.effect_size == pytest.approx(-4.062127683382037 / math.sqrt(10), abs=1e-9)


def test_the_welch_test_of_the_sleep_data_is_that_which_r_prints() -> None:
    # t.test(extra ~ group): t = -1.8608, df = 17.776, p-value = 0.07939,
    # 95 percent confidence interval -3.3654832 0.2054832
    found = welch_test(FIRST, SECOND)
    assert found.t == pytest.approx(-1.8608, abs=5e-5)
    assert found.degrees_of_freedom == pytest.approx(17.776, abs=5e-4)
    assert found.p == pytest.approx(0.07939, abs=5e-6)
    assert ends(found.interval) == pytest.approx((-3.3654832, 0.2054832), abs=5e-8)


def test_holm_is_r_s_p_adjust() -> None:
    # p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), "holm"), and one in another order, by hand
    assert holm_adjust([0.01, 0.02, 0.03, 0.04, 0.05]) == pytest.approx(
        (0.05, 0.08, 0.09, 0.09, 0.09)
    )
    assert holm_adjust([0.04, 0.01, 0.03]) == pytest.approx((0.06, 0.03, 0.06))
    assert holm_adjust([0.5, None, 0.9]) == (1.0, None, 1.0)
    assert holm_adjust([]) == ()


def test_equivalence_against_a_reference_worked_by_hand() -> None:
    # Differences 0.1, −0.1, 0.3, 0.1: mean 0.1, SD √(0.08/3) = 0.1632993, error 0.0816497.
    # Against −0.5: t = 0.6/0.0816497 = 7.348469; against +0.5: t = −0.4/0.0816497 = −4.898979.
    # The larger p is P(T₃ < −√24). For 3 degrees of freedom
    # P(T < t) = ½ + (u/(1 + u²) + atan u)/π with u = t/√3 = −√8: ½ − (√8/9 + atan √8)/π.
    by_hand = 0.5 - (math.sqrt(8) / 9 + math.atan(math.sqrt(8))) / math.pi
    found = equivalence_test([0.1, -0.1, 0.3, 0.1], 0.5)
    assert found.p == pytest.approx(by_hand, abs=1e-12)
    # 1 − 2α = 90 %: t(3, 95 %) = 2.353363434801825
    half = 2.353363434801825 * math.sqrt(0.08 / 3) / 2
    assert ends(found.interval) == pytest.approx((0.1 - half, 0.1 + half), abs=1e-9)


@given(several, steps)
def test_the_paired_test_is_scipy_s(differences: list[float], against: float) -> None:
    found = paired_test(differences, null_mean=against)
    if len(set(differences)) == 1:
        assert (found.t, found.p, found.interval, found.effect_size) == (None, None, None, None)
        assert found.no_test_reason == "no spread: no interval"
        return
    expected = stats.ttest_1samp(differences, against)
    assert found.t == pytest.approx(expected.statistic, rel=1e-9, abs=1e-9)
    assert found.p == pytest.approx(expected.pvalue, rel=1e-9, abs=1e-9)
    assert ends(found.interval) == pytest.approx(
        tuple(expected.confidence_interval(0.95)), rel=1e-9, abs=1e-9
    )
    assert found.effect_size == pytest.approx((fmean(differences) - against) / stdev(differences))


@given(several, several)
def test_the_welch_test_is_scipy_s(a: list[float], b: list[float]) -> None:
    found = welch_test(a, b)
    if len(set(a)) == len(set(b)) == 1:
        assert found.p is None
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scipy's, where one side has no spread
        expected = stats.ttest_ind(a, b, equal_var=False)
    assert found.t == pytest.approx(expected.statistic, rel=1e-9, abs=1e-9)
    assert found.p == pytest.approx(expected.pvalue, rel=1e-9, abs=1e-9)
    assert found.degrees_of_freedom == pytest.approx(expected.df, rel=1e-9)


@given(several, st.integers(1, 300).map(lambda number: number / 100))
def test_equivalence_is_two_one_sided_tests_and_its_interval_lies_within(
    differences: list[float], margin: float
) -> None:
    found = equivalence_test(differences, margin)
    if found.p is None:
        assert found.no_test_reason == "no spread: no interval"
        return
    above = stats.ttest_1samp(differences, -margin, alternative="greater").pvalue
    below = stats.ttest_1samp(differences, margin, alternative="less").pvalue
    assert found.p == pytest.approx(max(above, below), abs=1e-9)
    low, high = ends(found.interval)
    assert (found.p < 0.05) == (-margin < low and high < margin) or abs(found.p - 0.05) < 1e-9


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(0.5, 3)), min_size=2, max_size=9))
def test_margins_that_were_measured_bring_their_own_spread(
    pairs: list[tuple[float, float]],
) -> None:
    differences, margins = [d for d, _ in pairs], [m for _, m in pairs]
    found = equivalence_test(differences, margins)
    beyond = [d - m for d, m in pairs], [-d - m for d, m in pairs]
    if found.p is None:
        assert min(stdev(one) for one in (differences, *beyond)) < 1e-6
        return
    expected = [stats.ttest_1samp(one, 0.0, alternative="less").pvalue for one in beyond]
    assert found.p == pytest.approx(max(expected), abs=1e-9)
    assert found.margin == pytest.approx(fmean(margins))


@given(several, st.floats(0.01, 100))
def test_the_unit_does_not_matter(differences: list[float], factor: float) -> None:
    one, other = paired_test(differences), paired_test([factor * d for d in differences])
    assert (one.p is None) == (other.p is None)
    assert other.mean == pytest.approx(factor * one.mean, rel=1e-9, abs=1e-9)
    if one.p is not None:
        assert (other.t, other.p, other.effect_size) == pytest.approx(
            (one.t, one.p, one.effect_size), rel=1e-6, abs=1e-9
        )


@given(chances, st.randoms())
def test_holm_keeps_the_order_and_does_not_depend_on_it(
    p_values: list[float | None], order: random.Random
) -> None:
    adjusted = holm_adjust(p_values)
    places = list(range(len(p_values)))
    order.shuffle(places)
    assert holm_adjust([p_values[place] for place in places]) == tuple(adjusted[p] for p in places)
    known = [(p, a) for p, a in zip(p_values, adjusted, strict=True) if p is not None]
    assert all(a is not None and p <= a <= min(1, len(known) * p) for p, a in known)
    assert [a for _, a in sorted(known)] == sorted(a for _, a in known if a is not None)


def test_one_difference_is_no_claim() -> None:
    assert paired_test([-2.0]).no_test_reason == "n = 1: no claim"
    assert equivalence_test([0.0], 1.0).no_test_reason == "n = 1: no claim"
    assert welch_test([1.0], [2.0, 3.0]).no_test_reason == "n = 1: no claim"


def test_a_spread_that_is_rounding_of_the_values_is_none() -> None:
    noise = [87.1 - 87.0 - 0.1, 86.3 - 86.2 - 0.1, 0.0]
    assert len(set(noise)) > 1
    assert paired_test(noise).p is not None
    assert paired_test(noise, magnitude=87.1).no_test_reason == "no spread: no interval"


def test_what_cannot_be_tested_is_an_error() -> None:
    with pytest.raises(ValueError, match="no differences"):
        paired_test([])
    with pytest.raises(ValueError, match="margin must be above zero"):
        equivalence_test([1.0, 2.0], 0.0)
    with pytest.raises(ValueError, match="shorter"):
        equivalence_test([1.0, 2.0], [1.0])
