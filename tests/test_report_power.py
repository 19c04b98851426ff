"""Power: published examples, and answers that agree with each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from netlab.report.stats.power import min_detectable_effect, power_of, required_n

spreads = st.floats(0.01, 10)


def test_published_examples() -> None:
    # Cohen (1988), as in the manual of R's pwr:
    # pwr.t.test(d = 0.2, n = 60, sig.level = 0.10, type = "one.sample") gives 0.4555818
    assert power_of(1.0, 60, 0.2, alpha=0.10) == pytest.approx(0.4555818, abs=5e-8)
    # G*Power's manual, two dependent means: d_z = 0.5, α = 0.05, power 0.8 needs 34 pairs
    assert required_n(1.0, 0.5) == 34


@given(spreads, st.integers(2, 60), st.floats(0, 5))
def test_power_is_what_the_noncentral_t_of_scipy_gives(sd: float, n: int, d: float) -> None:
    critical = stats.t.ppf(0.975, n - 1)
    shift = d * n**0.5
    expected = stats.nct.sf(critical, n - 1, shift) + stats.nct.cdf(-critical, n - 1, shift)
    if expected == expected:
        assert power_of(sd, n, d * sd) == pytest.approx(expected, abs=1e-9)


@given(spreads, st.integers(2, 100), st.sampled_from([0.5, 0.8, 0.95]))
def test_the_detectable_difference_is_detected_with_just_that_power(
    sd: float, n: int, power: float
) -> None:
    smallest = min_detectable_effect(sd, n, power=power)
    assert power_of(sd, n, smallest) == pytest.approx(power, abs=1e-9)
    assert power_of(sd, n, -smallest) == pytest.approx(power, abs=1e-9)


@given(spreads, st.floats(0.2, 5))
def test_one_seed_fewer_than_needed_is_too_few(sd: float, d: float) -> None:
    n = required_n(sd, d * sd)
    assert n is not None
    assert power_of(sd, n, d * sd) >= 0.8
    assert n == 2 or power_of(sd, n - 1, d * sd) < 0.8


def test_no_number_of_seeds_finds_nothing() -> None:
    assert required_n(1.0, 0.0) is None
    assert required_n(1.0, 1e-3) is None


def test_without_spread_there_is_no_power_to_speak_of() -> None:
    for call in (lambda: min_detectable_effect(0.0, 3), lambda: required_n(0.0, 1.0)):
        with pytest.raises(ValueError, match="spread above zero"):
            call()
    with pytest.raises(ValueError, match="at least two seeds"):
        power_of(1.0, 1, 1.0)
