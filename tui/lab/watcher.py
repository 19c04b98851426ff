"""Polls a lab in a thread of its own, so that no lock and no disk holds the app up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from tui.background.jobs import BackgroundJob
from tui.lab.snapshot import LabSnapshot, Subscription

POLL_INTERVAL_S = 0.2
"""Seconds between two polls, and between two snapshots that are handed out."""

REST_FACTOR = 4
"""A poll that takes long is followed by a pause of so many times its length."""


class LabWatcher:
    """Polls a lab five times a second and hands out a snapshot whenever something is new.

    `on_change` is called from the polling thread.
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
        """Begin to poll; call once."""
        self._awake.set()
        self._job = BackgroundJob(self._watch)

    def pause(self) -> None:
        self._awake.clear()

    def resume(self) -> None:
        self._awake.set()
        self._poll_requested.set()

    def subscribe(self, subscription: Subscription) -> None:
        """Set which curves and which log to read; they come with the next poll, at once."""
        if subscription != self._subscription:
            self._subscription = subscription
            self._poll_requested.set()

    def poll_now(self) -> None:
        """Poll at once: the lab is about to change."""
        self._poll_requested.set()

    def stop(self) -> None:
        """Stop for good, and wait a second at most for the thread."""
        self._stopped = True
        self.resume()
        if self._job is not None:
            self._job.wait(1.0)

    def _watch(self) -> None:
        from tui.lab.reader import LabReader  # in this thread, so that the app starts without it

        reader = LabReader(self._path)
        last: LabSnapshot | None = None
        last_time = 0.0
        while not self._stopped:
            self._poll_requested.clear()
            started = time.monotonic()
            reader.subscription = self._subscription
            snapshot = reader.poll()
            now = time.monotonic()
            # While a long history is read, not every part of it is worth showing.
            too_early = reader.has_more and now - last_time < self._interval_s
            if snapshot is not last and not too_early:
                last, last_time = snapshot, now
                self._on_change(snapshot)
            if not reader.has_more:
                self._poll_requested.wait(max(self._interval_s, REST_FACTOR * (now - started)))
            self._awake.wait()
        reader.close()
