"""Leaving the app in the middle of things."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from tui_helpers import quiet_app

from tui.modes import SCREENS
from tui.shell.mode_screen import ModeScreen


@pytest.mark.parametrize("mode", [mode for mode in SCREENS if mode != "compose"])
@pytest.mark.parametrize("parts", [0, 1])
def test_an_app_that_ends_while_it_opens_a_mode_ends_in_peace(
    mode: str, parts: int, tmp_path: Path
) -> None:
    app = quiet_app(tmp_path / "lab.db")

    async def leave(pilot: Pilot[Any]) -> None:
        await pilot.pause()
        app.switch_mode(mode)
        screen = app.screen
        assert isinstance(screen, ModeScreen)
        while len(screen.children) < parts:
            await asyncio.sleep(0)
        app.exit(7)

    async def run() -> int | None:
        return await app.run_async(headless=True, size=(120, 36), auto_pilot=leave)

    assert asyncio.run(run()) == 7
    assert app.return_code == 0
