"""One study under one condition, read once for tables, claims, guides and the app."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from netlab.errors import NetlabError
from netlab.lab.db.timings import timing_values
from netlab.lab.records import Entry, Run, StudyInCondition, StudyRecord, TimingRound
from netlab.recipe.loader import load_recipe
from netlab.recipe.recipe import Recipe
from netlab.report.verdicts.judge import judge, needs_timing
from netlab.report.verdicts.verdict import Verdict
from netlab.suggest import command_line

if TYPE_CHECKING:
    from netlab.lab.store import Lab


@dataclass(frozen=True)
class StudyData:
    """A study with its runs and timings under one condition."""

    study: StudyRecord
    entries: tuple[Entry, ...]
    timings: Mapping[str, tuple[TimingRound, ...]] = field(default_factory=dict)
    """The rounds of each variant that was timed."""
    conditions: tuple[StudyInCondition, ...] = ()
    """All conditions of the study, the most recently entered first."""
    outdated: int = 0
    """How many finished runs are of networks that a change of the recipe has removed."""

    @property
    def condition(self) -> StudyInCondition:
        return next(one for one in self.conditions if one.condition == self.study.condition)

    @property
    def other_conditions(self) -> tuple[StudyInCondition, ...]:
        return tuple(one for one in self.conditions if one.condition != self.study.condition)

    @property
    def done_runs(self) -> dict[str, list[Run]]:
        """The finished runs of each variant that has any."""
        found: dict[str, list[Run]] = {}
        for entry in self.entries:
            if entry.run.state == "done":
                found.setdefault(entry.variant, []).append(entry.run)
        return found

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """A verdict for each claim, judged on first use."""
        timings = timing_values(self.timings)
        missing = needs_timing(self.study, timings)
        command = find_time_command(self.study) if missing else ""
        return judge(self.study, self.entries, timings, time_command=command)


def load_study(lab: Lab, study: str, condition: str | None = None) -> StudyData:
    """The study under `condition`, by default the one it was entered with last.

    Raises `LabError`, which names the nearest one, if the study or condition does not exist.
    """
    found = lab.studies.get(study, condition)
    return StudyData(
        study=found,
        entries=tuple(lab.runs.entries(study, found.condition)),
        timings=lab.timings.rounds(found),
        conditions=tuple(lab.studies.conditions(study)),
        outdated=lab.runs.count_outdated(study, found.condition),
    )


def find_time_command(study: StudyRecord) -> str:
    """The command that times `study` under its condition, with the recipe's name if it is found."""
    name = study.recipe_file or study.name
    recipe = _load_if_found(name)
    if recipe is None:
        # A recipe that comes with netlab is found by its name; it may have other variants by now.
        recipe = _load_if_found(Path(name).stem)
        if recipe and {one.name for one in recipe.variants} == {one.name for one in study.variants}:
            name = Path(name).stem
    quick = recipe is not None and _is_quick(recipe, study.condition)
    return command_line("time", name, *["--quick"] * quick)


def _load_if_found(name: str) -> Recipe | None:
    try:
        return load_recipe(name)
    except NetlabError:
        return None


def _is_quick(recipe: Recipe, condition: str) -> bool:
    """Whether `condition` belongs to the short form of the recipe and not to the full one."""
    if recipe.quick is None:
        return False
    return recipe.condition != condition == recipe.with_overrides(quick=True).condition
