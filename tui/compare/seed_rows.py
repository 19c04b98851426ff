"""Rows for single seeds, of the same type as the rows of variants."""

from __future__ import annotations

from netlab.lab.records import Run
from netlab.report.run_states import describe_unfinished
from netlab.report.stats.differences import paired_difference
from netlab.report.table import MeasureCell, MeasureColumn, VariantRow


def seed_rows(
    row: VariantRow, baseline: VariantRow, columns: tuple[MeasureColumn, ...]
) -> list[VariantRow]:
    """One row for each run of `row`, compared with the run of `baseline` that has the same seed."""
    return [_seed_row(row, run, baseline, columns) for run in row.runs]


def _seed_row(
    row: VariantRow, run: Run, baseline: VariantRow, columns: tuple[MeasureColumn, ...]
) -> VariantRow:
    cells = tuple(
        _single_cell(cell, base, run.seed, baseline=row.baseline)
        if column.paired_by == "seed" and not column.measure.static
        else cell
        for cell, base, column in zip(row.cells, baseline.cells, columns, strict=True)
    )
    return VariantRow(
        row.variant,
        row.baseline,
        row.because,
        row.changes,
        (run,),
        cells,
        describe_unfinished((run,)),
    )


def _single_cell(cell: MeasureCell, base: MeasureCell, seed: int, *, baseline: bool) -> MeasureCell:
    value = cell.values.get(seed)
    if value is None:
        return MeasureCell(None)
    other = None if baseline else base.values.get(seed)
    change = None if other is None else paired_difference({seed: value}, {seed: other})
    return MeasureCell(value, None, 1, {seed: value}, change)
