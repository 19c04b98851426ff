"""What is seen while runs train: a live board in a terminal, plain lines anywhere else."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from netlab.lab.records import Entry
from netlab.lab.scheduler.progress_log import ProgressLogger

if TYPE_CHECKING:
    from rich.console import Console

ProgressListener = Callable[[Sequence[Entry]], None]

REPAINT_INTERVAL_S = 0.2
"""Seconds between two paintings of the board: at most five a second."""


@contextlib.contextmanager
def show_progress(entries: Sequence[Entry]) -> Iterator[ProgressListener]:
    """A listener that shows `entries` on stderr, from now on and as they go on."""
    from rich.console import Console

    console = Console(stderr=True, highlight=False)
    if not (sys.stdout.isatty() and console.is_terminal) or console.is_dumb_terminal:
        narrator = ProgressLogger(lambda line: click.echo(line, err=True))
        narrator(entries)
        yield narrator
        return
    with live_board(console) as listener:
        listener(entries)
        yield listener


@contextlib.contextmanager
def live_board(
    console: Console, clock: Callable[[], float] = time.monotonic
) -> Iterator[ProgressListener]:
    """A listener that paints a line for each run on `console`, and leaves the last one standing.

    It paints when something that is shown has changed, and at most five times a second.
    """
    from rich.live import Live

    from netlab.cli.shared.progress_board import Board

    drawn: Board | None = None
    latest: Board | None = None
    when = -REPAINT_INTERVAL_S
    with Live(console=console, auto_refresh=False, vertical_overflow="crop") as live:

        def paint() -> None:
            nonlocal drawn, when
            if latest is not None and latest != drawn:
                live.update(latest, refresh=True)
                drawn, when = latest, clock()

        def listen(entries: Sequence[Entry]) -> None:
            nonlocal latest
            latest = Board.of(entries, height=console.height)
            if clock() - when >= REPAINT_INTERVAL_S:
                paint()

        try:
            yield listen
        finally:
            paint()
