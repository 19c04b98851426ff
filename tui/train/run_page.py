"""A help page with everything that is known about one run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message

from netlab.errors import NetlabError
from netlab.events import LOG_FILE
from netlab.lab.db.run_rows import RunRow
from netlab.measures import format_result
from netlab.sanitize import sanitize
from tui.shell.help import HelpPage
from tui.train.status_text import end_text, progress_text, run_figures

if TYPE_CHECKING:
    from netlab.lab.records import Run


@dataclass
class RunRead(Message):
    """A run as read from the lab, or the problem that prevented it."""

    row: RunRow
    run: Run | None
    folder: Path
    problem: str | None


def read_run(lab: Path, row: RunRow) -> RunRead:
    """Read a run. Call it in a thread, not on the event loop."""
    from netlab.lab.store import Lab

    try:
        with Lab.open(lab, readonly=True) as opened:
            return RunRead(row, opened.runs.get(row.run), opened.run_folder(row.run), None)
    except NetlabError as fault:
        return RunRead(row, None, lab, str(fault))


def run_page(row: RunRow, run: Run, folder: Path) -> HelpPage:
    """The page of a run. Its state comes from `row`, which knows whether the worker is alive."""
    about = f"{sanitize(row.study)} · {row.title}\n\n{row.state_word}, {progress_text(row)}"
    for more in (end_text(row), run_figures(row)):
        about += f"\n{more}" if more else ""
    return HelpPage(
        about,
        tuple(
            (title, tuple((name, value, "") for name, value in lines))
            for title, lines in (
                ("Results", list(_results(run))),
                ("How it was run", list(_facts(run))),
                ("Where it is", list(_places(run, folder))),
            )
            if lines
        ),
    )


def _results(run: Run) -> Iterator[tuple[str, str]]:
    for name, value in run.results.items():
        yield name.replace("_", " "), format_result(name, value)


def _facts(run: Run) -> Iterator[tuple[str, str]]:
    spec = run.spec
    yield "data", spec.data.label
    yield "protocol", f"{spec.protocol.label}, batches of {spec.protocol.batch_size}"
    yield "device", run.device or f"{run.requested_device} (asked for)"
    for name, value in run.hardware.items():
        parts = value.items() if isinstance(value, dict) else ()
        text = ", ".join(f"{key} {part}" for key, part in parts) or str(value)
        yield name.replace("_", " "), text
    for name, moment in (("entered", run.created), ("started", run.started), ("ended", run.ended)):
        if moment is not None:
            yield name, f"{datetime.fromtimestamp(moment).astimezone():%Y-%m-%d %H:%M:%S}"


def _places(run: Run, folder: Path) -> Iterator[tuple[str, str]]:
    yield "run", run.id
    yield "folder", str(folder)
    yield "log", str(folder / LOG_FILE)
