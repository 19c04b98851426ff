"""What a table cannot hold, in words: one variant in full, and what is behind all figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from netlab.report.grid import decimals, number
from netlab.report.plain import plain
from netlab.report.table import Cell, Column, Row, Table
from netlab.report.words import capital
from tui.compare.claims import sign
from tui.compare.reading import Loaded
from tui.compare.texts import difference_text, verdict
from tui.widgets.labelled import Block, Line

MOST_SEEDS = 12
"""Whose values are told one by one."""

INDENT = 10
"""Cells for labels."""


def details(
    loaded: Loaded,
    table: Table,
    variant: str,
    *,
    ascii: bool,  # noqa: A002
) -> Block:
    """All about one variant: what it changes and why, what was expected, what happened."""
    row = next((row for row in table.rows if row.variant == variant), None)
    if row is None:
        return Block()
    messages = dict.fromkeys(plain(run.message) for run in row.runs if run.message)
    lines = [
        *_part("changes", [plain(change) for change in row.changes]),
        *_part("because", [plain(row.because)]),
        *_part("expected", [] if row.baseline else _expected(loaded, variant, ascii)),
        *_part("happened", list(_happened(row, table))),
        *_part("not done", [plain(row.not_done)]),
        *_part("said", [message for message in messages if row.not_done]),
    ]
    about = "the baseline that differences are taken from" if row.baseline else ""
    return Block(plain(row.variant), about, tuple(lines))


def notes(table: Table) -> list[Block]:
    """The question, what limits the comparison, and where the figures come from."""
    lines = [("!", f"Caution: {plain(caution)}") for caution in table.cautions]
    lines += [("-", plain(note)) for note in table.notes]
    return [Block(plain(table.question), "", tuple(lines))]


def _part(title: str, lines: Iterable[str]) -> Iterator[Line]:
    for place, line in enumerate(filter(None, lines)):
        yield "" if place else title, line


def _expected(loaded: Loaded, variant: str, ascii: bool) -> Iterator[str]:  # noqa: A002
    """What was written down of the variant, then the claims that name it with their verdicts."""
    yield from (plain(one.expect) for one in loaded.study.variants if one.name == variant)
    for one in loaded.verdicts:
        if _names(one.claim.check, variant):
            yield f"{sign(one, ascii=ascii)}: {plain(one.claim.says)} ({plain(one.claim.check)})"


def _names(check: str, variant: str) -> bool:
    """Whether a check speaks of the variant."""
    return re.search(rf"(?<![\w-]){re.escape(variant)}(?![\w-])", check) is not None


def _happened(row: Row, table: Table) -> Iterable[str]:
    first = sorted(enumerate(table.columns), key=lambda pair: not pair[1].detail)
    for place, column in first:
        cell = row.cells[place]
        if column.measure.exact or not cell.values:
            continue
        cells = [other.cells[place] for other in table.rows]
        yield _measure(row, column, cell, cells)


def _measure(row: Row, column: Column, cell: Cell, cells: Iterable[Cell]) -> str:
    """`Accuracy 92.31 % (seed 0: 92.40, seed 1: 92.22); −0.42 pp [−0.61, −0.23]: real`."""
    measure = column.measure
    places = decimals(measure, [one.value for one in cells if one.value is not None])
    unit = f" {measure.unit}" if measure.unit else ""
    assert cell.value is not None
    seeds = list(cell.values)[:MOST_SEEDS]
    each = [f"{column.by} {seed}: {number(cell.values[seed], measure, places)}" for seed in seeds]
    if len(cell.values) > MOST_SEEDS:
        each.append(f"and {len(cell.values) - MOST_SEEDS:,} more, n shows all")
    told = f"{capital(measure.label)} {number(cell.value, measure, places)}{unit}"
    if len(each) > 1:
        told += f" ({', '.join(each)})"
    if cell.difference is not None:
        change = difference_text(cell.difference, measure, places)
        told += f"; Δ {change}: {verdict(row, cell)}"
        if cell.difference.clear:
            better = (cell.difference.mean > 0) == (measure.better == "higher")
            told += ", better" if better else ", worse"
    return told
