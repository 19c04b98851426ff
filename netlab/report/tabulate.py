"""From the data of a study to its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from netlab.lab.db.timings import TimingValues, timing_values
from netlab.lab.records import StudyVariant
from netlab.measures import DEFAULT_MEASURES, MEASURES, Measure, find_measures
from netlab.report.cautions import cautions_for
from netlab.report.load import StudyData
from netlab.report.notes import (
    note_other_conditions,
    note_outdated_runs,
    notes_for,
    notes_on_timing,
)
from netlab.report.table import MeasureColumn, Table
from netlab.report.table_rows import build_rows


def tabulate(
    data: StudyData, measures: Sequence[str] | None = None, *, baseline: str | None = None
) -> Table:
    """The table of a study, its differences taken from `baseline` or else from its first variant.

    Speed is taken from rounds of timing if any variant was timed. So is memory, but only if all
    were, since training measures another kind. Without `measures` the table has the default
    columns, accuracy in detail: mean ± SD and the difference from the baseline. With `measures` it
    has those, each measured one in detail. Raises `NetlabError` for a measure that does not exist,
    and `ValueError` for runs under several conditions, which are not comparable.
    """
    if len({entry.run.condition for entry in data.entries}) > 1:
        raise ValueError("runs of different data or protocol cannot share a table")
    study = data.study
    variants = study.variants
    if baseline is not None:
        variants = tuple(sorted(variants, key=lambda one: one.name != baseline))
    rounds = timing_values(data.timings)
    columns = tuple(
        replace(one, paired_by="round" if _is_timed(one.measure, variants, rounds) else "seed")
        for one in _columns(measures)
    )
    rows = build_rows(variants, data.entries, columns, rounds)
    applied = study.design["applied"] if study.design.get("design") == "factorial" else {}
    return Table(
        study=study.name,
        question=study.question,
        columns=columns,
        rows=rows,
        cautions=tuple(cautions_for(rows, columns)),
        notes=(
            *notes_for(rows, columns),
            *notes_on_timing(columns, data.timings),
            *note_other_conditions(data.other_conditions),
            *note_outdated_runs(data.outdated, study.name),
        ),
        claims=data.verdicts,
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
