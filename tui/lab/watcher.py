"""Watching a lab from a thread of its own, so that no lock and no disk holds the app up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from tui.background.jobs import BackgroundJob
from tui.lab.snapshot import LabSnapshot, Subscription

POLL_INTERVAL_S = 0.2
"""Seconds between two looks, and between two snapshots that are handed out."""

REST_FACTOR = 4
"""A look that takes long is followed by a rest of so many times its length."""


class LabWatcher:
    """Looks at a lab five times a second and hands out a snapshot whenever something is new.

    `on_change` is called from the watching thread. It is a daemon: a look that hangs on a dead
    file system keeps nobody from leaving.
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
        """Begin to look; call once."""
        self._awake.set()
        self._job = BackgroundJob(self._watch)

    def pause(self) -> None:
        """Stop looking until `resume`: nobody sees it."""
        self._awake.clear()

    def resume(self) -> None:
        """Go on, with a look at once."""
        self._awake.set()
        self._poll_requested.set()

    def subscribe(self, subscription: Subscription) -> None:
        """Say which curves and which log are wanted from now on; they come with the next look."""
        if subscription != self._subscription:
            self._subscription = subscription
            self._poll_requested.set()

    def poll_now(self) -> None:
        """Look at once: something has just been asked of the lab."""
        self._poll_requested.set()

    def stop(self) -> None:
        """End the watching, and wait a moment for it."""
        self._stopped = True
        self.resume()
        if self._job is not None:
            self._job.wait(1.0)

    def _watch(self) -> None:
        from tui.lab.reader import LabReader  # in this thread, so that the app starts without it

        reader = LabReader(self._path)
        told: LabSnapshot | None = None
        when = 0.0
        while not self._stopped:
            self._poll_requested.clear()
            begun = time.monotonic()
            reader.subscription = self._subscription
            found = reader.poll()
            now = time.monotonic()
            # While a long history is read in, not every piece of it is worth a picture.
            if found is not told and not (reader.has_more and now - when < self._interval_s):
                told, when = found, now
                self._on_change(found)
            if not reader.has_more:
                self._poll_requested.wait(max(self._interval_s, REST_FACTOR * (now - begun)))
            self._awake.wait()
        reader.close()
