"""The two sides of a comparison, by seed or by round of timing, or what is missing of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from shlex import quote

from netlab.errors import CheckError, NetlabError
from netlab.format import join_with_or
from netlab.lab.records import Entry, Run, StudyRecord, StudyVariant
from netlab.measures import MEASURES
from netlab.recipe.claims.checks import is_exact, is_timed, measures_of
from netlab.recipe.claims.syntax_tree import (
    Clause,
    Expression,
    MeasureRef,
    evaluate,
    measure_refs_in,
)
from netlab.recipe.loader import Recipe, load_recipe
from netlab.recipe.variants import Variant
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

    def __init__(self, study: StudyRecord, entries: Iterable[Entry], timings: TimingValues) -> None:
        self._study = study
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
            self._missing_timings(measured) if by == "round" else self._unfinished_runs(measured)
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
        steady = all(one.deterministic or one.static for one in measures_of(part))
        return (
            "round"
            if is_timed(part) or (steady and not self._missing_timings(measured))
            else "seed"
        )

    def _missing_timings(self, measured: Sequence[MeasureRef]) -> str:
        lacking = [one for one in measured if not self._values_of(one, "round")]
        if not lacking:
            return ""
        names = ", ".join(dict.fromkeys(one.variant for one in lacking))
        measures = " and ".join(dict.fromkeys(one.measure for one in lacking))
        seen = any(self._values_of(one, "seed") for one in lacking)
        unfit = "; what training showed of it is no measurement" if seen else ""
        return f"`{self._timing_command}` measures {measures} of {names}{unfit}"

    @cached_property
    def _timing_command(self) -> str:
        return _time_command(self._study)

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
        def side(expression: Expression, key: int) -> float:
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


def _time_command(study: StudyRecord) -> str:
    """The command that times `study` under its condition, as far as its recipe is found here."""
    name = study.recipe_file or study.name
    recipe = _load_if_found(name)
    if recipe is None:
        recipe = _load_if_found(Path(name).stem)
        alike = recipe is not None and _variant_names(recipe.variants) == _variant_names(
            study.variants
        )
        name = Path(name).stem if alike else name
    short = recipe is not None and _is_short_form(recipe, study.condition)
    return f"netlab time {quote(name)}{' --quick' if short else ''}"


def _load_if_found(name: str) -> Recipe | None:
    """The recipe called `name`, where there is one that can be read."""
    try:
        return load_recipe(name)
    except NetlabError:
        return None


def _variant_names(variants: Iterable[Variant | StudyVariant]) -> set[str]:
    return {variant.name for variant in variants}


def _is_short_form(recipe: Recipe, condition: str) -> bool:
    if recipe.quick is None:
        return False
    full, short = (
        form.specs(form.variants[0])[0].condition
        for form in (recipe, recipe.with_overrides(quick=True))
    )
    return full != condition == short
