"""The app in Compare under a pilot, with short names for what tests look at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Static
from tui_helpers import AppDriver, drive, quiet_app

from tui.app import NetlabApp
from tui.compare.comparison_table import ComparisonTable
from tui.compare.panel import ViewPanel
from tui.compare.screen import CompareScreen
from tui.config.settings import Settings
from tui.widgets.definition_list import DefinitionList


class Seen(AppDriver):
    """Compare as a person sees it."""

    def __init__(self, app: NetlabApp, pilot: Pilot[Any]) -> None:
        self.app = app
        self.attach(pilot)

    async def open(self) -> Seen:
        await self.press("4")
        await self.until(lambda: isinstance(self.app.screen, CompareScreen))
        return self

    async def filled(self) -> Seen:
        await self.open()
        await self.until(lambda: self.table.view.lines)
        await self.pilot.pause()
        return self

    @property
    def table(self) -> ComparisonTable:
        return self.app.screen.query_one(ComparisonTable)

    @property
    def panel(self) -> ViewPanel:
        return self.app.screen.query_one(ViewPanel)

    @property
    def variants(self) -> list[str]:
        return [line.variant for line in self.table.view.lines]

    @property
    def keys(self) -> list[str]:
        return [head.key for head in self.table.view.columns]

    @property
    def place(self) -> tuple[str, str]:
        """The variant and the column under the cursor."""
        assert self.table.cursor_line is not None
        assert self.table.cursor_column is not None
        return self.table.cursor_line.variant, self.table.cursor_column.key

    def text(self, which: str) -> str:
        return str(self.app.screen.query_one(f"#{which}", Static).render())

    def told(self, view: str) -> str:
        """What one of the views below the table says."""
        return self.panel.query_one(f"#{view}-text", DefinitionList).plain

    def lines(self) -> list[str]:
        """The table as it stands on the screen."""
        return [self.table.render_line(y).text for y in range(self.table.size.height)]


def on(
    lab: Path,
    scenario: Callable[[Seen], Any],
    size: tuple[int, int] = (120, 36),
    settings: Settings | None = None,
) -> None:
    app = quiet_app(lab, settings)
    drive(app, lambda pilot: scenario(Seen(app, pilot)), size)
