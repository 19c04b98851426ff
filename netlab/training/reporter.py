"""Writes the events of a run; a failed write never stops training."""

from __future__ import annotations

import sys
from typing import Any

from netlab.events import EventKind, EventWriter
from netlab.training.failures import disk_full

RESULT_EVENTS: tuple[EventKind, ...] = ("evaluated", "finished", "stopped", "failed")


class Reporter:
    """Writes events; if that fails, it says so on stderr and the run continues.

    Two errors are raised: any `OSError` for an event with a result, and a full disk for every
    event, because the checkpoint would not fit either.
    """

    def __init__(self, events: EventWriter) -> None:
        self._events = events

    def emit(self, kind: EventKind, **data: Any) -> None:
        try:
            self._events.write(kind, **data)
        except OSError as error:
            if disk_full(error) or kind in RESULT_EVENTS:
                raise
            print(f"event '{kind}' could not be written: {error}", file=sys.stderr)

    def close(self) -> None:
        """Flush the events to the disk. An error is only printed: the events are written anyway."""
        try:
            self._events.close()
        except OSError as error:
            print(f"the events could not be flushed to the disk: {error}", file=sys.stderr)
