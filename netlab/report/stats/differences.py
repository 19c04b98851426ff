"""Differences from a baseline with their tests, from values by seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from netlab.report.stats.hypothesis_tests import (
    PairedTest,
    WelchTest,
    holm_adjust,
    paired_test,
    welch_test,
)
from netlab.report.stats.intervals import ALPHA, CONFIDENCE, Interval
from netlab.report.stats.power import min_detectable_effect, required_n


@dataclass(frozen=True)
class CorrectedTest:
    """A paired test of a family of `family_size`; `p_adjusted` is p after Holm's correction."""

    paired: PairedTest
    p_adjusted: float | None
    family_size: int

    @property
    def n(self) -> int:
        return self.paired.n

    @property
    def mean(self) -> float:
        return self.paired.mean

    @property
    def interval(self) -> Interval | None:
        """The paired t interval, not corrected; None if there is no test."""
        return self.paired.interval

    @property
    def no_test_reason(self) -> str | None:
        return self.paired.no_test_reason

    @property
    def significant(self) -> bool:
        return self.p_adjusted is not None and self.p_adjusted < ALPHA

    @property
    def min_detectable_effect(self) -> float | None:
        """The smallest true mean that a test of as many seeds would find with 80 % probability.

        Its level is α / `family_size`, that of the smallest p in Holm's method.
        """
        if self.paired.p is None or not self.paired.sd:
            return None
        return min_detectable_effect(self.paired.sd, self.n, alpha=ALPHA / self.family_size)

    @property
    def required_n(self) -> int | None:
        """How many seeds are needed to find a true mean of this size with 80 % probability.

        The level is α / `family_size`. None if there is no test, or above 1000 seeds.
        """
        if self.paired.p is None or not self.paired.sd:
            return None
        return required_n(self.paired.sd, self.mean, alpha=ALPHA / self.family_size)


@dataclass(frozen=True)
class Difference(CorrectedTest):
    """How a variant's values differ from the baseline's, paired by the seeds that both have.

    `unpaired` is Welch's test of all values of both; its mean can differ if the seeds do.
    """

    unpaired: WelchTest


def paired_difference(
    values: Mapping[int, float], baseline: Mapping[int, float], confidence: float = CONFIDENCE
) -> Difference | None:
    """`values` − `baseline`, paired by seed and not corrected; None if they share no seed."""
    shared = sorted(values.keys() & baseline.keys())
    if not shared:
        return None
    magnitude = max(abs(side[seed]) for side in (values, baseline) for seed in shared)
    differences = [values[seed] - baseline[seed] for seed in shared]
    paired = paired_test(differences, confidence=confidence, magnitude=magnitude)
    unpaired = welch_test([*values.values()], [*baseline.values()], confidence=confidence)
    return Difference(paired, paired.p, 1, unpaired)


def correct_family(family: Sequence[Difference | None]) -> tuple[Difference | None, ...]:
    """The same differences, each p corrected by Holm's method for their number.

    A difference that cannot be tested yet counts as a test with p = 1. So the family has its full
    size at once, and later runs of one variant cannot take back what another one has shown.
    """
    p_values = [one.paired.p if one else None for one in family]
    corrected = holm_adjust([1.0 if p is None else p for p in p_values])
    return tuple(
        replace(one, p_adjusted=None if one.paired.p is None else p, family_size=len(family))
        if one
        else None
        for one, p in zip(family, corrected, strict=True)
    )
