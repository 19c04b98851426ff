"""Which combinations of its factors a study tries, by the name of its design."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations as subsets
from typing import Any

from netlab.recipe.study import BASELINE, DesignName

MAX_FACTORIAL_FACTORS = 6
"""Of a full factorial: 64 networks."""


@dataclass(frozen=True)
class Combination:
    """A network of the study: which factors are applied to the network as it stands."""

    name: str
    factors: tuple[str, ...]
    single_factor: str | None = None
    """The one factor that tells it from the baseline, if it is one."""


@dataclass(frozen=True)
class Design:
    """What was asked for, and what it makes."""

    name: DesignName = "one-factor"
    combinations: tuple[Combination, ...] = (Combination(BASELINE, ()),)
    """The baseline first."""

    def to_dict(self, factors: dict[str, Any]) -> dict[str, Any]:
        """As JSON values.

        `design` is its name, `factors` are as they are written, and `applied` says which of them
        each network has that the design makes.
        """
        applied = {one.name: list(one.factors) for one in self.combinations}
        return {"design": self.name, "factors": factors, "applied": applied}


def build_design(name: DesignName, factors: Sequence[str]) -> Design:
    """The networks that a design makes of its `factors`."""
    return Design(name, (_baseline(name, factors), *_COMBINATIONS[name](factors)))


def _baseline(name: DesignName, factors: Sequence[str]) -> Combination:
    return Combination(BASELINE, tuple(factors) if name == "leave-one-out" else ())


def _each_alone(factors: Sequence[str]) -> list[Combination]:
    return [Combination(factor, (factor,), factor) for factor in factors]


def _each_added(factors: Sequence[str]) -> list[Combination]:
    return [Combination(f"with-{factor}", (factor,), factor) for factor in factors]


def _each_left_out(factors: Sequence[str]) -> list[Combination]:
    return [
        Combination(f"without-{one}", tuple(f for f in factors if f != one), one) for one in factors
    ]


def _all_subsets(factors: Sequence[str]) -> list[Combination]:
    return [
        Combination("+".join(some), some, some[0] if size == 1 else None)
        for size in range(1, len(factors) + 1)
        for some in subsets(factors, size)
    ]


_COMBINATIONS = {
    "one-factor": _each_alone,
    "leave-one-out": _each_left_out,
    "add-one-in": _each_added,
    "factorial": _all_subsets,
}
