"""What a person asked to see of a study: an immutable value, from which the view is made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Seeds = Literal["mean", "each", "apart"]
SEEDS: dict[Seeds, str] = {
    "mean": "means over seeds",
    "each": "means and each seed",
    "apart": "seed by seed",
}
"""How seeds are shown: one line for each variant, its seeds below it, or grouped by seed."""

AXES = ("macs", "params", "train_time", "memory")
"""What accuracy can be plotted against."""

CURVES = ("val_accuracy", "val_loss", "train_accuracy", "train_loss")
"""Which curves can be laid over each other."""


@dataclass(frozen=True)
class Wanted:
    """The choices made for one study."""

    measures: tuple[str, ...] | None = None
    """The columns; None for the usual ones."""
    baseline: str | None = None
    """The variant that differences are taken from; None for the study's own."""
    differing: bool = False
    """Only the columns in which something differs."""
    order: str | None = None
    """The key of the column to sort by; None for the order of the recipe."""
    turned: bool = False
    """Whether that order is turned round."""
    search: str = ""
    """What the variants, their changes or reasons must contain."""
    seeds: Seeds = "mean"

    def sorted_by(self, key: str) -> Wanted:
        """Sorted by `key`; if it is already, turned round; then again as in the recipe."""
        if self.order != key:
            return replace(self, order=key, turned=False)
        return replace(self, turned=True) if not self.turned else replace(self, order=None)

    def with_next_seeds(self) -> Wanted:
        """Seeds shown in the next way."""
        ways = list(SEEDS)
        return replace(self, seeds=ways[(ways.index(self.seeds) + 1) % len(ways)])
