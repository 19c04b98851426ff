"""Main effects and interactions: least squares to 1e-9, whatever the order."""

from __future__ import annotations

import random
from itertools import combinations
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlab.report.stats.factorial_effects import Effect, factorial_effects

Values = dict[str, dict[int, float]]
Design = dict[str, frozenset[str]]


def design(*names: str) -> Design:
    """Every combination of the factors, named as recipes name them: `baseline`, `a`, `a+b` …"""
    on = [some for size in range(len(names) + 1) for some in combinations(names, size)]
    return {"+".join(some) or "baseline": frozenset(some) for some in on}


ab = design("a", "b")


def drawn(factors: Design, seeds: int, draw: random.Random) -> Values:
    return {v: {seed: round(draw.gauss(80, 3), 2) for seed in range(seeds)} for v in factors}


def by_name(effects: tuple[Effect, ...]) -> dict[str, Effect]:
    return {effect.name: effect for effect in effects}


def test_two_factors_by_hand() -> None:
    values = {"baseline": {0: 80.0}, "a": {0: 83.0}, "b": {0: 81.0}, "a+b": {0: 90.0}}
    found = {name: one.paired.mean for name, one in by_name(factorial_effects(values, ab)).items()}
    # a: (83 + 90)/2 − (80 + 81)/2; b alike; a with b does 9, without it 3
    assert found == {"a": 6.0, "b": 4.0, "a × b": 6.0}


@pytest.mark.parametrize("names", [("a",), ("a", "b"), ("groups", "se", "shortcut")])
def test_effects_are_the_coefficients_of_ordinary_least_squares(names: tuple[str, ...]) -> None:
    factors = design(*names)
    values = drawn(factors, 5, random.Random(1))
    effects = factorial_effects(values, factors)
    rows, results = [], []
    for variant, on in factors.items():
        coded = {name: 0.5 if name in on else -0.5 for name in names}
        for value in values[variant].values():
            rows.append([1.0, *(prod(coded[f] for f in one.factors) for one in effects)])
            results.append(value)
    fitted = np.linalg.lstsq(np.array(rows), np.array(results), rcond=None)[0]
    assert len(effects) == 2 ** len(names) - 1
    assert [one.paired.mean for one in effects] == pytest.approx(list(fitted[1:]), abs=1e-9)


@given(st.randoms())
def test_the_order_of_variants_and_seeds_does_not_matter(order: random.Random) -> None:
    factors = design("a", "b", "c")
    values = drawn(factors, 3, random.Random(2))
    names = list(factors)
    order.shuffle(names)
    turned: Values = {}
    for name in names:
        seeds = list(values[name].items())
        order.shuffle(seeds)
        turned[name] = dict(seeds)
    expected = {frozenset(e.factors): e for e in factorial_effects(values, factors)}
    for found in factorial_effects(turned, {name: factors[name] for name in names}):
        same = expected[frozenset(found.factors)]
        assert found.contrasts == pytest.approx(same.contrasts, abs=1e-9)
        assert found.p_adjusted == pytest.approx(same.p_adjusted, abs=1e-9)


def test_what_a_seed_adds_to_all_its_variants_is_no_effect() -> None:
    values = drawn(ab, 4, random.Random(3))
    lucky = {v: {s: y + 10 * s for s, y in seeds.items()} for v, seeds in values.items()}
    for one, other in zip(factorial_effects(values, ab), factorial_effects(lucky, ab), strict=True):
        assert other.paired.p == pytest.approx(one.paired.p, abs=1e-9)


def test_only_seeds_of_every_variant_count() -> None:
    values = drawn(ab, 3, random.Random(4))
    del values["a"][1]
    assert {*factorial_effects(values, ab)[0].contrasts} == {0, 2}
    assert factorial_effects({**values, "b": {}}, ab) == ()


def test_p_is_adjusted_over_all_effects() -> None:
    effects = factorial_effects(drawn(ab, 5, random.Random(5)), ab)
    smallest = min(one.paired.p or 1 for one in effects)
    assert min(one.p_adjusted or 1 for one in effects) == pytest.approx(min(1, 3 * smallest))


@pytest.mark.parametrize(
    "factors",
    [
        {"baseline": frozenset[str]()},
        {"baseline": frozenset[str](), "a": frozenset("a"), "b": frozenset("b")},
        {**ab, "again": frozenset("a")},
    ],
)
def test_what_is_no_full_factorial_is_an_error(factors: Design) -> None:
    with pytest.raises(ValueError, match="one variant for each combination"):
        factorial_effects({}, factors)
