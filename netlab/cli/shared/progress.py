"""Progress of runs: a live board in a terminal, else plain lines."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from netlab.lab.records import Entry
from netlab.lab.scheduler import supervisor
from netlab.lab.scheduler.progress_log import ProgressLogger

if TYPE_CHECKING:
    from rich.console import Console

    from netlab.lab.scheduler.supervisor import SupervisorOutcome
    from netlab.lab.store import Lab

ProgressListener = Callable[[Sequence[Entry]], None]

REPAINT_INTERVAL_S = 0.2
"""Shortest time between two paintings of the board."""


def supervise_with_progress(
    lab: Lab, entries: list[Entry], *, device: str | None, jobs: int
) -> SupervisorOutcome:
    """Train the runs, and show their progress on stderr."""
    with show_progress(entries) as listener:
        return supervisor.supervise(lab, entries, device=device, jobs=jobs, on_change=listener)


@contextlib.contextmanager
def show_progress(entries: Sequence[Entry]) -> Iterator[ProgressListener]:
    """Show `entries` on stderr; yields a listener that shows their changes."""
    from rich.console import Console

    console = Console(stderr=True, highlight=False)
    if not (sys.stdout.isatty() and console.is_terminal) or console.is_dumb_terminal:
        logger = ProgressLogger(lambda line: click.echo(line, err=True))
        logger(entries)
        yield logger
        return
    with live_board(console) as listener:
        listener(entries)
        yield listener


@contextlib.contextmanager
def live_board(
    console: Console, clock: Callable[[], float] = time.monotonic
) -> Iterator[ProgressListener]:
    """Yield a listener that paints a line per run on `console`; the last painting stays.

    It paints only when the visible content has changed.
    """
    from rich.live import Live

    from netlab.cli.shared.progress_board import ProgressBoard

    drawn: ProgressBoard | None = None
    latest: ProgressBoard | None = None
    when = -REPAINT_INTERVAL_S
    with Live(console=console, auto_refresh=False, vertical_overflow="crop") as live:

        def paint() -> None:
            nonlocal drawn, when
            if latest is not None and latest != drawn:
                live.update(latest, refresh=True)
                drawn, when = latest, clock()

        def listen(entries: Sequence[Entry]) -> None:
            nonlocal latest
            latest = ProgressBoard.of(entries, height=console.height)
            if clock() - when >= REPAINT_INTERVAL_S:
                paint()

        try:
            yield listen
        finally:
            paint()
