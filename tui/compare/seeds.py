"""Rows for single seeds, in the table model that the rows of variants have."""

from __future__ import annotations

from netlab.lab.records import Run
from netlab.report.statistics import difference
from netlab.report.table import Cell, Column, Row
from netlab.report.words import not_done_in_words


def seed_rows(row: Row, baseline: Row, columns: tuple[Column, ...]) -> list[Row]:
    """One row for each run of `row`, its differences from the run of `baseline` with that seed."""
    return [_seed_row(row, run, baseline, columns) for run in row.runs]


def _seed_row(row: Row, run: Run, baseline: Row, columns: tuple[Column, ...]) -> Row:
    cells = tuple(
        _one(cell, base, run.seed, baseline=row.baseline)
        if column.by == "seed" and not column.measure.exact
        else cell
        for cell, base, column in zip(row.cells, baseline.cells, columns, strict=True)
    )
    return Row(
        row.variant,
        row.baseline,
        row.because,
        row.changes,
        (run,),
        cells,
        not_done_in_words((run,)),
    )


def _one(cell: Cell, base: Cell, seed: int, *, baseline: bool) -> Cell:
    value = cell.values.get(seed)
    if value is None:
        return Cell(None)
    other = None if baseline else base.values.get(seed)
    change = None if other is None else difference({seed: value}, {seed: other})
    return Cell(value, None, 1, {seed: value}, change)
