"""How long the rest of a guide takes: asked of `netlab plan` once the guide is looked at for long."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from textual.screen import Screen
from textual.timer import Timer
from textual.worker import Worker, WorkerError

from tui.background.netlab_command import run_netlab_async
from tui.guide.guide_reader import GuideForm
from tui.guide.guide_text import describe_time

GUIDE_DEBOUNCE_S = 0.6
"""Seconds for which a guide is looked at before its time is worked out."""

About = tuple[GuideForm, int]
"""A guide in one of its forms, and how many of its runs are done."""


class TimeLeft:
    """Works out one time at a time, on behalf of a screen; `tell` hears when it is known."""

    def __init__(self, lab: Path, screen: Screen[None], tell: Callable[[], None]) -> None:
        self._lab = lab
        self._screen = screen
        self._tell = tell
        self._about: About | None = None
        self._words: str | None = None
        self._timer: Timer | None = None
        self._worker: Worker[None] | None = None

    def words(self, about: About | None) -> str:
        """About how long that takes; empty while that is not known."""
        return self._words or "" if about == self._about else ""

    def want(self, about: About | None, command: Sequence[str]) -> None:
        """Work that out by `command`, after a moment of patience; an older question is dropped."""
        if about == self._about:
            return
        self.stop()
        self._about, self._words = about, None
        if about is not None:
            kept = tuple(command)
            self._timer = self._screen.set_timer(GUIDE_DEBOUNCE_S, lambda: self._begin(kept))

    def stop(self) -> None:
        """Work nothing out that nobody sees; what is known is kept."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._worker is not None:
            self._worker.cancel()
        if self._words is None:
            self._about = None

    async def ended(self) -> None:
        """Stop, and wait until no process is left."""
        self.stop()
        if self._worker is not None:
            with contextlib.suppress(WorkerError):
                await self._worker.wait()

    def _begin(self, command: tuple[str, ...]) -> None:
        work = partial(self._work, command)  # not begun where the app ends before
        self._worker = self._screen.run_worker(work, group="time")

    async def _work(self, command: tuple[str, ...]) -> None:
        about = self._about
        said = await run_netlab_async(self._lab, command)
        if about == self._about:
            self._words = "".join(_told(said.stdout)) if said.exit_code == 0 else ""
            self._tell()


def _told(out: str) -> Iterator[str]:
    """The time in what `netlab plan --json` wrote; nothing where there is none."""
    with contextlib.suppress(ValueError, KeyError, TypeError):
        told = json.loads(out)
        yield describe_time(float(told["estimated_seconds"]), str(told["estimated_from"]))
