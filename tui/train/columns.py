"""The columns of the list of runs: which of them there is room for, and what stands in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from tui.labrows import Row
from tui.train.words import SIGNS, clock, megabytes, state_word

LEGIBLE = 18
"""Cells that names get before any other column does."""

ENOUGH, LONGEST = 40, 40
"""Cells of names beyond which the bar grows instead, and how far it does."""

EDGE = 1
"""Cells left free on either side."""

MARK = 2
"""Cells before the name: the sign of the run's curve."""


@dataclass(frozen=True)
class Column:
    """One column: its heading, its cells, and what it shows of a run (given ASCII or not)."""

    title: str
    width: int
    text: Callable[[Row, bool], str]
    right: bool = True


def _state(row: Row, plain: bool) -> str:
    return f"{SIGNS[row.state][plain]} {state_word(row)}"


def _epoch(row: Row, _: bool) -> str:
    return f"{row.epoch}/{row.epochs}"


def _bar(width: int) -> Column:
    def text(row: Row, plain: bool) -> str:
        done = min(width, int(row.share * width))
        full, rest = ("#", ".") if plain else ("━", "╌")
        return full * done + rest * (width - done)

    return Column("", width, text, right=False)


def _number(name: str, form: str) -> Callable[[Row, bool], str]:
    def text(row: Row, _: bool) -> str:
        value = getattr(row, name)
        return "" if value is None else format(value, form)

    return text


def _memory(row: Row, _: bool) -> str:
    return "" if row.memory is None else megabytes(row.memory)


def _left(row: Row, _: bool) -> str:
    return clock(row.left) if row.left is not None and row.state == "running" else ""


STATE = Column("state", 13, _state, right=False)
EPOCH = Column("epoch", 7, _epoch)
BAR = _bar(8)
LOSS = Column("loss", 6, _number("loss", ".3f"))
VALIDATION = Column("val %", 5, _number("val_accuracy", ".1f"))
TEST = Column("test %", 6, _number("accuracy", ".2f"))
SPEED = Column("images/s", 8, _number("images_per_s", ",.0f"))
MEMORY = Column("memory", 8, _memory)
LEFT = Column("left", 7, _left)

COLUMNS = (STATE, EPOCH, BAR, LOSS, VALIDATION, TEST, SPEED, MEMORY, LEFT)
EXPENDABLE = (MEMORY, SPEED, TEST, BAR, LOSS)
"""What a narrow screen goes without, first to last; the line below the list has all of it."""


@cache
def fitting(width: int) -> tuple[tuple[Column, ...], int]:
    """The columns for which `width` cells have room, and the cells of the names."""
    columns = list(COLUMNS)
    for spare in EXPENDABLE:
        if _names(columns, width) >= LEGIBLE:
            break
        columns.remove(spare)
    roomy = [_apart(column) for column in columns]
    if _names(roomy, width) >= LEGIBLE:
        columns = roomy
    names = max(1, _names(columns, width))
    if names > ENOUGH:
        columns[columns.index(BAR)] = _bar(min(LONGEST, BAR.width + names - ENOUGH))
        names = _names(columns, width)
    return tuple(columns), names


def _apart(column: Column) -> Column:
    """The column with a cell more before a heading that would fill it."""
    full = len(column.title) == column.width
    return replace(column, width=column.width + 1) if full else column


def _names(columns: list[Column], width: int) -> int:
    return width - 2 * EDGE - MARK - sum(column.width + 1 for column in columns)
