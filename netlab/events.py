"""The event file, in which a worker records its run and from which the lab reads it.

It has one JSON object per line, which one worker appends and flushes; any process may read. A line
is complete when it ends in a newline; a torn last line (power loss, SIGKILL) is not an event yet.
`seq` counts from 1 without gaps within a run, also across resumes, so that ingesting a file twice
changes nothing.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal

EventKind = Literal["started", "step", "epoch", "evaluated", "finished", "stopped", "failed"]

EVENT_FILE = "events.jsonl"
RUN_FILE = "run.json"
"""Name of the file with the job of a worker."""
LOG_FILE = "worker.log"
"""Name of the file to which a worker's stdout and stderr go."""
CHECKPOINT_FILE = "checkpoint.pt"
"""Name of the latest checkpoint in a run's folder."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of an event file: its number, time (Unix seconds), kind and data."""

    seq: int
    at: float
    kind: str
    data: dict[str, Any]


class EventWriter:
    """Appends events to the file of one run; an incomplete last line is removed first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seq = 0
        if path.exists():
            complete = 0
            for event, end in _complete_lines(path, 0):
                self._seq, complete = event.seq, end
            os.truncate(path, complete)
        self._file = path.open("ab", buffering=0)

    def write(self, kind: EventKind, **data: Any) -> Event:
        """Append one event and pass it to the operating system. Raises `OSError` if it cannot."""
        event = Event(self._seq + 1, time.time(), kind, data)
        line = {"seq": event.seq, "at": event.at, "kind": kind, **data}
        raw = json.dumps(line, ensure_ascii=False).encode() + b"\n"
        start = os.fstat(self._file.fileno()).st_size
        if self._file.write(raw) != len(raw):
            self._file.truncate(start)
            raise OSError(28, "no space left for the event file", str(self.path))
        self._seq = event.seq
        return event

    def close(self) -> None:
        """Wait until all events are on the disk, and close the file; may be called again."""
        if not self._file.closed:
            os.fsync(self._file.fileno())
            self._file.close()


def read_events(path: Path, offset: int = 0, limit: int | None = None) -> tuple[list[Event], int]:
    """The complete events after byte `offset`, at most `limit`, and the offset after them.

    A missing file has no events. Lines that are not events (after a disk error) are skipped.
    """
    events: list[Event] = []
    if path.exists():
        for event, end in islice(_complete_lines(path, offset), limit):
            events.append(event)
            offset = end
    return events, offset


def _complete_lines(path: Path, offset: int) -> Iterator[tuple[Event, int]]:
    with path.open("rb") as file:
        file.seek(offset)
        for raw in file:
            offset += len(raw)
            if not raw.endswith(b"\n"):
                return
            try:
                data = json.loads(raw)
                event = Event(data.pop("seq"), data.pop("at"), data.pop("kind"), data)
            except (ValueError, KeyError, AttributeError, TypeError):
                continue
            yield event, offset
