"""The live board: a line for each run, and one for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from netlab.format import format_clock
from netlab.lab.records import Entry, Run
from netlab.lab.run_state import State, state_with_reason
from netlab.lab.time_left import total_time_left

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
"""Colours only repeat the text."""

RESERVED_LINES = 4
"""Lines of the screen that are not for runs: heading, two of summary, and the cursor's."""


@dataclass(frozen=True)
class BoardLine:
    """One run as it is shown."""

    variant: str
    seed: str
    state: State
    epoch: str
    share: float
    loss: str
    accuracy: str
    speed: str
    end: str


@dataclass(frozen=True)
class ProgressBoard:
    """What is shown of runs; equal boards look the same, so a board is never painted twice."""

    lines: tuple[BoardLine, ...]
    hidden: int
    """Runs for which the screen has no line."""
    summary: str

    @classmethod
    def of(cls, entries: Sequence[Entry], height: int) -> Self:
        """The board of `entries` on a screen of `height` lines."""
        shown = select_visible(entries, max(1, height - RESERVED_LINES))
        lines = tuple(board_line(entry) for entry in shown)
        return cls(lines, len(entries) - len(lines), summary_line(entries))

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        # As wide as it needs to be; on a narrow screen the least important columns are left out.
        columns = fit_columns(self.lines, options.max_width)
        table = Table(box=None, padding=(0, 1, 0, 0), header_style="dim", pad_edge=False)
        for column, width in columns.items():
            table.add_column(
                Text(column.heading, no_wrap=True),
                justify="right" if column.right else "left",
                width=width,
                no_wrap=True,
                overflow="ellipsis",
            )
        for line in self.lines:
            table.add_row(*(column.render_cell(line, width) for column, width in columns.items()))
        yield table
        more = f"… {self.hidden} more · " if self.hidden else ""
        yield Text(more + self.summary, "bold", no_wrap=True, overflow="ellipsis")


@dataclass(frozen=True)
class BoardColumn:
    """One column: its heading, where its text comes from, and its bounds in cells."""

    heading: str
    name: str
    min_width: int
    max_width: int = 100
    right: bool = True

    def natural_width(self, lines: Sequence[BoardLine]) -> int:
        """The width of its heading and texts, within its bounds."""
        texts = [str(getattr(line, self.name)) for line in lines] if self.name != "share" else []
        return min(self.max_width, max(self.min_width, *map(cell_len, [self.heading, *texts])))

    def render_cell(self, line: BoardLine, width: int) -> RenderableType:
        """The cell of `line`."""
        if self.name == "share":
            return ProgressBar(total=1.0, completed=line.share, width=width)
        styled = self.name in ("variant", "end")
        return Text(getattr(line, self.name), STATE_STYLES[line.state] if styled else "")


VARIANT = BoardColumn("variant", "variant", 7, right=False)
SEED = BoardColumn("seed", "seed", 4)
EPOCH = BoardColumn("epoch", "epoch", 5)
BAR = BoardColumn("", "share", 8)
LOSS = BoardColumn("loss", "loss", 6)
ACCURACY = BoardColumn("val %", "accuracy", 5)
SPEED = BoardColumn("images/s", "speed", 8)
END = BoardColumn("", "end", 12, max_width=22, right=False)

DROP_ORDER = (BAR, SPEED, LOSS, SEED, ACCURACY)
"""Columns that a narrow screen leaves out, first to last."""

LEGIBLE_NAME_WIDTH = 16
"""Width for names of variants below which columns are left out."""


def fit_columns(lines: Sequence[BoardLine], width: int) -> dict[BoardColumn, int]:
    """The columns that fit into `width` cells, and the width of each."""
    names = VARIANT.natural_width(lines)
    columns = [VARIANT, SEED, EPOCH, BAR, LOSS, ACCURACY, SPEED, END]
    widths = {column: column.natural_width(lines) for column in columns}
    for spare in DROP_ORDER:
        if _width_left_for_names(widths, width) >= min(names, LEGIBLE_NAME_WIDTH):
            break
        del widths[spare]
    return {
        **widths,
        VARIANT: max(VARIANT.min_width, min(names, _width_left_for_names(widths, width))),
    }


def _width_left_for_names(widths: dict[BoardColumn, int], width: int) -> int:
    """The width for names of variants beside the other columns and their gaps."""
    return width - sum(cells + 1 for column, cells in widths.items() if column is not VARIANT)


def select_visible(entries: Sequence[Entry], limit: int) -> list[Entry]:
    """At most `limit` entries in their order, preferring running, then failed, then queued runs."""
    rank = {"running": 0, "queued": 2, "done": 3}
    order = sorted(range(len(entries)), key=lambda index: rank.get(entries[index].run.state, 1))
    return [entries[index] for index in sorted(order[:limit])]


def board_line(entry: Entry) -> BoardLine:
    """The line of one run."""
    run, found = entry.run, entry.run.results
    loss = run.live_metrics.get("loss", found.get("train_loss"))
    accuracy = found.get("val_accuracy")
    return BoardLine(
        variant=entry.variant,
        seed=str(run.seed),
        state=run.state,
        epoch=f"{run.epoch}/{run.epochs}",
        share=run.share,
        loss="" if loss is None else f"{loss:.3f}",
        accuracy="" if accuracy is None else f"{accuracy:.1f}",
        speed="" if run.images_per_s is None else f"{run.images_per_s:,.0f}",
        end=_status(run),
    )


def _status(run: Run) -> str:
    if run.state == "done":
        accuracy = run.results.get("accuracy")
        return "done" if accuracy is None else f"test {accuracy:.2f} %"
    if run.state != "running" or run.stop_request or run.time_left is None:
        return state_with_reason(run.state_word, run.reason)
    return f"{format_clock(run.time_left)} left"


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
