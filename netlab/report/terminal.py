"""A table for the terminal, as `netlab run` shows it when all is done."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from netlab.report.render.sections import sections_of
from netlab.report.render.text_table import TextCell, TextColumn, text_columns
from netlab.report.table import Table
from netlab.sanitize import display_width, pad_to_width, sanitize

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.table import Table as RichTable
    from rich.text import Text

FIRST_TO_GO = (
    *("memory", "test_time", "train_time", "macs", "params"),
    *("welch", "effect", "sd", "pairs", "p"),
)
"""The columns that a narrow terminal loses, in this order; scores and states always stay."""
GAP = 2
WIDEST_NAME = 28


class TerminalTable:
    """Renders a table with rich, in as many columns as the console has room for."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.text import Text

        told = [series for series in text_columns(self.table) if series.key != "not_done"]
        columns, hidden = fitting(told, options.max_width)
        dim = {place for place, row in enumerate(self.table.rows) if not row.done_runs}
        yield _view(columns, options.max_width, dim)
        for row in self.table.rows:
            if row.not_done:
                yield Text.assemble((sanitize(row.variant), "bold"), f": {row.not_done}")
        for text in self.table.cautions:
            yield Text.assemble(("Caution: ", "bold"), sanitize(text))
        if hidden:
            names = ", ".join(series.heading for series in hidden)
            yield Text(f"Not shown, for want of room: {names}.", style="dim")
        for part in sections_of(self.table):
            columns, _ = fitting(part.columns, options.max_width)
            yield Text(f"\n{sanitize(part.title)}", style="bold")
            yield _view(columns, options.max_width)


def _view(columns: Sequence[TextColumn], room: int, dim: Collection[int] = ()) -> RichTable:
    """Columns as a rich table, the rows at the places in `dim` dimmed."""
    from rich.table import Table as RichTable
    from rich.text import Text

    view = RichTable(box=None, padding=(0, GAP, 0, 0), pad_edge=False)
    widths = _widths(columns, room)
    for series, wide in zip(columns, widths, strict=True):
        view.add_column(Text(_heading(series, wide)), justify=series.align, width=wide)
    for place in range(len(columns[0].cells)):
        pairs = zip(columns, widths, strict=True)
        style = "dim" if place in dim else ""
        view.add_row(*(_text(series, place, wide) for series, wide in pairs), style=style)
    return view


def fitting(
    columns: Sequence[TextColumn], room: int
) -> tuple[tuple[TextColumn, ...], tuple[TextColumn, ...]]:
    """The columns that fit into `room` terminal columns, and those left out for it."""
    gone: list[str] = []
    for key in FIRST_TO_GO:
        if _total(_least(series) for series in columns if series.key not in gone) <= room:
            break
        gone.append(key)
    return (
        tuple(series for series in columns if series.key not in gone),
        tuple(series for series in columns if series.key in gone),
    )


def _widths(columns: Sequence[TextColumn], room: int) -> list[int]:
    """A width for each column: headings on one line if there is room, else word under word."""
    whole = [max(_least(series), display_width(series.heading)) for series in columns]
    return whole if _total(whole) <= room else [_least(series) for series in columns]


def _least(series: TextColumn) -> int:
    """The width below which figures, or words of the heading, would break."""
    longest = max((display_width(_shown(series, field)) for field in series.cells), default=0)
    if series.user_text:
        longest = min(longest, WIDEST_NAME)
    return max(longest, *map(display_width, _words(series.heading)))


def _words(heading: str) -> list[str]:
    """The words of a heading; what stands in brackets is one of them."""
    return re.split(r" (?![^\[]*\])", heading)


def _heading(series: TextColumn, wide: int) -> str:
    """The heading in lines of at most `wide` columns."""
    lines: list[str] = []
    for word in _words(series.heading):
        if lines and display_width(lines[-1]) + 1 + display_width(word) <= wide:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\n".join(lines)


def _shown(series: TextColumn, field: TextCell) -> str:
    return sanitize(field.text) if series.user_text else field.text


def _total(widths: Iterable[int]) -> int:
    wide = list(widths)
    return sum(wide) + GAP * (len(wide) - 1)


def _text(series: TextColumn, place: int, wide: int) -> Text:
    """One cell, filled to its column here because rich drops the blanks that align figures."""
    from rich.text import Text

    field = series.cells[place]
    return Text(
        pad_to_width(_shown(series, field), wide, right=series.align == "right"),
        style="bold" if field.strong else "",
        justify="left",
        no_wrap=True,
        overflow="ellipsis",
    )
