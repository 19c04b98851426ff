"""The values behind the means of a table: one column a seed, or a round of timing."""

from __future__ import annotations

from collections.abc import Iterator

from netlab.report.grid import NOTHING, Field, Part, Series, decimals, number, variants
from netlab.report.table import Table
from netlab.report.words import capital

SEEDS_A_PART = 6
"""Columns of seeds that fit beside each other, also on a terminal of 80 columns."""


def by_seed(table: Table, place: int) -> Iterator[Part]:
    """The values of the measure in column `place`, unless no variant has more than one."""
    cells = [row.cells[place] for row in table.rows]
    if all(cell.n < 2 for cell in cells):
        return
    measure, by = table.columns[place].measure, table.columns[place].by
    places = decimals(measure, [cell.value for cell in cells if cell.value is not None])

    def texts(seed: int) -> Iterator[str]:
        for cell in cells:
            value = cell.values.get(seed)
            yield NOTHING if value is None else number(value, measure, places)

    seeds = sorted({seed for cell in cells for seed in cell.values})
    for start in range(0, len(seeds), SEEDS_A_PART):
        columns = [
            Series(f"{by}_{seed}", f"{by} {seed}", "right", tuple(map(Field, texts(seed))))
            for seed in seeds[start : start + SEEDS_A_PART]
        ]
        yield Part(f"{capital(measure.heading)} by {by}", (variants(table.rows), *columns))
