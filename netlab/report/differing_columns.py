"""A table with only the columns in which something differs."""

from __future__ import annotations

from dataclasses import replace

from netlab.report.render.text_table import value_column
from netlab.report.table import Table


def only_differences(table: Table) -> Table:
    """`table` without the measures that are, as shown, the same in every row; a note names them.

    Variant, n and what is not done stay, whatever they hold.
    """
    kept: list[int] = []
    same: list[str] = []
    for place, column in enumerate(table.columns):
        shown = value_column(column.measure, [row.cells[place] for row in table.rows], spread=False)
        texts = {field.text for field in shown.cells}
        if len(texts) > 1:
            kept.append(place)
        else:
            unit = f" {column.measure.unit}" if column.measure.unit else ""
            same += [f"{column.measure.label} {text}{unit}" for text in texts]
    note = f"The same in every row: {', '.join(same)}."
    return replace(
        table,
        columns=tuple(table.columns[place] for place in kept),
        rows=tuple(
            replace(row, cells=tuple(row.cells[place] for place in kept)) for row in table.rows
        ),
        notes=(*table.notes, note) if same else table.notes,
    )
