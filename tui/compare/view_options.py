"""The options of a view on a study, as an immutable value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

SeedMode = Literal["mean", "each", "apart"]
SEED_MODES: dict[SeedMode, str] = {
    "mean": "means over seeds",
    "each": "means and each seed",
    "apart": "seed by seed",
}
"""How seeds are shown: one line for each variant, seeds below each variant, or grouped by seed."""

COST_AXES = ("macs", "params", "train_time", "memory")
"""The measures that accuracy can be plotted against."""

CURVE_KINDS = ("val_accuracy", "val_loss", "train_accuracy", "train_loss")
"""The measures whose curves can be shown."""


@dataclass(frozen=True)
class ViewOptions:
    """The choices made for one study."""

    measures: tuple[str, ...] | None = None
    """The columns; None for the usual ones."""
    baseline: str | None = None
    """The variant that differences are taken from; None for the study's own baseline."""
    differences_only: bool = False
    """Show only columns in which something differs."""
    sort_key: str | None = None
    """The key of the column to sort by; None for the order of the recipe."""
    sort_reversed: bool = False
    """Whether that order is reversed."""
    search: str = ""
    """The text that a variant, its changes or its reason must contain."""
    seeds: SeedMode = "mean"

    def sorted_by(self, key: str) -> ViewOptions:
        """Sort by `key`; a second time, in reverse; a third time, in the order of the recipe."""
        if self.sort_key != key:
            return replace(self, sort_key=key, sort_reversed=False)
        return (
            replace(self, sort_reversed=True)
            if not self.sort_reversed
            else replace(self, sort_key=None)
        )

    def with_next_seed_mode(self) -> ViewOptions:
        """The same options with the next way to show seeds."""
        ways = list(SEED_MODES)
        return replace(self, seeds=ways[(ways.index(self.seeds) + 1) % len(ways)])
