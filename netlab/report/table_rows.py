"""The rows of a table, from the variants of a study and their runs under one condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from netlab.lab.db.timings import TimingValues
from netlab.lab.records import Entry, Run, StudyVariant
from netlab.report.run_states import describe_unfinished, results_by_seed
from netlab.report.stats.differences import correct_family, paired_difference, summarize
from netlab.report.table import MeasureCell, MeasureColumn, VariantRow


def build_rows(
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
    summary = summarize(values)
    if summary is None:
        return MeasureCell(None)
    return MeasureCell(
        value=summary.mean,
        sd=summary.sd,
        n=summary.n,
        values=values,
        difference=paired_difference(values, baseline.values) if baseline else None,
    )
