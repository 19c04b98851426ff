"""The live board: a line for each run, and a summary line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from netlab.format import format_clock
from netlab.lab.records import Entry
from netlab.lab.run_state import State, state_with_reason
from netlab.lab.time_left import total_time_left
from netlab.measures import format_result

STATE_STYLES: dict[State, str] = {
    "running": "bold",
    "queued": "dim",
    "done": "green",
    "failed": "red",
    "diverged": "red",
    "interrupted": "yellow",
    "stopped": "yellow",
    "paused": "yellow",
}
"""Colours add no information to the text."""

RESERVED_LINES = 4
"""Screen lines not used for runs: the heading, two summary lines, and the cursor's line."""


@dataclass(frozen=True)
class BoardColumn:
    """One column: its heading, its text for a run, and its width limits in cells."""

    heading: str
    text: Callable[[Entry], str]
    min_width: int
    max_width: int = 100
    right: bool = True
    styled: bool = False
    """Whether the text has the colour of the run's state."""


def _loss(entry: Entry) -> str:
    run = entry.run
    loss = run.live_metrics.get("loss", run.results.get("train_loss"))
    return "" if loss is None else f"{loss:.3f}"


def _accuracy(entry: Entry) -> str:
    accuracy = entry.run.results.get("val_accuracy")
    return "" if accuracy is None else f"{accuracy:.1f}"


def _speed(entry: Entry) -> str:
    speed = entry.run.images_per_s
    return "" if speed is None else f"{speed:,.0f}"


def _status(entry: Entry) -> str:
    run = entry.run
    if run.state == "done":
        accuracy = run.results.get("accuracy")
        return "done" if accuracy is None else f"test {format_result('accuracy', accuracy)}"
    if run.state != "running" or run.stop_request or run.time_left is None:
        return state_with_reason(run.state_word, run.reason)
    return f"{format_clock(run.time_left)} left"


VARIANT = BoardColumn("variant", lambda entry: entry.variant, 7, right=False, styled=True)
SEED = BoardColumn("seed", lambda entry: str(entry.run.seed), 4)
EPOCH = BoardColumn("epoch", lambda entry: f"{entry.run.epoch}/{entry.run.epochs}", 5)
BAR = BoardColumn("", lambda _entry: "", 8)
LOSS = BoardColumn("loss", _loss, 6)
ACCURACY = BoardColumn("val %", _accuracy, 5)
SPEED = BoardColumn("images/s", _speed, 8)
STATUS = BoardColumn("", _status, 12, max_width=22, right=False, styled=True)

COLUMNS = (VARIANT, SEED, EPOCH, BAR, LOSS, ACCURACY, SPEED, STATUS)

DROP_ORDER = (BAR, SPEED, LOSS, SEED, ACCURACY)
"""Columns in the order in which a narrow screen leaves them out."""

LEGIBLE_NAME_WIDTH = 16
"""Columns are left out if names of variants would get less than this width."""


@dataclass(frozen=True)
class BoardLine:
    """The visible texts of one run, in the order of `COLUMNS`."""

    state: State
    share: float
    texts: tuple[str, ...]

    def cell(self, column: BoardColumn, width: int) -> RenderableType:
        """The text of the run in a column."""
        if column is BAR:
            return ProgressBar(total=1.0, completed=self.share, width=width)
        style = STATE_STYLES[self.state] if column.styled else ""
        return Text(self.texts[COLUMNS.index(column)], style)


@dataclass(frozen=True)
class ProgressBoard:
    """The visible content. Equal boards look the same, so the second need not be painted."""

    lines: tuple[BoardLine, ...]
    hidden: int
    """Number of runs for which the screen has no line."""
    summary: str

    @classmethod
    def of(cls, entries: Sequence[Entry], height: int) -> Self:
        """The board of `entries` on a screen of `height` lines."""
        lines = tuple(
            BoardLine(one.run.state, one.run.share, tuple(column.text(one) for column in COLUMNS))
            for one in select_visible(entries, max(1, height - RESERVED_LINES))
        )
        return cls(lines, len(entries) - len(lines), summary_line(entries))

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        # Only as wide as necessary; a narrow screen leaves out the least important columns.
        widths = fit_columns(self.lines, options.max_width)
        table = Table(box=None, padding=(0, 1, 0, 0), header_style="dim", pad_edge=False)
        for column, width in widths.items():
            table.add_column(
                Text(column.heading, no_wrap=True),
                justify="right" if column.right else "left",
                width=width,
                no_wrap=True,
                overflow="ellipsis",
            )
        for line in self.lines:
            table.add_row(*(line.cell(column, width) for column, width in widths.items()))
        yield table
        more = f"… {self.hidden} more · " if self.hidden else ""
        yield Text(more + self.summary, "bold", no_wrap=True, overflow="ellipsis")


def fit_columns(lines: Sequence[BoardLine], width: int) -> dict[BoardColumn, int]:
    """The columns that fit into `width` cells, and the width of each."""
    widths = {}
    for index, column in enumerate(COLUMNS):
        texts = [column.heading, *(line.texts[index] for line in lines)]
        widths[column] = min(column.max_width, max(column.min_width, *map(cell_len, texts)))
    names = widths.pop(VARIANT)
    for spare in DROP_ORDER:
        if _width_left(widths, width) >= min(names, LEGIBLE_NAME_WIDTH):
            break
        del widths[spare]
    return {VARIANT: max(VARIANT.min_width, min(names, _width_left(widths, width))), **widths}


def _width_left(widths: dict[BoardColumn, int], width: int) -> int:
    """The width for names of variants that these columns and the gaps leave."""
    return width - sum(cells + 1 for cells in widths.values())


def select_visible(entries: Sequence[Entry], limit: int) -> list[Entry]:
    """At most `limit` entries, in order; running runs are preferred, then failed, then queued."""
    rank = {"running": 0, "queued": 2, "done": 3}
    order = sorted(range(len(entries)), key=lambda index: rank.get(entries[index].run.state, 1))
    return [entries[index] for index in sorted(order[:limit])]


def summary_line(entries: Sequence[Entry]) -> str:
    """How many runs are in each state, and the time left for all."""
    runs = list({entry.run.id: entry.run for entry in entries}.values())
    done = sum(run.state == "done" for run in runs)
    parts = [f"{done} of {len(runs)} done"]
    left = total_time_left(runs)
    if left is not None:
        parts.append(f"about {format_clock(left)} left")
    for state in STATE_STYLES:
        count = sum(run.state == state for run in runs)
        if count and state not in ("done", "queued"):
            parts.append(f"{count} {state}")
    return " · ".join(parts)
