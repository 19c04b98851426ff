"""How long training takes: asked of `netlab plan` once the question has stood for a moment."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from textual.screen import Screen
from textual.timer import Timer
from textual.worker import Worker, WorkerError

from tui.background.netlab_command import run_netlab_async

DEBOUNCE_S = 0.6


@dataclass(frozen=True)
class TimeEstimate:
    """Seconds for the runs that are not done yet, and what that is based on."""

    seconds: float
    source: str


class TimeUnknownError(Exception):
    """The time is not known; the message says why."""


async def estimate_time(lab: Path, recipe: str, options: Sequence[str] = ()) -> TimeEstimate:
    """The time for the runs of `recipe` that `lab` does not hold yet. Raises `TimeUnknownError`.

    Where the task is cancelled, the process is ended.
    """
    result = await run_netlab_async(lab, ["plan", recipe, *options, "--json"])
    if result.problem is not None:
        raise TimeUnknownError(result.problem.splitlines()[-1])
    try:
        answer = json.loads(result.stdout)
        return TimeEstimate(float(answer["estimated_seconds"]), str(answer["estimated_from"]))
    except (ValueError, KeyError, TypeError):
        raise TimeUnknownError("netlab plan gave no time") from None


async def estimate_text_time(lab: Path, text: str, options: Sequence[str] = ()) -> TimeEstimate:
    """The same for a recipe that is no file: its text. Raises `TimeUnknownError`."""
    with tempfile.TemporaryDirectory(prefix="netlab-") as folder:
        file = Path(folder) / "study.yaml"
        file.write_text(text, encoding="utf-8")
        try:
            return await estimate_time(lab, str(file), options)
        except TimeUnknownError as error:
            raise TimeUnknownError(str(error).replace(str(file), "the study")) from None


class TimeEstimator:
    """Estimates one time at a time for a screen, as a text; calls `on_change` when it is there."""

    def __init__(self, screen: Screen[None], on_change: Callable[[], None]) -> None:
        self._screen = screen
        self._on_change = on_change
        self._about: Hashable = None
        self._text: str | None = None
        self._timer: Timer | None = None
        self._worker: Worker[None] | None = None

    def text(self, about: Hashable) -> str | None:
        """How long `about` takes; None while that is not known."""
        return self._text if about is not None and about == self._about else None

    def request(self, about: Hashable, estimate: Callable[[], Awaitable[str]]) -> None:
        """Have `estimate` find the time of `about`, unless that is done or under way.

        It starts once nothing else was requested for `DEBOUNCE_S`; an older request is dropped.
        """
        if about == self._about:
            return
        self.stop()
        self._about, self._text = about, None
        if about is not None:
            start = partial(self._start, about, estimate)
            self._timer = self._screen.set_timer(DEBOUNCE_S, start)

    def stop(self) -> None:
        """Stop estimating; what is known is kept."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._worker is not None:
            self._worker.cancel()
        if self._text is None:
            self._about = None

    def forget(self) -> None:
        """Ask again next time: the answer has changed."""
        self.stop()
        self._about, self._text = None, None

    async def wait_until_stopped(self) -> None:
        """Stop, and wait until no process is left."""
        self.stop()
        if self._worker is not None:
            with contextlib.suppress(WorkerError):
                await self._worker.wait()

    def _start(self, about: Hashable, estimate: Callable[[], Awaitable[str]]) -> None:
        # As a function: a coroutine would never be awaited where the app ends before it starts.
        self._worker = self._screen.run_worker(partial(self._work, about, estimate), group="time")

    async def _work(self, about: Hashable, estimate: Callable[[], Awaitable[str]]) -> None:
        text = await estimate()
        if about == self._about:
            self._text = text
            self._on_change()
