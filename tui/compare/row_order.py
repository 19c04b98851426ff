"""Sort rows by a column of the view."""

from __future__ import annotations

from collections.abc import Sequence

from netlab.report.table import MeasureColumn, VariantRow


def is_descending(columns: Sequence[MeasureColumn], key: str | None, *, reverse: bool) -> bool:
    """Whether `key` sorts from high to low. The best comes first, unless `reverse` is set."""
    name = (key or "").removesuffix("_difference")
    higher = {column.measure.name for column in columns if column.measure.better == "higher"}
    return (name in higher or name == "n" or name.endswith("_verdict")) != reverse


def sort_rows(
    rows: Sequence[VariantRow], columns: Sequence[MeasureColumn], key: str | None, *, reverse: bool
) -> list[VariantRow]:
    """Sort by the column `key`, rows without a value last; without a key, keep the order."""
    if key is None:
        return list(rows)
    values = [(_value(row, columns, key), row) for row in rows]
    known = [(value, row) for value, row in values if value is not None]
    known.sort(key=lambda pair: pair[0], reverse=is_descending(columns, key, reverse=reverse))
    return [row for _, row in known] + [row for value, row in values if value is None]


def _value(row: VariantRow, columns: Sequence[MeasureColumn], key: str) -> tuple[str, float] | None:
    """The sort key of a row, a text and a number; None if it has no value in that column."""
    if key == "variant":
        return row.variant.casefold(), 0
    if key == "not_done":
        return (row.not_done.casefold(), 0) if row.not_done else None
    if key == "n":
        return "", len(row.done_runs)
    if key == "seed":
        return "", row.runs[0].seed if row.runs else 0
    number = _measured(row, columns, key)
    return None if number is None else ("", number)


def _measured(row: VariantRow, columns: Sequence[MeasureColumn], key: str) -> float | None:
    for column, cell in zip(columns, row.cells, strict=True):
        name = column.measure.name
        if key == name:
            return cell.value
        if cell.difference is not None and key == f"{name}_difference":
            return cell.difference.mean
        if cell.difference is not None and key == f"{name}_verdict":
            return cell.difference.significant + (cell.difference.interval is not None)
    return None
