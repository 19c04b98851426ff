"""The columns of the list of runs: which ones fit, and what they show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from netlab.format import format_clock, format_megabytes
from netlab.lab.db.run_rows import RunRow
from tui.train.status_text import STATE_SIGNS

MIN_NAME_WIDTH = 18
"""Least width of the names, in cells; other columns are left out to keep it."""

ENOUGH_NAME_WIDTH, MAX_BAR_WIDTH = 40, 40
"""Width of the names, in cells, above which the bar grows instead; and the bar's greatest width."""

EDGE_WIDTH = 1
"""Empty cells at the left and at the right."""

MARK_WIDTH = 2
"""Cells before the name, for the sign of the run's curve."""


@dataclass(frozen=True)
class RunColumn:
    """A column: heading, width in cells, and a function that gives its text (True: ASCII only)."""

    title: str
    width: int
    text: Callable[[RunRow, bool], str]
    right: bool = True


def _state(row: RunRow, plain: bool) -> str:
    return f"{STATE_SIGNS[row.state][plain]} {row.state_word}"


def _epoch(row: RunRow, _: bool) -> str:
    return f"{row.epoch}/{row.epochs}"


def _bar(width: int) -> RunColumn:
    def text(row: RunRow, plain: bool) -> str:
        done = min(width, int(row.share * width))
        full, rest = ("#", ".") if plain else ("━", "╌")
        return full * done + rest * (width - done)

    return RunColumn("", width, text, right=False)


def _number(name: str, form: str) -> Callable[[RunRow, bool], str]:
    def text(row: RunRow, _: bool) -> str:
        value = getattr(row, name)
        return "" if value is None else format(value, form)

    return text


def _memory(row: RunRow, _: bool) -> str:
    return "" if row.memory is None else format_megabytes(row.memory)


def _left(row: RunRow, _: bool) -> str:
    return (
        format_clock(row.time_left) if row.time_left is not None and row.state == "running" else ""
    )


STATE = RunColumn("state", 13, _state, right=False)
EPOCH = RunColumn("epoch", 7, _epoch)
BAR = _bar(8)
LOSS = RunColumn("loss", 6, _number("loss", ".3f"))
VALIDATION = RunColumn("val %", 5, _number("val_accuracy", ".1f"))
TEST = RunColumn("test %", 6, _number("accuracy", ".2f"))
SPEED = RunColumn("images/s", 8, _number("images_per_s", ",.0f"))
MEMORY = RunColumn("memory", 8, _memory)
LEFT = RunColumn("left", 7, _left)

COLUMNS = (STATE, EPOCH, BAR, LOSS, VALIDATION, TEST, SPEED, MEMORY, LEFT)
DROPPED_FIRST = (MEMORY, SPEED, TEST, BAR, LOSS)
"""Left out in this order if there is too little room; the details below the list show all of it."""


@cache
def fit_columns(width: int) -> tuple[tuple[RunColumn, ...], int]:
    """The columns that fit into `width` cells, and the width that is left for the names."""
    columns = list(COLUMNS)
    for spare in DROPPED_FIRST:
        if _name_width(columns, width) >= MIN_NAME_WIDTH:
            break
        columns.remove(spare)
    roomy = [_with_gap(column) for column in columns]
    if _name_width(roomy, width) >= MIN_NAME_WIDTH:
        columns = roomy
    names = max(1, _name_width(columns, width))
    if names > ENOUGH_NAME_WIDTH:
        columns[columns.index(BAR)] = _bar(
            min(MAX_BAR_WIDTH, BAR.width + names - ENOUGH_NAME_WIDTH)
        )
        names = _name_width(columns, width)
    return tuple(columns), names


def _with_gap(column: RunColumn) -> RunColumn:
    """The column, one cell wider if its heading fills the whole width."""
    full = len(column.title) == column.width
    return replace(column, width=column.width + 1) if full else column


def _name_width(columns: list[RunColumn], width: int) -> int:
    return width - 2 * EDGE_WIDTH - MARK_WIDTH - sum(column.width + 1 for column in columns)
