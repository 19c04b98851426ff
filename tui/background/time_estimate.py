"""Estimates of the training time by `netlab plan`, requested after a short pause."""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from textual.screen import Screen
from textual.timer import Timer

from tui.background.jobs import BackgroundJob, run_in_background
from tui.background.netlab_command import NetlabCommand

DEBOUNCE_S = 0.6


@dataclass(frozen=True)
class TimeEstimate:
    """Seconds for the runs that are not done yet, and the basis of the estimate."""

    seconds: float
    source: str


class TimeUnknownError(Exception):
    """The time is not known; the message says why."""


class TimeQuery:
    """A call of `netlab plan`. Run it in a thread; another thread may cancel it."""

    def __init__(self, lab: Path) -> None:
        self._lab = lab
        self._command: NetlabCommand | None = None
        self.cancelled = threading.Event()

    def estimate(self, recipe: str, options: Sequence[str] = ()) -> TimeEstimate:
        """The time for the runs of `recipe` that are not in the lab yet.

        Raises `TimeUnknownError`.
        """
        self._command = NetlabCommand(self._lab, ["plan", recipe, *options, "--json"])
        if self.cancelled.is_set():
            raise TimeUnknownError("cancelled")
        result = self._command.run()
        if result.problem is not None:
            raise TimeUnknownError(result.problem.splitlines()[-1])
        try:
            answer = json.loads(result.stdout)
            return TimeEstimate(float(answer["estimated_seconds"]), str(answer["estimated_from"]))
        except (ValueError, KeyError, TypeError):
            raise TimeUnknownError("netlab plan gave no time") from None

    def estimate_text(self, text: str, options: Sequence[str] = ()) -> TimeEstimate:
        """The time for a recipe given as text. Raises `TimeUnknownError`."""
        with tempfile.TemporaryDirectory(prefix="netlab-") as folder:
            file = Path(folder) / "study.yaml"
            file.write_text(text, encoding="utf-8")
            try:
                return self.estimate(str(file), options)
            except TimeUnknownError as error:
                raise TimeUnknownError(str(error).replace(str(file), "the study")) from None

    def cancel(self) -> None:
        """Kill the process; `estimate` then raises `TimeUnknownError`."""
        self.cancelled.set()
        if self._command is not None:
            self._command.kill()


class TimeEstimator:
    """Makes one estimate at a time for a screen, as text; calls `on_change` when it is done."""

    def __init__(self, lab: Path, screen: Screen[None], on_change: Callable[[], None]) -> None:
        self._lab = lab
        self._screen = screen
        self._on_change = on_change
        self._about: Hashable = None
        self._text: str | None = None
        self._timer: Timer | None = None
        self._running: tuple[TimeQuery, BackgroundJob] | None = None

    def text(self, about: Hashable) -> str | None:
        """The estimate for `about`; None until it is known."""
        return self._text if about is not None and about == self._about else None

    def request(self, about: Hashable, estimate: Callable[[TimeQuery], str]) -> None:
        """Call `estimate` for `about` in a thread, unless that is done or in progress.

        It starts if no other request follows within `DEBOUNCE_S`; an older request is dropped.
        """
        if about == self._about:
            return
        self.stop()
        self._about, self._text = about, None
        if about is not None:
            start = partial(self._start, about, estimate)
            self._timer = self._screen.set_timer(DEBOUNCE_S, start)

    def stop(self) -> None:
        """Stop estimating; keep a finished estimate."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._running is not None:
            query, job = self._running
            job.cancel()
            query.cancel()
            self._running = None
        if self._text is None:
            self._about = None

    def forget(self) -> None:
        """Drop the estimate, which is out of date, so that the next request makes a new one."""
        self.stop()
        self._about, self._text = None, None

    def _start(self, about: Hashable, estimate: Callable[[TimeQuery], str]) -> None:
        query = TimeQuery(self._lab)
        finish = partial(self._finish, about)
        self._running = query, run_in_background(lambda: estimate(query), self._screen, finish)

    def _finish(self, about: Hashable, text: str) -> None:
        if about == self._about:
            self._text, self._running = text, None
            self._on_change()
