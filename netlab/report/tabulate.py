"""From what the lab holds about a study to one table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from netlab.lab.db.timings import TimingValues, timing_values
from netlab.lab.records import Condition, Entry, StudyRecord, StudyVariant, TimingRound
from netlab.measures import DEFAULT_MEASURES, MEASURES, Measure, find_measures
from netlab.report.cautions import cautions_for
from netlab.report.notes import (
    note_other_conditions,
    note_outdated_runs,
    notes_for,
    notes_on_timing,
)
from netlab.report.table import MeasureColumn, Table
from netlab.report.table_rows import build_rows
from netlab.report.verdicts.judge import judge
from netlab.report.verdicts.verdict import Verdict

if TYPE_CHECKING:
    from netlab.lab.store import Lab


def study_table(
    lab: Lab,
    study: str,
    *,
    condition: str | None = None,
    measures: Sequence[str] | None = None,
) -> Table:
    """The table of a study in the lab, under the condition it was last entered with by default.

    Raises `NetlabError` with the nearest name for a study, condition or measure that does not
    exist.
    """
    found = lab.studies.get(study, condition)
    entries = lab.runs.entries(study, found.condition)
    conditions = lab.studies.conditions(study)
    timings = lab.timings.rounds(found)
    return tabulate(
        found,
        entries,
        timings=timings,
        claims=judge(found, entries, timing_values(timings)),
        others=[one for one in conditions if one.condition != found.condition],
        outdated=lab.runs.count_outdated(study, found.condition),
        measures=measures,
    )


def tabulate(
    study: StudyRecord,
    entries: Iterable[Entry],
    *,
    others: Iterable[Condition] = (),
    outdated: int = 0,
    measures: Sequence[str] | None = None,
    timings: Mapping[str, tuple[TimingRound, ...]] = MappingProxyType({}),
    claims: tuple[Verdict, ...] = (),
) -> Table:
    """The table of a study from its runs under one condition.

    Notes name the `others`, and how many `outdated` runs are of networks that it has no longer.
    Measures of speed come from `timings`, the rounds of each variant, if any variant has been
    timed; memory does if all of them have, as it is another figure than that of runs. Without
    `measures` it has the columns of the default table, accuracy in detail. With them it has those
    columns, each measured one in detail: mean ± SD and its difference from the baseline. The
    `claims` stand below it. Raises `NetlabError` for a measure that does not exist, and
    `ValueError` for runs under several conditions: they are not comparable.
    """
    entries = list(entries)
    if len({entry.run.condition for entry in entries}) > 1:
        raise ValueError("runs of different data or protocol cannot share a table")
    rounds = timing_values(timings)
    columns = tuple(
        replace(
            one, paired_by="round" if _is_timed(one.measure, study.variants, rounds) else "seed"
        )
        for one in _columns(measures)
    )
    rows = build_rows(study, entries, columns, rounds)
    applied = study.design["applied"] if study.design.get("design") == "factorial" else {}
    return Table(
        study=study.name,
        question=study.question,
        columns=columns,
        rows=rows,
        cautions=tuple(cautions_for(rows, columns)),
        notes=(
            *notes_for(rows, columns),
            *notes_on_timing(columns, timings),
            *note_other_conditions(others),
            *note_outdated_runs(outdated, study.name),
        ),
        claims=claims,
        factors={variant: frozenset(factors) for variant, factors in applied.items()},
    )


def _is_timed(measure: Measure, variants: Sequence[StudyVariant], rounds: TimingValues) -> bool:
    timed = [measure.name in rounds.get(variant.name, {}) for variant in variants]
    return (measure.from_timing and any(timed)) or (measure.deterministic and all(timed))


def _columns(measures: Sequence[str] | None) -> tuple[MeasureColumn, ...]:
    if measures is None:
        return tuple(
            MeasureColumn(MEASURES[name], detail=name == "accuracy") for name in DEFAULT_MEASURES
        )
    return tuple(MeasureColumn(one, detail=not one.static) for one in find_measures(measures))
