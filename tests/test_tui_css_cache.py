"""Styles: worked out anew for another theme, on every screen, and otherwise left alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.color import Color
from textual.pilot import Pilot
from tui_helpers import drive, quiet_app, until

from tui.compare.screen import CompareScreen
from tui.compose.screen import ComposeScreen
from tui.config.themes import TERMINAL
from tui.shell.header import ModeHeader
from tui.widgets.options import VimOptions


def test_a_theme_reaches_every_mode_and_opening_a_mode_works_out_no_style_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked_out: list[str] = []
    whole = App.refresh_css

    def refresh_css(app: App[int], animate: bool = True) -> None:
        worked_out.append(app.theme)
        whole(app, animate)

    monkeypatch.setattr(App, "refresh_css", refresh_css)
    app = quiet_app(tmp_path / "lab.db")

    def header() -> Color:
        background: Color = app.screen.query_one(ModeHeader).styles.background
        return background

    async def scenario(pilot: Pilot[Any]) -> None:
        worked_out.clear()
        await pilot.press("4")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen))
        await pilot.press("1", "4", "1")
        assert not worked_out
        dark = header()
        app.theme = "textual-light"
        await until(pilot, lambda: header() != dark)
        light = header()
        await pilot.press("4")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen))
        assert header() == light
        await pilot.press("1")
        await until(pilot, lambda: isinstance(app.screen, ComposeScreen))
        assert header() == light
        assert worked_out == ["textual-light"] * 2

    drive(app, scenario)


def test_the_cursor_of_a_list_is_seen_with_the_colours_of_the_terminal(tmp_path: Path) -> None:
    app = quiet_app(tmp_path / "lab.db")

    async def scenario(pilot: Pilot[Any]) -> None:
        app.theme = TERMINAL
        await pilot.press("2")
        await until(pilot, lambda: isinstance(app.screen.focused, VimOptions))
        listed = app.screen.focused
        assert isinstance(listed, VimOptions)
        await until(
            pilot,
            lambda: listed.get_visual_style("option-list--option-highlighted").reverse,
        )
        assert not listed.get_visual_style("option-list--option").reverse

    drive(app, scenario)
