"""Follows the files of a worker: its events, as curves, and the end of its log."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netlab.events import EVENT_FILE, LOG_FILE, Event, read_events
from tui.widgets.plots.downsampling import CurvePoints, DownsampledCurve, to_spans

if TYPE_CHECKING:
    from netlab.lab.records import Epoch

MAX_EVENTS_PER_READ = 4000
"""Most events in one read, so that a long history does not block a poll."""

MAX_LOG_BYTES = 128 * 1024
MAX_LOG_LINES = 2000
MAX_LOG_LINE_CHARS = 1000
"""Limits of the log text to show."""


@dataclass(frozen=True)
class RunCurves:
    """The curves of one run; x is in epochs from 0, with fractions for steps."""

    train_loss: CurvePoints = ()
    """A point per step report if these are more frequent than epochs, else per epoch."""
    val_loss: CurvePoints = ()
    train_accuracy: CurvePoints = ()
    val_accuracy: CurvePoints = ()


@dataclass(frozen=True)
class LogText:
    """The last lines of a worker's log, and the path of the log."""

    run: str
    path: Path
    lines: tuple[str, ...]


class EventTail:
    """Reads the event file of one run as it grows."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / EVENT_FILE
        self._reset()

    def _reset(self) -> None:
        self._offset = 0
        self._steps = DownsampledCurve()
        self._reports = 0
        self._per_epoch = 1.0
        self._epochs: dict[int, dict[str, Any]] = {}
        self._unread_events: list[Event] = []
        self._curves: RunCurves | None = RunCurves()
        self.has_more = False

    @property
    def exists(self) -> bool:
        return self._path.exists()

    def read_new(self) -> None:
        """Read at most `MAX_EVENTS_PER_READ` new events. Raises `OSError`."""
        size = self._path.stat().st_size if self._path.exists() else 0
        if size < self._offset:
            self._reset()  # the file was replaced by another one
        if size <= self._offset:
            self.has_more = False
            return
        events, self._offset = read_events(self._path, self._offset, limit=MAX_EVENTS_PER_READ)
        self.has_more = len(events) == MAX_EVENTS_PER_READ
        for event in events:
            self._add(event)
        if events:
            self._curves = None
            self._unread_events += events

    def events_after(self, seq: int) -> list[Event]:
        """The events after number `seq`; also deletes the events up to `seq`."""
        self._unread_events = [event for event in self._unread_events if event.seq > seq]
        return self._unread_events

    def curves(self) -> RunCurves:
        """The curves so far; the same object until there are new events."""
        if self._curves is None:
            self._curves = _curves(
                [(epoch, data) for epoch, data in sorted(self._epochs.items())],
                self._steps.points() if self._reports > len(self._epochs) else None,
            )
        return self._curves

    def _add(self, event: Event) -> None:
        data = event.data
        if event.kind == "step":
            self._reports += 1
            self._steps.add(data["step"] / self._per_epoch, data.get("loss"))
        elif event.kind == "epoch":
            self._epochs[data["epoch"]] = data
        elif event.kind == "started":
            if data.get("epochs") and data.get("steps"):
                self._per_epoch = data["steps"] / data["epochs"]
            # The steps after the checkpoint are trained and reported again.
            done = data.get("step", 0) / self._per_epoch
            self._steps.cut(done)
            self._epochs = {epoch: old for epoch, old in self._epochs.items() if epoch <= done}


def curves_from_epochs(epochs: Iterable[Epoch]) -> RunCurves:
    """The curves from the epochs in the lab, for a run without its event file."""
    return _curves([(epoch.epoch, vars(epoch)) for epoch in epochs], None)


def _curves(epochs: list[tuple[int, dict[str, Any]]], steps: CurvePoints | None) -> RunCurves:
    def of(name: str) -> CurvePoints:
        return to_spans((epoch, data.get(name)) for epoch, data in epochs)

    return RunCurves(
        train_loss=of("train_loss") if steps is None else steps,
        val_loss=of("val_loss"),
        train_accuracy=of("train_accuracy"),
        val_accuracy=of("val_accuracy"),
    )


class LogTail:
    """Reads the end of a worker's log each time the log has changed."""

    def __init__(self, run: str, folder: Path) -> None:
        self._path = folder / LOG_FILE
        self._stamp: tuple[int, int] | None = None
        self.text = LogText(run, self._path, ())

    def read_new(self) -> None:
        if not self._path.exists():
            return
        found = self._path.stat()
        stamp = (found.st_size, found.st_mtime_ns)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        with self._path.open("rb") as file:
            file.seek(max(0, found.st_size - MAX_LOG_BYTES))
            raw = file.read(MAX_LOG_BYTES).decode(errors="replace")
        if found.st_size > MAX_LOG_BYTES:
            raw = raw.partition("\n")[2]
        lines = tuple(_clean_line(line) for line in raw.rstrip("\n").split("\n")[-MAX_LOG_LINES:])
        self.text = LogText(self.text.run, self._path, lines if raw else ())


_ESCAPE_CODES = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[@-_])")
_CONTROL_CHARS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def _clean_line(line: str) -> str:
    """A line as a terminal would show it: after carriage returns, without control codes."""
    line = _ESCAPE_CODES.sub("", line.rstrip("\r").rpartition("\r")[2])
    line = _CONTROL_CHARS.sub("�", line)
    return line if len(line) <= MAX_LOG_LINE_CHARS else line[: MAX_LOG_LINE_CHARS - 1] + "…"
