"""From values by seed to means, spreads and differences with their intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean, stdev

CONFIDENCE = 0.95
"""Coverage of every interval."""
ONE_SEED = "n = 1: no claim"
"""What stands in place of an interval where there is only one pair of runs."""
NO_SPREAD = "no spread: no interval"
"""What stands there where every seed gives the same difference, so that t is undefined."""
ROUNDING = 1e-12
"""A spread below this share of the values is floating-point noise, not spread."""


@dataclass(frozen=True)
class Summary:
    """Mean and sample standard deviation (divisor n − 1) of n values; no SD where n is 1."""

    n: int
    mean: float
    sd: float | None


@dataclass(frozen=True)
class Interval:
    """A two-sided confidence interval for a mean difference."""

    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether all of it lies on one side of zero."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Difference:
    """How a variant's values differ from the baseline's on the seeds that both have.

    `mean` is the mean of variant − baseline over `n` seeds, `interval` its paired t interval;
    `welch` is the Welch interval of the two sets of values, taken as if unpaired, over all
    seeds of each, and so need not be centred on `mean`. An interval that cannot be had is
    None, and `says` tells why.
    """

    n: int
    mean: float
    interval: Interval | None
    welch: Interval | None
    says: str | None

    @property
    def clear(self) -> bool:
        """Whether the paired interval excludes zero."""
        return self.interval is not None and self.interval.excludes_zero


def summarize(values: Mapping[int, float]) -> Summary | None:
    """Mean and SD of the values by seed, whatever their order; None where there are none."""
    if not values:
        return None
    numbers = list(values.values())
    return Summary(len(numbers), fmean(numbers), stdev(numbers) if len(numbers) > 1 else None)


def difference(
    values: Mapping[int, float], baseline: Mapping[int, float], confidence: float = CONFIDENCE
) -> Difference | None:
    """`values` − `baseline`, paired by seed; None where they share no seed."""
    shared = sorted(values.keys() & baseline.keys())
    if not shared:
        return None
    summary = summarize({seed: values[seed] - baseline[seed] for seed in shared})
    assert summary is not None
    size = max(abs(side[seed]) for side in (values, baseline) for seed in shared)
    interval = None
    if summary.sd is not None and summary.sd > ROUNDING * size:
        error = summary.sd / math.sqrt(summary.n)
        interval = _interval(summary.mean, error, summary.n - 1, confidence)
    says = ONE_SEED if summary.n == 1 else NO_SPREAD if interval is None else None
    return Difference(summary.n, summary.mean, interval, welch(values, baseline, confidence), says)


def welch(
    values: Mapping[int, float], baseline: Mapping[int, float], confidence: float = CONFIDENCE
) -> Interval | None:
    """The Welch interval for the difference of the two means, seeds taken as unrelated.

    None where either side has fewer than two values, or neither has any spread.
    """
    ours, theirs = summarize(values), summarize(baseline)
    if ours is None or theirs is None or ours.sd is None or theirs.sd is None:
        return None
    size = max(abs(value) for side in (values, baseline) for value in side.values())
    if max(ours.sd, theirs.sd) <= ROUNDING * size:
        return None
    one, other = ours.sd**2 / ours.n, theirs.sd**2 / theirs.n
    freedom = (one + other) ** 2 / (one**2 / (ours.n - 1) + other**2 / (theirs.n - 1))
    return _interval(ours.mean - theirs.mean, math.sqrt(one + other), freedom, confidence)


def _interval(centre: float, error: float, freedom: float, confidence: float) -> Interval:
    """`centre` ± t × `error`, t being the quantile of Student's distribution."""
    from scipy.special import stdtrit  # a fraction of what importing scipy.stats takes

    reach = float(stdtrit(freedom, (1 + confidence) / 2)) * error
    return Interval(centre - reach, centre + reach)
