"""From what the lab holds about a study to one table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from netlab.lab.records import Condition, Entry, Study, StudyVariant, Timing
from netlab.lab.timings import Rounds, by_measure
from netlab.measures import DEFAULT, MEASURES, Measure, measures_named
from netlab.report.cautions import cautions_for
from netlab.report.notes import notes_for, notes_on_timing, other_conditions, outdated_runs
from netlab.report.rows import make_rows
from netlab.report.table import Column, Table
from netlab.report.verdict import Verdict
from netlab.report.verdicts import judge

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
    conditions = lab.conditions(study)
    chosen = condition or conditions[0].condition
    found, entries = lab.study(study, chosen), lab.entries(study, chosen)
    timings = lab.timing_rounds(study, chosen)
    return tabulate(
        found,
        entries,
        timings=timings,
        claims=judge(found, entries, by_measure(timings)),
        others=[one for one in conditions if one.condition != chosen],
        outdated=lab.outdated(study, chosen),
        measures=measures,
    )


def tabulate(
    study: Study,
    entries: Iterable[Entry],
    *,
    others: Iterable[Condition] = (),
    outdated: int = 0,
    measures: Sequence[str] | None = None,
    timings: Mapping[str, tuple[Timing, ...]] = MappingProxyType({}),
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
    rounds = by_measure(timings)
    columns = tuple(
        replace(one, by="round" if _by_round(one.measure, study.variants, rounds) else "seed")
        for one in _columns(measures)
    )
    rows = make_rows(study, entries, columns, rounds)
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
            *other_conditions(others),
            *outdated_runs(outdated, study.name),
        ),
        claims=claims,
        factors={variant: frozenset(factors) for variant, factors in applied.items()},
    )


def _by_round(measure: Measure, variants: Sequence[StudyVariant], rounds: Rounds) -> bool:
    timed = [measure.name in rounds.get(variant.name, {}) for variant in variants]
    return (measure.timed and any(timed)) or (measure.steady and all(timed))


def _columns(measures: Sequence[str] | None) -> tuple[Column, ...]:
    if measures is None:
        return tuple(Column(MEASURES[name], detail=name == "accuracy") for name in DEFAULT)
    return tuple(Column(one, detail=not one.exact) for one in measures_named(measures))
