"""Confidence intervals for a mean difference, the level of all tests, and Student's t."""

from __future__ import annotations

from dataclasses import dataclass

ALPHA = 0.05
"""The accepted chance of a false alarm."""
CONFIDENCE = 1 - ALPHA
"""Coverage of every interval."""
NO_TEST_ONE_PAIR = "n = 1: no claim"
"""Shown in place of an interval where there is only one pair of runs."""
NO_TEST_NO_SPREAD = "no spread: no interval"
"""Shown in place of an interval where all differences are equal, so that t is undefined."""
RELATIVE_ROUNDING_ERROR = 1e-12
"""A spread below this share of the values is floating-point noise."""


@dataclass(frozen=True)
class Interval:
    """A two-sided confidence interval for a mean difference."""

    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether all of it lies on one side of zero."""
        return self.low > 0 or self.high < 0


def t_interval(
    centre: float, standard_error: float, degrees_of_freedom: float, confidence: float
) -> Interval:
    """`centre` ± t × `standard_error`, with t the quantile of Student's distribution."""
    from scipy.special import stdtrit  # a fraction of what importing scipy.stats takes

    reach = float(stdtrit(degrees_of_freedom, (1 + confidence) / 2)) * standard_error
    return Interval(centre - reach, centre + reach)


def student_t_cdf(t: float, degrees_of_freedom: float) -> float:
    """The chance that Student's t lies below `t`."""
    from scipy.special import stdtr

    return float(stdtr(degrees_of_freedom, t))
