"""The app under a pilot that looks only at what has settled, and waits until something holds."""

from __future__ import annotations

import os

os.environ["TEXTUAL_ANIMATIONS"] = "none"  # read when textual is imported

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from quick_apps import clear_caches, speed_up
from rich.console import RenderableType
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget

from tui.app import NetlabApp
from tui.background.jobs import REQUEST_THREAD
from tui.config.settings import Settings
from tui.model.analyser import Analyser

speed_up()

MUTE_ANALYSER = (sys.executable, "-c", "import sys; sys.stdin.read()")
"""An analyser that starts at once, loads nothing and never answers."""


FRAMES = 3
"""How often in a row everything must be found still before the app counts as settled."""
TURNS = 10
"""Turns of the event loop between two looks: a message from a thread takes three to arrive."""
PATIENCE_S = 60.0
"""Far more than any wait takes on a crowded machine; a test that runs into it fails."""


def _unsettled(app: App[Any]) -> Iterator[str]:
    """What still goes on in the app: messages, callbacks, layout and paint."""
    for screen in app.screen_stack:
        for pump in (app, *screen.walk_children(with_self=True)):
            # Who awaits the next message is done with the last one.
            done = bool(pump._message_queue.ready_event._waiters)
            if pump.message_queue_size or pump._pending_message or pump._next_callbacks or not done:
                yield f"{pump} has messages"
    screen = app.screen
    flags = ("_layout_required", "_scroll_required", "_repaint_required", "_recompose_required")
    yield from (f"{screen} has {flag}" for flag in flags if getattr(screen, flag))
    if screen._dirty_widgets or screen._compositor._dirty_regions:
        yield f"{screen} is not painted"
    if screen._callbacks:
        yield f"{screen} has callbacks"
    if app._batch_count or app.animator._animations or app.animator._scheduled:
        yield "a batch or an animation goes on"
    if app._resize_event:
        yield "the terminal has a new size"


def _layout(app: App[Any]) -> list[object]:
    """Where each widget is, and how large."""
    widgets = app.screen.walk_children(Widget, with_self=True)
    return [(id(w), w.region, w.size, w.virtual_size, w.scroll_offset) for w in widgets]


async def wait_until_settled(
    pilot: Pilot[Any], seconds: float = PATIENCE_S, *, answered: bool = False
) -> None:
    """Wait until messages, layout and paint stand still, or the app has ended.

    With `answered` also until no request in the background is without its answer.
    """
    app = pilot.app
    deadline = time.monotonic() + seconds
    still, before = 0, None
    while still < FRAMES:
        for _ in range(TURNS):
            await asyncio.sleep(0)
        if app._exception or app._exit or not app.is_running or not app.screen_stack:
            return
        asks = answered and any(thread.name == REQUEST_THREAD for thread in threading.enumerate())
        left = "a request has no answer" if asks else next(_unsettled(app), None)
        now = _layout(app)
        still = still + 1 if left is None and now == before else 0
        before = now
        if not still:
            assert time.monotonic() < deadline, f"not settled within {seconds} s: {left}"
            app.screen._on_timer_update()  # what waits for the next frame is drawn now
            await asyncio.sleep(0.001)


class SettledPilot(Pilot[Any]):
    """A pilot who looks, presses and clicks only once the app has settled."""

    async def pause(self, delay: float | None = None) -> None:
        if delay is not None:
            await asyncio.sleep(delay)
        await wait_until_settled(self)

    async def press(self, *keys: str) -> None:
        for key in keys:
            await super().press(key)
            await wait_until_settled(self)


async def until(
    pilot: Pilot[Any], holds: Callable[[], object], seconds: float = PATIENCE_S
) -> None:
    """Let the app run until `holds()` is true of the settled app; fails past the deadline."""
    deadline = time.monotonic() + seconds
    await wait_until_settled(pilot)
    while not holds():
        assert time.monotonic() < deadline, f"{holds} did not become true within {seconds} s"
        await asyncio.sleep(0.005)
        await wait_until_settled(pilot)


async def click(
    pilot: Pilot[Any],
    target: Widget | type[Widget] | str,
    offset: tuple[int, int] = (0, 0),
    times: int = 1,
) -> None:
    """Click on a widget, once the app has settled and nothing covers the widget."""

    def uncovered() -> bool:
        screen = pilot.app.screen
        found = [target] if isinstance(target, Widget) else list(screen.query(target))
        if len(found) != 1 or not found[0].region:
            return False
        x, y = found[0].region.offset + offset
        return (
            screen.region.contains(x, y)
            and found[0] in screen.get_widget_at(x, y)[0].ancestors_with_self
        )

    await until(pilot, uncovered)
    await pilot.click(target, offset=offset, times=times)


class AppDriver:
    """An app under a pilot, as a person in front of it has it; scenarios are given one."""

    _pilot: Pilot[Any] | None = None

    @property
    def pilot(self) -> Pilot[Any]:
        assert self._pilot is not None
        return self._pilot

    def attach(self, pilot: Pilot[Any]) -> None:
        """Sit down."""
        self._pilot = pilot

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def click(
        self,
        target: Widget | type[Widget] | str,
        offset: tuple[int, int] = (0, 0),
        times: int = 1,
    ) -> None:
        await click(self.pilot, target, offset, times)

    async def until(self, holds: Callable[[], object]) -> None:
        await until(self.pilot, holds)


def painted(app: App[Any], monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The lines of each frame that the app paints from now on."""
    frames: list[list[str]] = []
    paint = app._display

    def noted(screen: Screen[Any], drawn: RenderableType | None) -> None:
        paint(screen, drawn)
        if app.screen_stack:
            frames.append([strip.text for strip in app.screen._compositor.render_strips()])

    monkeypatch.setattr(app, "_display", noted)
    return frames


def quiet_app(lab: Path, settings: Settings | None = None) -> NetlabApp:
    """The app on `lab`, with an analyser that says nothing."""
    return NetlabApp(lab, analyser=Analyser(lambda _: None, MUTE_ANALYSER), settings=settings)


def drive(
    app: App[Any],
    scenario: Callable[[Pilot[Any]], Coroutine[Any, Any, None]],
    size: tuple[int, int] = (120, 36),
) -> None:
    """Run `scenario` on the app in a terminal of `size` columns and rows."""

    async def run() -> None:
        async with app.run_test(size=size, notifications=True):
            pilot = SettledPilot(app)
            await pilot.pause()
            await scenario(pilot)

    asyncio.run(run())
    clear_caches()
