"""The values behind the means of a table: one column a seed, or a round of timing."""

from __future__ import annotations

from collections.abc import Iterator

from netlab.report.render.text_table import (
    MISSING_TEXT,
    Section,
    TextCell,
    TextColumn,
    format_value,
    variant_column,
)
from netlab.report.run_states import capital
from netlab.report.table import Table

SEEDS_PER_SECTION = 6
"""Columns of seeds that fit beside each other, also on a terminal of 80 columns."""


def seed_sections(table: Table, place: int) -> Iterator[Section]:
    """The values of the measure in column `place`, unless no variant has more than one."""
    cells = [row.cells[place] for row in table.rows]
    if all(cell.n < 2 for cell in cells):
        return
    measure, by = table.columns[place].measure, table.columns[place].paired_by
    places = measure.decimals([cell.value for cell in cells if cell.value is not None])

    def texts(seed: int) -> Iterator[str]:
        for cell in cells:
            value = cell.values.get(seed)
            yield MISSING_TEXT if value is None else format_value(value, measure, places)

    seeds = sorted({seed for cell in cells for seed in cell.values})
    for start in range(0, len(seeds), SEEDS_PER_SECTION):
        columns = [
            TextColumn(f"{by}_{seed}", f"{by} {seed}", "right", tuple(map(TextCell, texts(seed))))
            for seed in seeds[start : start + SEEDS_PER_SECTION]
        ]
        yield Section(f"{capital(measure.heading)} by {by}", (variant_column(table.rows), *columns))
