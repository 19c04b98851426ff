"""Main effects and interactions of a full factorial.

Each factor has two levels, off and on. Each effect is a contrast of all variants, taken for each
seed. The effect of a factor is the mean of the variants that have it less the mean of those that
do not. The interaction of two factors is the effect of the one with the other, less its effect
without; that of three is the interaction of two with the third, less the one without, and so on.
These are the coefficients of an ordinary least-squares fit with each factor coded −½ and +½.
The tests are paired by seed: a seed gives all its variants the same start, so what it adds to all
of them alike cancels out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from netlab.report.stats.differences import CorrectedTest
from netlab.report.stats.hypothesis_tests import holm_adjust, paired_test


@dataclass(frozen=True)
class Effect(CorrectedTest):
    """A main effect (one factor) or an interaction (several), by seed and tested over seeds.

    The family is all effects of the design that could be tested.
    """

    factors: tuple[str, ...]
    contrasts: dict[int, float]

    @property
    def name(self) -> str:
        """`groups`, or `groups × se` for an interaction."""
        return " × ".join(self.factors)


def factorial_effects(
    values: Mapping[str, Mapping[int, float]], factors: Mapping[str, frozenset[str]]
) -> tuple[Effect, ...]:
    """Main effects, then interactions by rising order, on the seeds that all variants have.

    `values` are a measure's by variant and seed, `factors` the factors that each variant has on;
    their order in the result is that in which variants first bring them in. Empty where no seed
    has a value for every variant. Raises `ValueError` unless the variants are every combination
    of the factors, each once.
    """
    cells = _variants_by_factors(factors)
    seeds = set.intersection(*({*values.get(variant, {})} for variant in cells.values()))
    if not seeds:
        return ()
    size = max(abs(values[variant][seed]) for variant in cells.values() for seed in seeds)
    contrasts = {
        subset: {seed: _contrast(subset, cells, values, seed) for seed in sorted(seeds)}
        for subset in _subsets(factors)
    }
    tests = [paired_test([*one.values()], magnitude=size) for one in contrasts.values()]
    adjusted = holm_adjust([test.p for test in tests])
    family_size = sum(test.p is not None for test in tests)
    return tuple(
        Effect(test, p, family_size, subset, own)
        for (subset, own), test, p in zip(contrasts.items(), tests, adjusted, strict=True)
    )


def _variants_by_factors(factors: Mapping[str, frozenset[str]]) -> dict[frozenset[str], str]:
    """The variant of each combination of factors."""
    names = frozenset[str]().union(*factors.values())
    cells = {some: variant for variant, some in factors.items()}
    if not names or len(cells) != len(factors) or len(cells) != 2 ** len(names):
        raise ValueError("a full factorial has one variant for each combination of its factors")
    return cells


def _subsets(factors: Mapping[str, frozenset[str]]) -> list[tuple[str, ...]]:
    """Every set of factors but the empty one: single ones first, then pairs."""
    single = [next(iter(some)) for some in factors.values() if len(some) == 1]
    return [some for size in range(1, len(single) + 1) for some in combinations(single, size)]


def _contrast(
    some: tuple[str, ...],
    cells: Mapping[frozenset[str], str],
    values: Mapping[str, Mapping[int, float]],
    seed: int,
) -> float:
    """Σ ± y over all variants, divided by how many the mean on each side is taken over.

    A variant's sign is + where it lacks an even number of the factors.
    """
    total = 0.0
    for on, variant in cells.items():
        lacking = sum(factor not in on for factor in some)
        total += -values[variant][seed] if lacking % 2 else values[variant][seed]
    return total * (1 << len(some)) / len(cells)
