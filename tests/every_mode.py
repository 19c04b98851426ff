"""The app in any mode, with runs in the lab, a study planned, and nothing that really trains."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any, cast

import pytest
from compare_labs import filled_lab
from compose_app import FakeAnalyser
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widgets import Input
from tui_helpers import AppDriver, drive, until

from netlab.recipe.edits import SetFields
from netlab.recipe.network import Network
from netlab.recipe.study_draft import StudyDraft, VariantDraft
from tui.app import NetlabApp
from tui.background.time_estimate import TimeEstimate, TimeQuery
from tui.config.actions import APP_ACTIONS, Action
from tui.config.settings import Settings
from tui.model.analyser import Analyser
from tui.model.network_document import NetworkDocument
from tui.modes import SCOPES
from tui.shell.command_palette import ActionCommands
from tui.shell.mode_screen import ModeScreen

MODES = {
    "compose": "33 %",
    "ablate": "12 min",
    "train": "3 interrupted",
    "compare": "seeds 0–2: interrupted",
    "guides": "preactivation",
}
"""The modes, and what each shows at 80×24 once all its data are there."""
HOSTILE = "[/x \x1b[31m 🦊 \u202e\u05d0\u05d1 " + "y" * 90
"""Markup, a colour for the terminal, a wide sign, letters from the right, and far too long."""
NETWORK = Network.model_validate(
    {
        "input": [1, 28, 28],
        "blocks": [
            {"block": "conv", "channels": 8},
            {"block": "basic", "channels": 8, "repeat": 2},
            {
                "block": "branches",
                "branches": [
                    {"name": "[/x \x1b[31m🦊", "blocks": [{"block": "conv", "channels": 8}]},
                    {"name": "as-is"},
                ],
            },
            {"block": "classifier"},
        ],
    }
)
STUDY = StudyDraft(
    name=HOSTILE,
    question=HOSTILE,
    variants=(
        VariantDraft("grouped", (SetFields("basic", {"groups": 2}),), HOSTILE, HOSTILE),
        VariantDraft(HOSTILE[:60], (SetFields("conv", {"kernel": 5}),)),
    ),
)


def nothing_trains(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let no command run and no time be worked out; be in an empty folder."""

    def ran(*_: object, **__: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], 0, "", "")

    def known(_query: TimeQuery, _text: str, _options: object) -> TimeEstimate:
        return TimeEstimate(720, "nothing")

    monkeypatch.setattr("tui.background.netlab_command.subprocess.run", ran)
    monkeypatch.setattr(TimeQuery, "estimate_text", known)
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / f"{HOSTILE[:20].replace('/', '-')}.yaml").write_text(f"# {HOSTILE}\n", "utf-8")


class EveryModeDriver(AppDriver):
    """The app under a pilot, moved between its modes."""

    def __init__(self, lab: Path, settings: Settings | None = None) -> None:
        ruler = FakeAnalyser()
        self.app = NetlabApp(lab, analyser=cast("Analyser", ruler), settings=settings)
        ruler.app = self.app

    @property
    def base(self) -> ModeScreen:
        """The screen of the mode, whatever lies over it."""
        screen = self.app.screen_stack[0]
        assert isinstance(screen, ModeScreen)
        return screen

    @property
    def shown(self) -> str:
        """What the terminal shows."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text for strip in strips)

    @property
    def widest(self) -> int:
        """Cells of the longest line that is shown."""
        return max(map(cell_len, self.shown.splitlines()))

    async def go(self, mode: str) -> None:
        """Be in `mode`, with nothing over it, and its data there."""
        while isinstance(self.app.screen, ModalScreen):
            dialog = self.app.screen
            await self.press("escape")
            if self.app.screen is dialog:
                dialog.dismiss(None)
                await self.pilot.pause()
        if self.app.current_mode != mode:
            await self.app.switch_mode(mode)
        await until(self.pilot, lambda: mode == self.base.MODE and self.base.is_mounted)
        if isinstance(self.app.focused, Input):
            await self.press("escape")

    def actions(self, mode: str) -> tuple[Action, ...]:
        """What can be done there but leaving; in Compose also what can be done everywhere."""
        leaving = {*(f"app.{other}" for other in self.app.MODES), "app.quit"}
        everywhere = APP_ACTIONS if mode == "compose" else ()
        return (*SCOPES[mode], *(action for action in everywhere if action.id not in leaving))

    async def by_key(self, action: Action) -> None:
        """Press the action's first key."""
        await self.press(action.keys.split(",")[0])

    async def by_palette(self, action: Action) -> None:
        """Do what the palette does with the action."""
        hits = ActionCommands(self.base).discover()
        commands = {hit.text: hit.command async for hit in cast("AsyncIterator[Any]", hits)}
        if action.title in commands:
            await commands[action.title]()
            await self.pilot.pause()


def in_every_mode(
    tmp_path: Path,
    scenario: Callable[[EveryModeDriver], Coroutine[Any, Any, None]],
    size: tuple[int, int] = (80, 24),
    settings: Settings | None = None,
) -> None:
    """Run `scenario` on the app, with a lab of runs that are done and runs that wait."""
    lab = filled_lab(tmp_path / "lab.db", channels=(4, 8, 2))
    filled_lab(lab, name="later", channels=(16,), done=False)
    at = EveryModeDriver(lab, settings)

    async def run(pilot: Pilot[Any]) -> None:
        at.attach(pilot)
        at.app.document, at.app.study = NetworkDocument.of(NETWORK), STUDY
        await until(pilot, lambda: at.app.costs and at.app.costs.network == NETWORK)
        await asyncio.wait_for(scenario(at), 900)

    drive(at.app, run, size)
