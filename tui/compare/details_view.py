"""Details that have no room in the table: one variant in full, and notes on all figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from netlab.report.load import StudyData
from netlab.report.render.text_table import format_value
from netlab.report.run_states import capitalize
from netlab.report.table import MeasureCell, MeasureColumn, Table, VariantRow
from netlab.sanitize import sanitize
from netlab.suggest import with_lab
from tui.compare.text_columns import difference_text, difference_verdict
from tui.widgets.definition_list import Definition, DefinitionBlock

MAX_SEEDS = 12
"""Most seeds whose values are listed one by one."""

DETAILS_LABEL_WIDTH = 10


def details_block(
    loaded: StudyData,
    table: Table,
    variant: str,
    *,
    ascii: bool,  # noqa: A002
) -> DefinitionBlock:
    """All about one variant: changes, reason, expectation, results. Empty if it has no row."""
    row = next((row for row in table.rows if row.variant == variant), None)
    if row is None:
        return DefinitionBlock()
    messages = dict.fromkeys(sanitize(run.message) for run in row.runs if run.message)
    lines = [
        *_labelled("changes", [sanitize(change) for change in row.changes]),
        *_labelled("because", [sanitize(row.because)]),
        *_labelled("expected", [] if row.baseline else _expected(loaded, variant, ascii)),
        *_labelled("happened", list(_happened(row, table))),
        *_labelled("not done", [sanitize(row.not_done)]),
        *_labelled("said", [message for message in messages if row.not_done]),
    ]
    about = "the baseline that differences are taken from" if row.baseline else ""
    return DefinitionBlock(sanitize(row.variant), about, tuple(lines))


def note_blocks(table: Table, lab: Path) -> list[DefinitionBlock]:
    """The question, with the cautions and notes of the table."""
    lines = [("!", f"Caution: {with_lab(sanitize(caution), lab)}") for caution in table.cautions]
    lines += [("-", with_lab(sanitize(note), lab)) for note in table.notes]
    return [DefinitionBlock(sanitize(table.question), "", tuple(lines))]


def _labelled(title: str, lines: Iterable[str]) -> Iterator[Definition]:
    for index, line in enumerate(filter(None, lines)):
        yield "" if index else title, line


def _expected(loaded: StudyData, variant: str, ascii: bool) -> Iterator[str]:  # noqa: A002
    """The expectation of the variant, then the verdicts of claims that name it."""
    yield from (sanitize(one.expect) for one in loaded.study.variants if one.name == variant)
    for one in loaded.verdicts:
        if _names(one.claim.check, variant):
            yield f"{one.label(ascii_only=ascii)}: {sanitize(one.claim.says)} ({sanitize(one.claim.check)})"


def _names(check: str, variant: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(variant)}(?![\w-])", check) is not None


def _happened(row: VariantRow, table: Table) -> Iterable[str]:
    first = sorted(enumerate(table.columns), key=lambda pair: not pair[1].detail)
    for index, column in first:
        cell = row.cells[index]
        if column.measure.static or not cell.values:
            continue
        cells = [other.cells[index] for other in table.rows]
        yield _measure(row, column, cell, cells)


def _measure(
    row: VariantRow, column: MeasureColumn, cell: MeasureCell, cells: Iterable[MeasureCell]
) -> str:
    """Such as `Accuracy 92.31 % (seed 0: 92.40, seed 1: 92.22); −0.42 pp [−0.61, −0.23]: real`."""
    measure = column.measure
    decimals = measure.decimals([one.value for one in cells if one.value is not None])
    unit = f" {measure.unit}" if measure.unit else ""
    assert cell.value is not None
    seeds = list(cell.values)[:MAX_SEEDS]
    each = [
        f"{column.paired_by} {seed}: {format_value(cell.values[seed], measure, decimals)}"
        for seed in seeds
    ]
    if len(cell.values) > MAX_SEEDS:
        each.append(f"and {len(cell.values) - MAX_SEEDS:,} more, n shows all")
    text = f"{capitalize(measure.label)} {format_value(cell.value, measure, decimals)}{unit}"
    if len(each) > 1:
        text += f" ({', '.join(each)})"
    if cell.difference is not None:
        change = difference_text(cell.difference, measure, decimals)
        text += f"; Δ {change}: {difference_verdict(row, cell)}"
        if cell.difference.significant:
            better = (cell.difference.mean > 0) == (measure.better == "higher")
            text += ", better" if better else ", worse"
    return text
