"""From values by seed to means, spreads and differences with their intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean, stdev

from netlab.report.intervals import CONFIDENCE, NO_SPREAD, ONE_SEED, Interval
from netlab.report.significance import paired_test, welch_test

__all__ = [
    "CONFIDENCE",
    "NO_SPREAD",
    "ONE_SEED",
    "Difference",
    "Interval",
    "Summary",
    "difference",
    "summarize",
    "welch",
]


@dataclass(frozen=True)
class Summary:
    """Mean and sample standard deviation (divisor n − 1) of n values; no SD where n is 1."""

    n: int
    mean: float
    sd: float | None


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
    size = max(abs(side[seed]) for side in (values, baseline) for seed in shared)
    test = paired_test(
        [values[seed] - baseline[seed] for seed in shared], confidence=confidence, size=size
    )
    return Difference(
        test.n, test.mean, test.interval, welch(values, baseline, confidence), test.says
    )


def welch(
    values: Mapping[int, float], baseline: Mapping[int, float], confidence: float = CONFIDENCE
) -> Interval | None:
    """The Welch interval for the difference of the two means, seeds taken as unrelated.

    None where either side has fewer than two values, or neither has any spread.
    """
    if not (values and baseline):
        return None
    return welch_test([*values.values()], [*baseline.values()], confidence=confidence).interval
