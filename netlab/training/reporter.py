"""What a worker tells: events, which never stop the training that they tell about."""

from __future__ import annotations

import sys
from typing import Any

from netlab.events import EventKind, EventWriter
from netlab.training.failures import disk_full

RESULT_EVENTS: tuple[EventKind, ...] = ("evaluated", "finished", "stopped", "failed")
"""Events without which the lab would not know how a run ended."""


class Reporter:
    """Writes events; what goes wrong with the telling goes to stderr, and the run goes on.

    A full disk is different (the checkpoint would not fit either), and so is an event that
    carries a result: there the `OSError` is raised.
    """

    def __init__(self, events: EventWriter) -> None:
        self._events = events

    def emit(self, kind: EventKind, **data: Any) -> None:
        """Write one event."""
        try:
            self._events.write(kind, **data)
        except OSError as error:
            if disk_full(error) or kind in RESULT_EVENTS:
                raise
            print(f"event '{kind}' could not be written: {error}", file=sys.stderr)

    def close(self) -> None:
        """Force the events to the disk; they are written by now, so a fault changes nothing."""
        try:
            self._events.close()
        except OSError as error:
            print(f"the events could not be forced to the disk: {error}", file=sys.stderr)
