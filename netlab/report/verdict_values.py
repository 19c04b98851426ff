"""The two sides of a comparison, by seed or by round of timing, or what is missing of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from shlex import quote

from netlab.errors import CheckError, NetlabError, one_of
from netlab.lab.records import Entry, Run, Study, StudyVariant
from netlab.measures import MEASURES
from netlab.recipe.checks import is_exact, is_timed, measures_of
from netlab.recipe.checks_tree import Expression, Part, Value, evaluate, values_of
from netlab.recipe.recipe import Recipe, load_recipe
from netlab.recipe.variants import Variant
from netlab.report.verdict import Pairing
from netlab.report.words import not_done_in_words

Timings = Mapping[str, Mapping[str, Mapping[int, float]]]
"""`{variant: {measure: {round: value}}}`, as the lab gives them."""


@dataclass(frozen=True)
class Sides:
    """Both sides of a comparison; `missing` or `fault` say why there are none.

    Where everything is exact, there is one pair of values and its key says nothing.
    """

    by: Pairing
    left: dict[int, float] = field(default_factory=dict)
    right: dict[int, float] = field(default_factory=dict)
    missing: str = ""
    """What has not been run or measured."""
    fault: str = ""
    """Why the figures give no value."""


class Figures:
    """All figures of a study under one condition."""

    def __init__(self, study: Study, entries: Iterable[Entry], timings: Timings) -> None:
        self._study = study
        self._exact = {one.name: {"params": one.params, "macs": one.macs} for one in study.variants}
        self._runs: dict[str, list[Run]] = {}
        for entry in entries:
            self._runs.setdefault(entry.variant, []).append(entry.run)
        self._timings = timings

    def sides(self, part: Part) -> Sides:
        """Both sides of `part`, on the seeds or rounds that all its measured values share."""
        if is_exact(part):
            return self._calculated(part, "exact", [0], {})
        measured = [one for one in values_of(part) if not MEASURES[one.measure].exact]
        by = self._pairing(part, measured)
        missing = self._untimed(measured) if by == "round" else self._unfinished(measured)
        if missing:
            return Sides(by, missing=missing)
        series = {one: self._series(one, by) for one in measured}
        empty = [str(one) for one, own in series.items() if not own]
        if empty:
            return Sides(by, missing=f"no run has measured {one_of(empty)}")
        shared = sorted(set.intersection(*(set(own) for own in series.values())))
        if not shared:
            names = " and ".join(dict.fromkeys(one.variant for one in measured))
            return Sides(by, missing=f"{names} share no {by}")
        return self._calculated(part, by, shared, series)

    def _pairing(self, part: Part, measured: Sequence[Value]) -> Pairing:
        """By round for what only timing measures; memory too, where timing has measured it."""
        steady = all(one.steady or one.exact for one in measures_of(part))
        return "round" if is_timed(part) or (steady and not self._untimed(measured)) else "seed"

    def _untimed(self, measured: Sequence[Value]) -> str:
        lacking = [one for one in measured if not self._series(one, "round")]
        if not lacking:
            return ""
        names = ", ".join(dict.fromkeys(one.variant for one in lacking))
        measures = " and ".join(dict.fromkeys(one.measure for one in lacking))
        seen = any(self._series(one, "seed") for one in lacking)
        unfit = "; what training showed of it is no measurement" if seen else ""
        return f"`{self._time_it}` measures {measures} of {names}{unfit}"

    @cached_property
    def _time_it(self) -> str:
        return _time_command(self._study)

    def _unfinished(self, measured: Sequence[Value]) -> str:
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
            if (told := not_done_in_words(own))
        )
        return f"{done} of {len(every)} runs are done ({why})"

    def _series(self, value: Value, by: Pairing) -> dict[int, float]:
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

    def _calculated(
        self,
        part: Part,
        by: Pairing,
        keys: Sequence[int],
        series: Mapping[Value, Mapping[int, float]],
    ) -> Sides:
        def side(expression: Expression, key: int) -> float:
            return evaluate(
                expression,
                lambda one: (
                    series[one][key] if one in series else self._exact[one.variant][one.measure]
                ),
            )

        try:
            left = {key: side(part.left, key) for key in keys}
            right = {key: side(part.right, key) for key in keys}
        except CheckError as error:
            return Sides(by, fault=str(error))
        return Sides(by, left, right)


def _time_command(study: Study) -> str:
    """The command that times `study` under its condition, as far as its recipe is found here."""
    name = study.recipe_file or study.name
    recipe = _found(name)
    if recipe is None:
        recipe = _found(Path(name).stem)
        alike = recipe is not None and _names(recipe.variants) == _names(study.variants)
        name = Path(name).stem if alike else name
    short = recipe is not None and _is_short_form(recipe, study.condition)
    return f"netlab time {quote(name)}{' --quick' if short else ''}"


def _found(name: str) -> Recipe | None:
    """The recipe called `name`, where there is one that can be read."""
    try:
        return load_recipe(name)
    except NetlabError:
        return None


def _names(variants: Iterable[Variant | StudyVariant]) -> set[str]:
    return {variant.name for variant in variants}


def _is_short_form(recipe: Recipe, condition: str) -> bool:
    if recipe.quick is None:
        return False
    full, short = (
        form.specs(form.variants[0])[0].condition for form in (recipe, recipe.but(quick=True))
    )
    return full != condition == short
