"""The expectation of each variant, next to its results."""

from __future__ import annotations

from collections.abc import Iterator

from netlab.format import format_percent_change
from netlab.lab.records import StudyRecord
from netlab.report.run_states import capitalize
from netlab.report.table import Table, VariantRow
from netlab.sanitize import sanitize
from tui.compare.text_columns import difference_text, difference_verdict
from tui.widgets.definition_list import Definition, DefinitionBlock

NO_EXPECTATION = "nothing was written down beforehand"


def expectation_blocks(study: StudyRecord, table: Table) -> list[DefinitionBlock]:
    """A block for each variant in the order of the table, and a hint if none has an expectation."""
    said = {variant.name: sanitize(variant.expect) for variant in study.variants}
    without = NO_EXPECTATION if any(said.values()) else ""
    blocks = [
        DefinitionBlock(
            sanitize(row.variant), "", tuple(_lines(row, table, said[row.variant] or without))
        )
        for row in table.rows
        if not row.baseline
    ]
    if not without:
        how = "in Ablate (2), e on a variant takes down what you expect of it, before it is run"
        blocks.insert(0, DefinitionBlock("No variant has an expectation", how))
    return blocks


def _lines(row: VariantRow, table: Table, said: str) -> Iterator[Definition]:
    if said:
        yield "expected", said
    waiting = "nothing that can be compared" if row.done_runs else "no run of it is finished yet"
    for number, text in enumerate([*_differences(row, table)] or [waiting]):
        yield "" if number else "happened", text
    costs = _costs(row, table)
    if costs:
        yield "costs", costs
    if row.not_done:
        yield "not done", sanitize(row.not_done)


def _differences(row: VariantRow, table: Table) -> Iterator[str]:
    """Such as `Accuracy +0.42 pp [+0.12, +0.72]: real, better`."""
    for index, column in enumerate(table.columns):
        found = row.cells[index].difference
        if not column.detail or found is None:
            continue
        measure = column.measure
        means = [one.cells[index].value for one in table.rows]
        decimals = measure.decimals([mean for mean in means if mean is not None])
        unit = measure.difference_heading.partition("(")[2].rstrip(")")
        parts = difference_text(found, measure, decimals).split(" ", 1)
        parts.insert(1, unit)
        text = f"{capitalize(measure.label)} {' '.join(filter(None, parts))}: {difference_verdict(row, row.cells[index])}"
        if found.significant:
            text += ", better" if (found.mean > 0) == (measure.better == "higher") else ", worse"
        yield text


def _costs(row: VariantRow, table: Table) -> str:
    """Change of each mean, without a test, such as `params −49.4 %, train time +12.0 %`."""
    base = table.rows[0]
    parts = []
    for index, column in enumerate(table.columns):
        now, then = row.cells[index].value, base.cells[index].value
        if not column.detail and now is not None and then is not None:
            parts.append(
                (
                    not column.measure.static,
                    f"{column.measure.label} {format_percent_change(now, then)}",
                )
            )
    return ", ".join(text for _, text in sorted(parts, key=lambda part: part[0]))
