"""Simulated studies of known truth: verdicts err as seldom, and find as often, as they say.

A small form of benchmarks/aa_test.py, which draws from a lab's own runs. All seeded.
"""

from __future__ import annotations

import random
from dataclasses import replace
from statistics import NormalDist

import pytest
from aa_test import RecordedRuns, SimulationSize, false_alarms, false_equivalence, planted
from report_cases import run

from netlab.report.stats.power import min_detectable_effect

STUDIES = 200
MOST = 0.05 + 2.33 * (0.05 * 0.95 / STUDIES) ** 0.5
"""What 1 % of simulations of a true 5 % exceed."""
LUCK = tuple(NormalDist(0, 0.9).inv_cdf((place + 0.5) / 40) for place in range(40))


@pytest.fixture(scope="module")
def pool() -> RecordedRuns:
    template = replace(run(0), results={"accuracy": 86.0})
    return RecordedRuns("accuracy", 86.0, LUCK, template)


def size(seeds: int, seed: int) -> SimulationSize:
    return SimulationSize(seeds, STUDIES, random.Random(seed))


def test_the_baseline_against_five_of_itself_is_seldom_a_difference(pool: RecordedRuns) -> None:
    found = false_alarms(pool, 5, size(3, 1))
    assert found.decided <= MOST
    assert found.marked <= MOST


def test_what_is_off_by_the_margin_is_seldom_called_equivalent(pool: RecordedRuns) -> None:
    assert false_equivalence(pool, size(5, 2)).supported <= MOST


@pytest.mark.parametrize(("seeds", "power"), [(3, 0.8), (5, 0.5)])
def test_planted_differences_are_found_with_the_power_that_is_claimed(
    pool: RecordedRuns, seeds: int, power: float
) -> None:
    difference = min_detectable_effect(pool.sd, seeds, power=power)
    found = planted(pool, difference, size(seeds, 3))
    chance = 2.58 * (power * (1 - power) / STUDIES) ** 0.5
    assert found.supported == pytest.approx(power, abs=chance)
    assert found.refuted == 0
