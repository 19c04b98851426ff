"""From the data of a study to its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import fmean, stdev

from netlab.lab.db.timings import TimingValues, timing_values
from netlab.lab.records import Entry, Run, StudyVariant
from netlab.measures import DEFAULT_MEASURES, MEASURES, Measure, find_measures
from netlab.report.cautions import cautions_for
from netlab.report.load import StudyData
from netlab.report.notes import (
    note_other_conditions,
    note_outdated_runs,
    notes_for,
    notes_on_timing,
)
from netlab.report.run_states import describe_unfinished, results_by_seed
from netlab.report.stats.differences import correct_family, paired_difference
from netlab.report.table import MeasureCell, MeasureColumn, Table, VariantRow


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
    rows = _rows(variants, data.entries, columns, rounds)
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


def _rows(
    variants: Sequence[StudyVariant],
    entries: Sequence[Entry],
    columns: Sequence[MeasureColumn],
    rounds: TimingValues,
) -> tuple[VariantRow, ...]:
    """One row for each variant; differences are from the first one, which is the baseline.

    Raises `ValueError` if a variant has two runs with one seed. The lab never gives two; their
    mean would count the seed twice.
    """
    runs = _runs_by_variant(entries)
    by_column = [_cells(column, variants, runs, rounds) for column in columns]
    return tuple(
        VariantRow(
            variant=variant.name,
            baseline=index == 0,
            because=variant.because,
            changes=variant.changes,
            runs=runs.get(variant.name, ()),
            cells=tuple(cells[index] for cells in by_column),
            not_done=describe_unfinished(runs.get(variant.name, ())),
        )
        for index, variant in enumerate(variants)
    )


def _runs_by_variant(entries: Sequence[Entry]) -> dict[str, tuple[Run, ...]]:
    by_seed: dict[str, dict[int, Run]] = {}
    for entry in entries:
        runs = by_seed.setdefault(entry.variant, {})
        if entry.run.seed in runs:
            raise ValueError(f"two runs of variant '{entry.variant}' with seed {entry.run.seed}")
        runs[entry.run.seed] = entry.run
    return {
        variant: tuple(runs[seed] for seed in sorted(runs)) for variant, runs in by_seed.items()
    }


def _cells(
    column: MeasureColumn,
    variants: Sequence[StudyVariant],
    runs: Mapping[str, Sequence[Run]],
    rounds: TimingValues,
) -> list[MeasureCell]:
    """A measure of every variant; its differences are one family for Holm's correction.

    So a column does not depend on which other columns are shown, or on which runs are done yet.
    """
    cells: list[MeasureCell] = []
    for variant in variants:
        if column.measure.static:
            cells.append(MeasureCell(getattr(variant, column.measure.name)))
            continue
        if column.paired_by == "round":
            values = rounds.get(variant.name, {}).get(column.measure.name, {})
        else:
            values = results_by_seed(runs.get(variant.name, ()), column.measure.name)
        cells.append(_cell(values, cells[0] if cells else None))
    baseline, *others = cells
    family = correct_family([cell.difference for cell in others])
    pairs = zip(others, family, strict=True)
    return [baseline, *(replace(cell, difference=one) for cell, one in pairs)]


def _cell(values: dict[int, float], baseline: MeasureCell | None) -> MeasureCell:
    if not values:
        return MeasureCell(None)
    numbers = list(values.values())
    sd = stdev(numbers) if len(numbers) > 1 else None
    difference = paired_difference(values, baseline.values) if baseline else None
    return MeasureCell(fmean(numbers), sd, len(numbers), values, difference)
