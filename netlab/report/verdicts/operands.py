"""The values of both sides of a clause, by seed or by round of timing, or what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from netlab.errors import CheckError
from netlab.format import join_with_or
from netlab.lab.db.timings import TimingValues
from netlab.lab.records import Entry, Run, StudyRecord
from netlab.measures import MEASURES
from netlab.recipe.claims.checks import is_from_timing, is_static, measures_of
from netlab.recipe.claims.syntax_tree import (
    CheckExpression,
    Clause,
    MeasureRef,
    evaluate,
    measure_refs_in,
)
from netlab.report.run_states import describe_unfinished, results_by_seed
from netlab.report.verdicts.verdict import Pairing


@dataclass(frozen=True)
class Operands:
    """The values of both sides of a clause; `missing` or `error` say why there are none.

    A clause on static measures alone has one pair of values, under the key 0.
    """

    clause: Clause
    paired_by: Pairing
    left: dict[int, float] = field(default_factory=dict)
    right: dict[int, float] = field(default_factory=dict)
    missing: str = ""
    """What has not been run or measured."""
    error: str = ""
    """Why the values cannot be calculated."""

    @property
    def n(self) -> int:
        return len(self.left)

    @property
    def means(self) -> tuple[float, float]:
        return fmean(self.left.values()), fmean(self.right.values())

    @property
    def differences(self) -> list[float]:
        """Left − right, for each pair."""
        return [left - self.right[key] for key, left in self.left.items()]

    @property
    def magnitude(self) -> float:
        return max(map(abs, (*self.left.values(), *self.right.values())))


class StudyValues:
    """Every measured and static value of a study under one condition."""

    def __init__(
        self, study: StudyRecord, entries: Iterable[Entry], timings: TimingValues, time_command: str
    ) -> None:
        self._static = {
            one.name: {"params": one.params, "macs": one.macs} for one in study.variants
        }
        self._runs: dict[str, list[Run]] = {}
        for entry in entries:
            self._runs.setdefault(entry.variant, []).append(entry.run)
        self._timings = timings
        self._time_command = time_command

    def operands(self, clause: Clause) -> Operands:
        """Both sides of `clause`, on the seeds or rounds that all its measured values share."""
        if is_static(clause):
            return self._evaluate(clause, "exact", [0], {})
        refs = [one for one in measure_refs_in(clause) if not MEASURES[one.measure].static]
        by = self._pairing(clause, refs)
        missing = self._missing_timings(refs) if by == "round" else self._unfinished_runs(refs)
        if missing:
            return Operands(clause, by, missing=missing)
        values = {ref: self._values_of(ref, by) for ref in refs}
        empty = [str(ref) for ref, own in values.items() if not own]
        if empty:
            return Operands(clause, by, missing=f"no run has measured {join_with_or(empty)}")
        shared = sorted(set.intersection(*(set(own) for own in values.values())))
        if not shared:
            names = " and ".join(dict.fromkeys(ref.variant for ref in refs))
            return Operands(clause, by, missing=f"{names} share no {by}")
        return self._evaluate(clause, by, shared, values)

    def _pairing(self, clause: Clause, refs: Sequence[MeasureRef]) -> Pairing:
        """By round for what only timing measures; memory too, where timing has measured it."""
        deterministic = all(one.deterministic or one.static for one in measures_of(clause))
        timed = is_from_timing(clause) or (deterministic and not self._untimed(refs))
        return "round" if timed else "seed"

    def _untimed(self, refs: Sequence[MeasureRef]) -> list[MeasureRef]:
        return [ref for ref in refs if not self._values_of(ref, "round")]

    def _missing_timings(self, refs: Sequence[MeasureRef]) -> str:
        """Which command would measure what is missing; empty where nothing is."""
        untimed = self._untimed(refs)
        if not untimed:
            return ""
        names = ", ".join(dict.fromkeys(ref.variant for ref in untimed))
        measures = " and ".join(dict.fromkeys(ref.measure for ref in untimed))
        seen = any(self._values_of(ref, "seed") for ref in untimed)
        unfit = "; what was seen during training does not count" if seen else ""
        return f"`{self._time_command}` measures {measures} of {names}{unfit}"

    def _unfinished_runs(self, refs: Sequence[MeasureRef]) -> str:
        """How many runs of these variants are done, and the state of the others; empty if all."""
        runs = {ref.variant: self._runs.get(ref.variant, []) for ref in refs}
        every = [run for own in runs.values() for run in own]
        done = sum(run.state == "done" for run in every)
        if done == len(every) and all(runs.values()):
            return ""
        states = "; ".join(
            f"{name}, {unfinished}" if own else f"{name}: none"
            for name, own in runs.items()
            if (unfinished := describe_unfinished(own))
        )
        return f"{done} of {len(every)} runs are done ({states})"

    def _values_of(self, ref: MeasureRef, by: Pairing) -> dict[int, float]:
        """The values of a measure, by round or by seed of the finished runs."""
        if by == "round":
            return dict(self._timings.get(ref.variant, {}).get(ref.measure, {}))
        return results_by_seed(self._runs.get(ref.variant, ()), ref.measure)

    def _evaluate(
        self,
        clause: Clause,
        by: Pairing,
        keys: Sequence[int],
        values: Mapping[MeasureRef, Mapping[int, float]],
    ) -> Operands:
        def side(expression: CheckExpression, key: int) -> float:
            return evaluate(
                expression,
                lambda ref: (
                    values[ref][key] if ref in values else self._static[ref.variant][ref.measure]
                ),
            )

        try:
            left = {key: side(clause.left, key) for key in keys}
            right = {key: side(clause.right, key) for key in keys}
        except CheckError as error:
            return Operands(clause, by, error=str(error))
        return Operands(clause, by, left, right)
