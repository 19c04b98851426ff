"""F1 tells what the focused part is for, and which keys work there."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pytest
from textual.binding import Binding, BindingType
from textual.pilot import Pilot
from textual.widgets import Static
from tui_helpers import drive, quiet_app, until

from tui.config.settings import Settings
from tui.shell.help import HelpScreen, help_page_for


class Part(Static, can_focus=True):
    """A part with help and a key of its own."""

    HELP = """
    Holds [/x nothing.

    Not much to do here.
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("j,down", "scroll_down", "Down")]


def test_it_tells_what_the_part_is_for_its_own_keys_and_those_around_it(tmp_path: Path) -> None:
    app = quiet_app(tmp_path / "lab.db", Settings(keys={"app.compare": "f9"}))

    async def scenario(pilot: Pilot[Any]) -> None:
        part = Part("part")
        await app.screen.mount(part)
        part.focus()
        await pilot.pause()
        page = help_page_for(app.screen)
        assert page.about == "Holds [/x nothing.\n\nNot much to do here."
        sections = dict(page.sections)
        assert sections["Here"] == (("j or Down", "Down", ""),)
        assert ("F9", "Compare", "See which differences are real.") in sections["Everywhere"]

    drive(app, scenario)


def test_a_part_without_help_has_that_of_what_is_around_it(tmp_path: Path) -> None:
    app = quiet_app(tmp_path / "lab.db")

    class Inner(Static, can_focus=True):
        pass

    async def scenario(pilot: Pilot[Any]) -> None:
        part, inner = Part(), Inner()
        await app.screen.mount(part)
        await part.mount(inner)
        inner.focus()
        await pilot.pause()
        assert help_page_for(app.screen).about.startswith("Holds [/x")

    drive(app, scenario)


@pytest.mark.parametrize("key", ["f1", "escape", "q"])
@pytest.mark.parametrize("size", [(40, 12), (80, 24), (200, 60)])
def test_it_opens_over_the_screen_and_closes(
    key: str, size: tuple[int, int], tmp_path: Path
) -> None:
    app = quiet_app(tmp_path / "lab.db")

    async def scenario(pilot: Pilot[Any]) -> None:
        under = app.screen
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await pilot.press("j", "k")
        await pilot.press(key)
        await until(pilot, lambda: app.screen is under)

    drive(app, scenario, size)
