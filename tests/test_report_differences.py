"""Means, spreads and differences: exact against scipy, and true to their meaning."""

from __future__ import annotations

import math
import random
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from netlab.report.stats.differences import (
    Difference,
    correct_family,
    paired_difference,
)
from netlab.report.stats.intervals import Interval
from netlab.report.stats.power import min_detectable_effect

BASELINE = {0: 87.02, 1: 86.75, 2: 87.31, 3: 86.98, 4: 87.20}
VARIANT = {0: 85.10, 1: 85.33, 2: 85.61, 3: 84.92, 4: 85.40}

accuracies = st.floats(1, 100).map(lambda value: round(value, 2))
paired = st.dictionaries(st.integers(0, 99), st.tuples(accuracies, accuracies), min_size=2)


def sides(pairs: dict[int, tuple[float, float]]) -> tuple[dict[int, float], dict[int, float]]:
    return {s: pair[0] for s, pair in pairs.items()}, {s: pair[1] for s, pair in pairs.items()}


def ends(interval: Interval | None) -> tuple[float, float]:
    assert interval is not None
    return interval.low, interval.high


def test_a_worked_example() -> None:
    # Differences −2, −1, −3: mean −2, SD 1, standard error 1/√3, t(2 df, 97.5 %) = 4.302652730.
    found = paired_difference({0: 85.0, 1: 85.5, 2: 84.0}, {0: 87.0, 1: 86.5, 2: 87.0})
    assert found is not None
    assert (found.n, found.mean, found.no_test_reason) == (3, -2.0, None)
    half = 4.302652729749464 / math.sqrt(3)
    assert ends(found.interval) == pytest.approx((-2 - half, -2 + half), abs=1e-9)
    assert not found.significant


def test_the_paired_interval_is_that_of_scipy() -> None:
    found = paired_difference(VARIANT, BASELINE)
    assert found is not None
    expected = stats.ttest_rel(list(VARIANT.values()), list(BASELINE.values()))
    low, high = expected.confidence_interval(0.95)
    assert ends(found.interval) == pytest.approx((low, high), abs=1e-9)
    assert found.significant


@pytest.mark.parametrize("seeds", [(0, 1), (0, 1, 2), (0, 1, 2, 3, 4)])
def test_the_welch_interval_is_that_of_scipy_also_for_unequal_numbers(
    seeds: tuple[int, ...],
) -> None:
    ours = {seed: VARIANT[seed] for seed in seeds}
    expected = stats.ttest_ind(list(ours.values()), list(BASELINE.values()), equal_var=False)
    low, high = expected.confidence_interval(0.95)
    found = paired_difference(ours, BASELINE)
    assert found is not None
    assert ends(found.unpaired.interval) == pytest.approx((low, high), abs=1e-9)


def test_only_seeds_that_both_have_are_paired() -> None:
    found = paired_difference({0: 1.0, 1: 2.0, 7: 50.0}, {1: 1.0, 0: 0.5, 8: 90.0})
    assert found is not None
    assert (found.n, found.mean) == (2, 0.75)


def test_no_common_seed_is_no_difference() -> None:
    assert paired_difference({0: 1.0}, {1: 1.0}) is None
    assert paired_difference({}, {1: 1.0}) is None


def test_one_seed_is_no_claim() -> None:
    found = paired_difference({0: 85.0}, {0: 87.0})
    assert found is not None
    assert (found.mean, found.interval, found.unpaired.interval) == (-2.0, None, None)
    assert found.no_test_reason == "n = 1: no claim"
    assert not found.significant


def test_seeds_that_all_differ_alike_give_no_interval_of_width_zero() -> None:
    found = paired_difference({0: 86.1, 1: 86.2, 2: 86.3}, {0: 87.1, 1: 87.2, 2: 87.3})
    assert found is not None
    assert found.interval is None
    assert found.no_test_reason == "no spread: no interval"
    assert found.unpaired.interval is not None
    flat = paired_difference({0: 5.0, 1: 5.0}, {0: 7.0, 1: 7.0})
    assert flat is not None
    assert flat.unpaired.interval is None


def family(*differences: tuple[float, ...]) -> list[Difference | None]:
    return [
        paired_difference(dict(enumerate(some)), dict.fromkeys(range(len(some)), 0.0))
        for some in differences
    ]


def test_what_is_clear_alone_may_not_be_clear_among_several() -> None:
    # t(2 df): p = 0.00600 for the first, 0.04216 for the second, 0.80755 for the third
    strong, weak, noise = (-1.0, -1.1, -1.3), (2.0, 2.5, 4.0), (1.0, -1.0, 0.5)
    alone = family(strong, weak, noise)
    assert [bool(one and one.significant) for one in alone] == [True, True, False]
    among = correct_family(alone)
    assert [bool(one and one.significant) for one in among] == [True, False, False]
    for one, p in zip(among, (3 * 0.00600, 2 * 0.04216, 0.80755), strict=True):
        assert one is not None
        assert one.family_size == 3
        assert one.p_adjusted == pytest.approx(p, abs=5e-5)
    # what cannot be tested yet counts, so that it takes nothing back once it is
    first, single, missing = correct_family([*family(strong, (1.0,)), None])
    assert first == among[0]
    assert single is not None
    assert (single.p_adjusted, single.significant, missing) == (None, False, None)


def test_what_the_seeds_could_see_takes_the_correction_into_account() -> None:
    (alone,) = family((1.0, -1.0, 0.5))
    assert alone is not None
    among = correct_family([alone, alone, None])[0]
    assert among is not None
    assert alone.min_detectable_effect == pytest.approx(
        min_detectable_effect(alone.paired.sd or 0, 3)
    )
    assert among.min_detectable_effect == pytest.approx(
        min_detectable_effect(alone.paired.sd or 0, 3, alpha=0.05 / 3)
    )
    assert (alone.required_n or 0) < (among.required_n or 0)
    single = paired_difference({0: 1.0}, {0: 2.0})
    assert single is not None
    assert (single.min_detectable_effect, single.required_n) == (None, None)


@given(paired, st.randoms())
def test_the_order_of_seeds_does_not_matter(
    pairs: dict[int, tuple[float, float]], order: random.Random
) -> None:
    shuffled = list(pairs.items())
    order.shuffle(shuffled)
    assert paired_difference(*sides(dict(shuffled))) == paired_difference(*sides(pairs))


@given(paired, st.floats(-50, 50).map(lambda value: round(value, 2)))
def test_what_is_added_to_both_sides_changes_no_difference(
    pairs: dict[int, tuple[float, float]], shift: float
) -> None:
    shifted = {seed: (one + shift, other + shift) for seed, (one, other) in pairs.items()}
    before, after = paired_difference(*sides(pairs)), paired_difference(*sides(shifted))
    assert before is not None
    assert after is not None
    assert after.mean == pytest.approx(before.mean, abs=1e-9)
    assert (after.interval is None) == (before.interval is None)
    if before.interval:
        assert ends(after.interval) == pytest.approx(ends(before.interval), abs=1e-6)


@given(paired)
def test_swapping_the_sides_changes_the_sign_alone(pairs: dict[int, tuple[float, float]]) -> None:
    ours, theirs = sides(pairs)
    forth, back = paired_difference(ours, theirs), paired_difference(theirs, ours)
    assert forth is not None
    assert back is not None
    assert back.mean == -forth.mean
    assert back.significant == forth.significant
    for one, other in (
        (forth.interval, back.interval),
        (forth.unpaired.interval, back.unpaired.interval),
    ):
        assert (one is None) == (other is None)
        if one:
            low, high = ends(other)
            assert ends(one) == pytest.approx((-high, -low), rel=1e-12, abs=1e-12)


@given(paired)
def test_every_interval_is_that_of_scipy(pairs: dict[int, tuple[float, float]]) -> None:
    ours, theirs = sides(pairs)
    found = paired_difference(ours, theirs)
    assert found is not None
    if found.interval:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # scipy's, where all differences are nearly alike
            expected = stats.ttest_rel(list(ours.values()), list(theirs.values()))
        low, high = expected.confidence_interval(0.95)
        assert ends(found.interval) == pytest.approx((low, high), rel=1e-9, abs=1e-9)
