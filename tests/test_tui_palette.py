"""Every action works by its key and from the command palette."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.widgets import Input
from tui_helpers import drive, quiet_app, until

from tui.app import NetlabApp
from tui.config.actions import APP_ACTIONS, Action
from tui.modes import SCOPES
from tui.shell.mode_screen import ModeScreen

MODES = ("compose", "ablate", "train", "compare", "guides")
FROM_EVERYWHERE = [action for action in APP_ACTIONS if action.id != "app.command-palette"]


class Watched(NetlabApp):
    """Writes down which actions are asked for instead of doing them, once `watching`."""

    def __init__(self, lab: Path) -> None:
        super().__init__(lab, analyser=quiet_app(lab).analyser)
        self.watching = False
        self.asked: list[str] = []

    async def run_action(self, action: Any, *rest: Any, **more: Any) -> bool:
        name = action if isinstance(action, str) else action[1]
        if not self.watching or name == "command_palette":
            return await super().run_action(action, *rest, **more)
        self.asked.append(name)
        return True


async def settled(pilot: Pilot[Any], app: NetlabApp, mode: str) -> ModeScreen:
    if app.current_mode != mode:
        app.switch_mode(mode)
    await until(pilot, lambda: isinstance(app.screen, ModeScreen) and mode == app.screen.MODE)
    assert isinstance(app.screen, ModeScreen)
    await until(pilot, lambda: app.screen.is_mounted)
    await pilot.pause()
    return app.screen


@pytest.mark.parametrize("mode", MODES)
def test_every_action_of_a_mode_has_a_method_and_works_by_each_of_its_keys(
    mode: str, tmp_path: Path
) -> None:
    app = Watched(tmp_path / "lab.db")

    async def scenario(pilot: Pilot[Any]) -> None:
        screen = await settled(pilot, app, mode)
        app.watching = True
        for action in (*SCOPES[mode], *FROM_EVERYWHERE):
            at = app if action.scope == "app" else screen
            assert callable(getattr(at, f"action_{action.name}", None)), action.id
            if at.check_action(action.name, ()) is not True:
                continue
            for key in action.keys.split(","):
                app.asked.clear()
                screen.set_focus(None)  # what is typed into a field is no key of an action
                await pilot.press(key)
                assert app.asked == [action.name], (action.id, key)

    drive(app, scenario)


@pytest.mark.parametrize("mode", MODES)
def test_the_palette_lists_every_action_that_works_in_a_mode(mode: str, tmp_path: Path) -> None:
    app = quiet_app(tmp_path / "lab.db")

    async def scenario(pilot: Pilot[Any]) -> None:
        screen = await settled(pilot, app, mode)
        wanted = {
            action.title
            for action in (*screen.ACTIONS, *FROM_EVERYWHERE)
            if action.scope == "app" or screen.check_action(action.name, ()) is not False
        }
        assert {hit.text async for hit in _provider(screen).discover()} == wanted
        for action in screen.ACTIONS:
            found = {hit.text async for hit in _provider(screen).search(action.title)}
            assert found & {action.title} or action.title not in wanted

    drive(app, scenario)


def test_an_action_that_is_found_by_name_is_done(tmp_path: Path) -> None:
    app = quiet_app(tmp_path / "lab.db")

    async def scenario(pilot: Pilot[Any]) -> None:
        await settled(pilot, app, "compose")
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(app.screen, CommandPalette))
        app.screen.query_one(Input).value = "Compare"
        await until(pilot, lambda: app.screen.query("OptionList").first().option_count)  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until(pilot, lambda: app.current_mode == "compare")

    drive(app, scenario)


def test_an_action_is_shown_with_the_keys_that_a_person_gave_it(tmp_path: Path) -> None:
    from tui.config.settings import Settings

    app = quiet_app(tmp_path / "lab.db", Settings(keys={"app.help": "f2,left_square_bracket"}))

    async def scenario(pilot: Pilot[Any]) -> None:
        screen = await settled(pilot, app, "compose")
        shown = [str(hit.prompt) async for hit in _provider(screen).search("Help")]
        assert "Help  F2 or [" in shown

    drive(app, scenario)


def test_actions_are_called_and_explained() -> None:
    everything: list[Action] = [action for actions in SCOPES.values() for action in actions]
    for action in everything:
        assert action.title, action.id
        assert action.help.endswith("."), action.id
        assert "[" not in action.title, action.id
    assert len({action.id for action in everything}) == len(everything)


def _provider(screen: ModeScreen) -> Any:
    from tui.shell.command_palette import ActionCommands

    return ActionCommands(screen)
