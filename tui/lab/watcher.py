"""Polls a lab in a thread, so that a lock or a slow disk does not block the app."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from tui.background.jobs import BackgroundJob
from tui.lab.snapshot import LabSnapshot, Subscription

POLL_INTERVAL_S = 0.2
"""Seconds between two polls, and between two calls of `on_change`."""

REST_FACTOR = 4
"""The pause after a long poll, as a multiple of its duration."""


class LabWatcher:
    """Polls a lab, by default five times a second, and calls `on_change` with new snapshots.

    The polling thread makes the call.
    """

    def __init__(
        self,
        path: Path,
        on_change: Callable[[LabSnapshot], object],
        interval_s: float = POLL_INTERVAL_S,
    ) -> None:
        self._path = path
        self._on_change = on_change
        self._interval_s = interval_s
        self._subscription = Subscription()
        self._awake = threading.Event()
        self._poll_requested = threading.Event()
        self._stopped = False
        self._job: BackgroundJob | None = None

    def start(self) -> None:
        """Start the polling thread; call once."""
        self._awake.set()
        self._job = BackgroundJob(self._watch)

    def pause(self) -> None:
        self._awake.clear()

    def resume(self) -> None:
        self._awake.set()
        self._poll_requested.set()

    def subscribe(self, subscription: Subscription) -> None:
        """Set the curves and the log to read, and poll immediately if they have changed."""
        if subscription != self._subscription:
            self._subscription = subscription
            self._poll_requested.set()

    def poll_now(self) -> None:
        """Poll now, without waiting for the rest of the interval."""
        self._poll_requested.set()

    def stop(self) -> None:
        """Stop the thread, and wait at most a second for its end."""
        self._stopped = True
        self.resume()
        if self._job is not None:
            self._job.wait(1.0)

    def _watch(self) -> None:
        from tui.lab.reader import LabReader  # imported here for a fast start of the app

        reader = LabReader(self._path)
        last: LabSnapshot | None = None
        last_time = 0.0
        while not self._stopped:
            self._poll_requested.clear()
            started = time.monotonic()
            reader.subscription = self._subscription
            snapshot = reader.poll()
            now = time.monotonic()
            # While a long history is read in parts, show at most one part per interval.
            too_early = reader.has_more and now - last_time < self._interval_s
            if snapshot is not last and not too_early:
                last, last_time = snapshot, now
                self._on_change(snapshot)
            if not reader.has_more:
                self._poll_requested.wait(max(self._interval_s, REST_FACTOR * (now - started)))
            self._awake.wait()
        reader.close()
