"""What a table cannot hold, in words: one variant in full, and what is behind all figures."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.text import Text

from netlab.lab.records import Study, StudyClaim
from netlab.report.grid import decimals, number
from netlab.report.plain import plain
from netlab.report.table import Cell, Column, Row, Table
from netlab.report.words import capital
from tui.compare.texts import difference_text, verdict


def details(study: Study, table: Table, variant: str) -> Text:
    """All about one variant: what it changes and why, what was expected, what happened."""
    row = next((row for row in table.rows if row.variant == variant), None)
    text = Text()
    if row is None:
        return text
    text.append(plain(row.variant), style="bold")
    if row.baseline:
        text.append("  the baseline that differences are taken from", style="dim")
    _part(text, "Changes", [plain(change) for change in row.changes])
    _part(text, "Because", [plain(row.because)] if row.because else [])
    claims = [_claim(claim) for claim in study.claims if _names(claim, variant)]
    _part(text, "Expected", [] if row.baseline else claims)
    _part(text, "Happened", list(_happened(row, table)))
    _part(text, "Not done", [plain(row.not_done)] if row.not_done else [])
    messages = dict.fromkeys(plain(run.message) for run in row.runs if run.message)
    _part(text, "Said", [message for message in messages if row.not_done])
    return text


def notes(table: Table) -> Text:
    """The question, what limits the comparison, and where the figures come from."""
    text = Text()
    if table.question:
        text.append(f"{plain(table.question)}\n", style="bold")
    for caution in table.cautions:
        text.append("! Caution: ", style="bold").append(f"{plain(caution)}\n")
    for note in table.notes:
        text.append("- ").append(f"{plain(note)}\n")
    return text


def _part(text: Text, title: str, lines: list[str]) -> None:
    for place, line in enumerate(lines):
        head = "" if place else title
        text.append(f"\n{head:<10}", style="dim").append(line)


def _claim(claim: StudyClaim) -> str:
    return plain(f"{claim.says}  ({claim.check})")


def _names(claim: StudyClaim, variant: str) -> bool:
    """Whether the check of a claim speaks of the variant."""
    return re.search(rf"(?<![\w-]){re.escape(variant)}(?![\w-])", claim.check) is not None


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
    each = [f"seed {seed}: {number(cell.values[seed], measure, places)}" for seed in cell.values]
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
