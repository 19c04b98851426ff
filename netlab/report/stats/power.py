"""What a number of seeds can show: power, smallest detectable difference, seeds required.

All for the two-sided paired t test, by the noncentral t distribution. The standard deviation is
that of the differences by seed. From a few seeds it is a rough estimate, and so are these figures.
"""

from __future__ import annotations

import math
from functools import cache

from netlab.report.stats.intervals import ALPHA

TARGET_POWER = 0.8
"""The usual chance of finding a true difference."""
MAX_REQUIRED_N = 1000
"""A larger number of seeds is not suggested."""


def power_of(sd: float, n: int, difference: float, *, alpha: float = ALPHA) -> float:
    """The chance that n seeds show a true mean difference.

    Raises `ValueError` for a spread that is not above zero or fewer than two seeds.
    """
    if not sd > 0 or n < 2:
        raise ValueError("power needs a spread above zero and at least two seeds")
    return _power_of_t_test(abs(difference) / sd * math.sqrt(n), n, alpha)


def min_detectable_effect(
    sd: float, n: int, *, alpha: float = ALPHA, power: float = TARGET_POWER
) -> float:
    """The smallest true mean difference that n seeds show with the chance `power`.

    Raises `ValueError` for a spread that is not above zero or fewer than two seeds.
    """
    if not sd > 0 or n < 2:
        raise ValueError("power needs a spread above zero and at least two seeds")
    return _noncentrality(n, alpha, power) * sd / math.sqrt(n)


def required_n(
    sd: float, difference: float, *, alpha: float = ALPHA, power: float = TARGET_POWER
) -> int | None:
    """How many seeds show such a true mean difference with the chance `power`; at least 2.

    None for no difference, or where it would take more than 1000. Raises `ValueError` for a
    spread that is not above zero.
    """
    if not difference:
        return None

    def enough(n: int) -> bool:
        return power_of(sd, n, difference, alpha=alpha) >= power

    low, high = 1, 2
    while not enough(high):
        if high >= MAX_REQUIRED_N:
            return None
        low, high = high, min(2 * high, MAX_REQUIRED_N)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


@cache
def _noncentrality(n: int, alpha: float, power: float) -> float:
    """The true mean, in standard errors, that is found with the chance `power`.

    By bisection, to the last bit.
    """
    low, high = 0.0, 1.0
    while _power_of_t_test(high, n, alpha) < power:
        low, high = high, 2 * high
    while low < (middle := (low + high) / 2) < high:
        low, high = (low, middle) if _power_of_t_test(middle, n, alpha) >= power else (middle, high)
    return high


def _power_of_t_test(shift: float, n: int, alpha: float) -> float:
    """The chance of |t| beyond the critical value where the true mean is `shift` standard errors."""
    from scipy.special import stdtrit

    critical = float(stdtrit(n - 1, 1 - alpha / 2))
    return 1 - _noncentral_t_cdf(critical, shift, n) + _noncentral_t_cdf(-critical, shift, n)


def _noncentral_t_cdf(t: float, shift: float, n: int) -> float:
    """The chance of a noncentral t below `t`; scipy gives NaN for some that are almost zero."""
    from scipy.special import nctdtr

    chance = float(nctdtr(n - 1, shift, t))
    return 0.0 if math.isnan(chance) else chance
