"""A table as CSV, for spreadsheets and scripts: plain units, full precision, empty if unknown."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from netlab.report.stats.intervals import Interval
from netlab.report.table import MeasureCell, MeasureColumn, Table, VariantRow

CsvRow = dict[str, float | int | str | None]


def csv_text(table: Table) -> str:
    """A header and one line for each variant, with the names that claims use.

    A measure `m` gives `m` (the mean) and `m_sd`. In detail it also gives `m_difference`, its
    paired interval `m_difference_low` and `_high`, its SD, d_z, p, p after Holm's correction, the
    smallest detectable difference and the seeds needed, then the Welch interval `m_welch_low` and
    `_high` with its p. Then come `m_seed_0` … for each seed, or `m_round_1` … for each round of
    `netlab time`. The last columns are the runs not done and the condition. Effects of a
    factorial are in JSON only.
    """
    rows = [_row(table, row) for row in table.rows]
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]) if rows else ["variant"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def _row(table: Table, row: VariantRow) -> CsvRow:
    figures: CsvRow = {"variant": row.variant, "n": len(row.done_runs)}
    for index, (column, cell) in enumerate(zip(table.columns, row.cells, strict=True)):
        keys = table.seeds if column.paired_by == "seed" else _rounds(table, index)
        figures |= _figures(column, cell, keys)
    spec = table.spec
    return figures | {
        "not_done": row.not_done,
        "data": spec.data.label if spec else None,
        "protocol": spec.protocol.label if spec else None,
        "condition": table.runs[0].condition if table.runs else None,
    }


def _figures(column: MeasureColumn, cell: MeasureCell, keys: Sequence[int]) -> CsvRow:
    name = column.measure.name
    if column.measure.static:
        return {name: cell.value}
    figures: CsvRow = {name: cell.value, f"{name}_sd": cell.sd}
    if column.detail:
        found = cell.difference
        figures[f"{name}_difference"] = found.mean if found else None
        figures |= _interval_ends(f"{name}_difference", found.interval if found else None)
        figures |= {
            f"{name}_difference_sd": found.paired.sd if found else None,
            f"{name}_difference_effect": found.paired.effect_size if found else None,
            f"{name}_difference_p": found.paired.p if found else None,
            f"{name}_difference_p_holm": found.p_adjusted if found else None,
            f"{name}_detectable": found.min_detectable_effect if found else None,
            f"{name}_seeds_needed": found.required_n if found else None,
        }
        figures |= _interval_ends(f"{name}_welch", found.unpaired.interval if found else None)
        figures[f"{name}_welch_p"] = found.unpaired.p if found else None
    return figures | {f"{name}_{column.paired_by}_{key}": cell.values.get(key) for key in keys}


def _rounds(table: Table, index: int) -> list[int]:
    return sorted({one for row in table.rows for one in row.cells[index].values})


def _interval_ends(name: str, interval: Interval | None) -> CsvRow:
    return {
        f"{name}_low": interval.low if interval else None,
        f"{name}_high": interval.high if interval else None,
    }
