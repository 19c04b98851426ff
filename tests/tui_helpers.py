"""The app under a pilot: started on an empty folder, and waited for until something holds."""

from __future__ import annotations

import os

os.environ["TEXTUAL_ANIMATIONS"] = "none"  # read when textual is imported

import asyncio
import sys
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from quick_apps import forget, hurry
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widget import Widget

from tui.analyser import Analyser
from tui.app import NetlabApp
from tui.settings import Settings

hurry()

MUTE = (sys.executable, "-c", "import sys; sys.stdin.read()")
"""An analyser that starts at once, loads nothing and never answers."""


async def until(pilot: Pilot[Any], holds: Callable[[], object], seconds: float = 20.0) -> None:
    """Let the app run until `holds()` is true; fails past the deadline."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"{holds} did not become true within {seconds} s"
        await pilot.pause()


async def click(
    pilot: Pilot[Any],
    target: Widget | type[Widget] | str,
    offset: tuple[int, int] = (0, 0),
    times: int = 1,
) -> None:
    """Click on a widget, once it has come to its place on the screen in front and is uncovered."""
    last: Region | None = None

    def in_place() -> bool:
        nonlocal last
        screen = pilot.app.screen
        found = [target] if isinstance(target, Widget) else list(screen.query(target))
        if len(found) != 1 or not found[0].region:
            return False
        before, last = last, found[0].region
        x, y = last.offset + offset
        if last != before or not screen.region.contains(x, y):
            return False
        return found[0] in screen.get_widget_at(x, y)[0].ancestors_with_self

    await until(pilot, in_place)
    await pilot.click(target, offset=offset, times=times)


class Seat:
    """An app under a pilot, as a person in front of it has it; scenarios are given one."""

    _pilot: Pilot[Any] | None = None

    @property
    def pilot(self) -> Pilot[Any]:
        assert self._pilot is not None
        return self._pilot

    def take(self, pilot: Pilot[Any]) -> None:
        """Sit down."""
        self._pilot = pilot

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def click(
        self,
        target: Widget | type[Widget] | str,
        offset: tuple[int, int] = (0, 0),
        times: int = 1,
    ) -> None:
        await click(self.pilot, target, offset, times)

    async def until(self, holds: Callable[[], object]) -> None:
        await until(self.pilot, holds)


def quiet_app(lab: Path, settings: Settings | None = None) -> NetlabApp:
    """The app on `lab`, with an analyser that says nothing."""
    return NetlabApp(
        lab, analyser=Analyser(lambda _: None, lambda _: None, MUTE), settings=settings
    )


def drive(
    app: NetlabApp,
    scenario: Callable[[Pilot[Any]], Coroutine[Any, Any, None]],
    size: tuple[int, int] = (120, 36),
) -> None:
    """Run `scenario` on the app in a terminal of `size` columns and rows."""

    async def run() -> None:
        async with app.run_test(size=size, notifications=True) as pilot:
            await pilot.pause()
            await scenario(pilot)

    asyncio.run(run())
    forget()
