"""A table as CSV, for spreadsheets and scripts: plain units, full precision, empty for unknown."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from netlab.report.statistics import Interval
from netlab.report.table import Cell, Column, Table

Figures = dict[str, float | int | str | None]


def csv_text(table: Table) -> str:
    """A head and one line a variant, with the names that claims use.

    A measure `m` gives `m` (the mean) and `m_sd`, in detail also `m_difference`, its paired
    interval `m_difference_low` and `_high`, its SD, d_z, p, p after Holm's correction, smallest
    detectable difference and seeds needed; the Welch interval `m_welch_low` and `_high` and its
    p; then `m_seed_0` … for each seed, `m_round_1` … for what is timed apart. The last columns say what is not done, and under which
    condition. The effects of a factorial have no place here: see JSON.
    """
    rows = [_row(table, place) for place in range(len(table.rows))]
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]) if rows else ["variant"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def _row(table: Table, place: int) -> Figures:
    row = table.rows[place]
    figures: Figures = {"variant": row.variant, "n": len(row.done)}
    for at, (column, cell) in enumerate(zip(table.columns, row.cells, strict=True)):
        keys = table.seeds if column.by == "seed" else _rounds(table, at)
        figures |= _figures(column, cell, keys)
    spec = table.spec
    return figures | {
        "not_done": row.not_done,
        "data": spec.data.label if spec else None,
        "protocol": spec.protocol.label if spec else None,
        "condition": table.runs[0].condition if table.runs else None,
    }


def _figures(column: Column, cell: Cell, keys: Sequence[int]) -> Figures:
    name = column.measure.name
    if column.measure.exact:
        return {name: cell.value}
    figures: Figures = {name: cell.value, f"{name}_sd": cell.sd}
    if column.detail:
        found = cell.difference
        figures[f"{name}_difference"] = found.mean if found else None
        figures |= _ends(f"{name}_difference", found.interval if found else None)
        figures |= {
            f"{name}_difference_sd": found.paired.sd if found else None,
            f"{name}_difference_effect": found.paired.effect if found else None,
            f"{name}_difference_p": found.paired.p if found else None,
            f"{name}_difference_p_holm": found.p if found else None,
            f"{name}_detectable": found.detectable if found else None,
            f"{name}_seeds_needed": found.seeds_needed if found else None,
        }
        figures |= _ends(f"{name}_welch", found.welch if found else None)
        figures[f"{name}_welch_p"] = found.unpaired.p if found else None
    return figures | {f"{name}_{column.by}_{key}": cell.values.get(key) for key in keys}


def _rounds(table: Table, place: int) -> list[int]:
    return sorted({one for row in table.rows for one in row.cells[place].values})


def _ends(name: str, interval: Interval | None) -> Figures:
    return {
        f"{name}_low": interval.low if interval else None,
        f"{name}_high": interval.high if interval else None,
    }
