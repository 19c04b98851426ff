"""A table with only the columns in which something differs."""

from __future__ import annotations

from dataclasses import replace

from netlab.report.render.text_table import value_column
from netlab.report.table import Table


def only_differences(table: Table) -> Table:
    """`table` without the measures whose text is the same in every row; a note names them.

    The columns variant, n and not done always stay.
    """
    kept: list[int] = []
    same: list[str] = []
    for index, column in enumerate(table.columns):
        shown = value_column(column.measure, [row.cells[index] for row in table.rows], spread=False)
        texts = {cell.text for cell in shown.cells}
        if len(texts) > 1:
            kept.append(index)
        else:
            unit = f" {column.measure.unit}" if column.measure.unit else ""
            same += [f"{column.measure.label} {text}{unit}" for text in texts]
    note = f"The same in every row: {', '.join(same)}."
    return replace(
        table,
        columns=tuple(table.columns[index] for index in kept),
        rows=tuple(
            replace(row, cells=tuple(row.cells[index] for index in kept)) for row in table.rows
        ),
        notes=(*table.notes, note) if same else table.notes,
    )
