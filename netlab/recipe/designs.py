"""Which combinations of its factors a study tries, by the name of its design."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations as subsets
from typing import Any

from netlab.recipe.study import BASELINE, DesignName

MAX_FACTORIAL_FACTORS = 6
"""A full factorial of so many has 64 networks."""


@dataclass(frozen=True)
class Combination:
    """A network of the study: which factors are applied to the network as it stands."""

    name: str
    factors: tuple[str, ...]
    single_factor: str | None = None
    """The factor in which it differs from the baseline, if it is one alone."""


@dataclass(frozen=True)
class Design:
    """How factors are combined, and the networks that this makes, the baseline first."""

    name: DesignName
    combinations: tuple[Combination, ...]

    def to_dict(self, factors: dict[str, Any]) -> dict[str, Any]:
        """As JSON values: the name, `factors` as they are written, those `applied` to each network."""
        applied = {one.name: list(one.factors) for one in self.combinations}
        return {"design": self.name, "factors": factors, "applied": applied}


def build_design(name: DesignName, factors: Sequence[str]) -> Design:
    """The networks that a design makes of its `factors`."""
    base: tuple[str, ...] = ()
    match name:
        case "one-factor":
            made = [Combination(one, (one,), one) for one in factors]
        case "add-one-in":
            made = [Combination(f"with-{one}", (one,), one) for one in factors]
        case "leave-one-out":
            base = tuple(factors)
            made = [
                Combination(f"without-{one}", tuple(f for f in factors if f != one), one)
                for one in factors
            ]
        case "factorial":
            made = [
                Combination("+".join(some), some, some[0] if size == 1 else None)
                for size in range(1, len(factors) + 1)
                for some in subsets(factors, size)
            ]
    return Design(name, (Combination(BASELINE, base), *made))
