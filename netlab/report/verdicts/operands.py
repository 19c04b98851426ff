"""The two sides of a comparison, by seed or by round of timing, or what is missing of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from netlab.errors import CheckError
from netlab.format import join_with_or
from netlab.lab.records import Entry, Run, StudyRecord
from netlab.measures import MEASURES
from netlab.recipe.claims.checks import is_exact, is_timed, measures_of
from netlab.recipe.claims.syntax_tree import (
    CheckExpression,
    Clause,
    MeasureRef,
    evaluate,
    measure_refs_in,
)
from netlab.report.run_states import describe_unfinished
from netlab.report.verdicts.verdict import Pairing

TimingValues = Mapping[str, Mapping[str, Mapping[int, float]]]
"""`{variant: {measure: {round: value}}}`, as the lab gives them."""


@dataclass(frozen=True)
class Operands:
    """Both sides of a comparison; `missing` or `fault` say why there are none.

    Where everything is exact, there is one pair of values and its key says nothing.
    """

    paired_by: Pairing
    left: dict[int, float] = field(default_factory=dict)
    right: dict[int, float] = field(default_factory=dict)
    missing: str = ""
    """What has not been run or measured."""
    error: str = ""
    """Why the figures give no value."""


class StudyValues:
    """All figures of a study under one condition."""

    def __init__(
        self,
        study: StudyRecord,
        entries: Iterable[Entry],
        timings: TimingValues,
        time_command: str,
    ) -> None:
        self._time_command = time_command
        self._static = {
            one.name: {"params": one.params, "macs": one.macs} for one in study.variants
        }
        self._runs: dict[str, list[Run]] = {}
        for entry in entries:
            self._runs.setdefault(entry.variant, []).append(entry.run)
        self._timings = timings

    def operands(self, part: Clause) -> Operands:
        """Both sides of `part`, on the seeds or rounds that all its measured values share."""
        if is_exact(part):
            return self._evaluate(part, "exact", [0], {})
        measured = [one for one in measure_refs_in(part) if not MEASURES[one.measure].static]
        by = self._pairing(part, measured)
        missing = (
            self._timings_needed(measured) if by == "round" else self._unfinished_runs(measured)
        )
        if missing:
            return Operands(by, missing=missing)
        series = {one: self._values_of(one, by) for one in measured}
        empty = [str(one) for one, own in series.items() if not own]
        if empty:
            return Operands(by, missing=f"no run has measured {join_with_or(empty)}")
        shared = sorted(set.intersection(*(set(own) for own in series.values())))
        if not shared:
            names = " and ".join(dict.fromkeys(one.variant for one in measured))
            return Operands(by, missing=f"{names} share no {by}")
        return self._evaluate(part, by, shared, series)

    def _pairing(self, part: Clause, measured: Sequence[MeasureRef]) -> Pairing:
        """By round for what only timing measures; memory too, where timing has measured it."""
        deterministic = all(one.deterministic or one.static for one in measures_of(part))
        timed = is_timed(part) or (deterministic and not self._untimed(measured))
        return "round" if timed else "seed"

    def _untimed(self, measured: Sequence[MeasureRef]) -> list[MeasureRef]:
        return [one for one in measured if not self._values_of(one, "round")]

    def _timings_needed(self, measured: Sequence[MeasureRef]) -> str:
        """The command that would measure what is missing; empty where nothing is."""
        lacking = self._untimed(measured)
        if not lacking:
            return ""
        names = ", ".join(dict.fromkeys(one.variant for one in lacking))
        measures = " and ".join(dict.fromkeys(one.measure for one in lacking))
        seen = any(self._values_of(one, "seed") for one in lacking)
        unfit = "; what training showed of it is no measurement" if seen else ""
        return f"`{self._time_command}` measures {measures} of {names}{unfit}"

    def _unfinished_runs(self, measured: Sequence[MeasureRef]) -> str:
        """How many runs of these variants are done, and what became of the others."""
        variants = list(dict.fromkeys(one.variant for one in measured))
        runs = {name: self._runs.get(name, []) for name in variants}
        every = [run for own in runs.values() for run in own]
        done = sum(run.state == "done" for run in every)
        if done == len(every) and all(runs.values()):
            return ""
        why = "; ".join(
            f"{name}, {told}" if own else f"{name}: none"
            for name, own in runs.items()
            if (told := describe_unfinished(own))
        )
        return f"{done} of {len(every)} runs are done ({why})"

    def _values_of(self, value: MeasureRef, by: Pairing) -> dict[int, float]:
        """A measured value by round, or by seed of the finished runs."""
        if by == "round":
            found = dict(self._timings.get(value.variant, {}).get(value.measure, {}))
        else:
            found = {
                run.seed: run.results[value.measure]
                for run in self._runs.get(value.variant, [])
                if run.state == "done" and run.results.get(value.measure) is not None
            }
        return {key: one for key, one in found.items() if math.isfinite(one)}

    def _evaluate(
        self,
        part: Clause,
        by: Pairing,
        keys: Sequence[int],
        series: Mapping[MeasureRef, Mapping[int, float]],
    ) -> Operands:
        def side(expression: CheckExpression, key: int) -> float:
            return evaluate(
                expression,
                lambda one: (
                    series[one][key] if one in series else self._static[one.variant][one.measure]
                ),
            )

        try:
            left = {key: side(part.left, key) for key in keys}
            right = {key: side(part.right, key) for key in keys}
        except CheckError as error:
            return Operands(by, error=str(error))
        return Operands(by, left, right)
