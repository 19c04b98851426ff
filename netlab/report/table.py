"""The table that every rendering reads: immutable values, nothing formatted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from netlab.lab.records import Run
from netlab.measures import Measure
from netlab.recipe.run_spec import RunSpec
from netlab.report.stats.differences import Difference
from netlab.report.stats.factorial_effects import Effect, factorial_effects
from netlab.report.verdicts.verdict import Verdict


@dataclass(frozen=True)
class MeasureColumn:
    """A measure as a column; with `detail`, its SD and its difference are shown beside it.

    Values are paired by seed if they come from runs, by round if they come from `netlab time`.
    """

    measure: Measure
    detail: bool
    paired_by: Literal["seed", "round"] = "seed"


@dataclass(frozen=True)
class MeasureCell:
    """One measure of one variant, in the measure's plain unit.

    `value` is static, or the mean over `n` finished runs or rounds; `values` holds each of these
    by seed or round. `difference` is from the baseline; None for the baseline itself and where
    nothing can be compared.
    """

    value: float | None
    sd: float | None = None
    n: int = 0
    values: dict[int, float] = field(default_factory=dict)
    difference: Difference | None = None


@dataclass(frozen=True)
class VariantRow:
    """A variant with all its runs, in whatever state."""

    variant: str
    baseline: bool
    because: str
    changes: tuple[str, ...]
    runs: tuple[Run, ...]
    """Sorted by seed."""
    cells: tuple[MeasureCell, ...]
    not_done: str
    """The states of the runs without a result, in words; empty where all are done."""

    @property
    def done_runs(self) -> tuple[Run, ...]:
        """The finished runs, which means and differences are taken over."""
        return tuple(run for run in self.runs if run.state == "done")


@dataclass(frozen=True)
class Table:
    """A study under one condition, baseline first; `cautions` and `notes` are shown under it."""

    study: str
    question: str
    columns: tuple[MeasureColumn, ...]
    rows: tuple[VariantRow, ...]
    cautions: tuple[str, ...]
    notes: tuple[str, ...]
    factors: dict[str, frozenset[str]] = field(default_factory=dict)
    """In a full factorial, the factors that each variant has on; empty for other designs."""
    claims: tuple[Verdict, ...] = ()

    @property
    def runs(self) -> tuple[Run, ...]:
        """Every run, in the order of the rows."""
        return tuple(run for row in self.rows for run in row.runs)

    @property
    def seeds(self) -> tuple[int, ...]:
        return tuple(sorted({run.seed for run in self.runs}))

    def effects(self, index: int) -> tuple[Effect, ...]:
        """A full factorial's effects on the measure in column `index`; empty for other designs."""
        if not self.factors:
            return ()
        values = {row.variant: row.cells[index].values for row in self.rows}
        return factorial_effects(values, self.factors)

    @property
    def spec(self) -> RunSpec | None:
        """A spec with the data and protocol that all runs share; None where there are no runs."""
        return self.runs[0].spec if self.runs else None
