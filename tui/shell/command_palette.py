"""The command palette: finds every available action by its name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.types import IgnoreReturnCallbackType

from tui.config.actions import APP_ACTIONS, Action
from tui.config.key_names import format_keys
from tui.shell.mode_screen import ModeScreen
from tui.workspace import workspace_of


class ActionCommands(Provider):
    """Provides the actions of the open mode, then those that work everywhere."""

    async def discover(self) -> Hits:
        for action, run in self._available():
            title = Content(action.title)
            yield DiscoveryHit(title + self._keys(action), run, text=action.title, help=action.help)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for action, run in self._available():
            score = max(matcher.match(action.title), matcher.match(action.id))
            if score > 0:
                title = matcher.highlight(action.title)
                yield Hit(score, title + self._keys(action), run, action.title, action.help)

    def _available(self) -> Iterator[tuple[Action, IgnoreReturnCallbackType]]:
        """Every available action, with a function that runs it."""
        screen = self.screen
        if isinstance(screen, ModeScreen):
            for action in screen.ACTIONS:
                if screen.check_action(action.name, ()) is not False:
                    yield action, partial(screen.run_action, action.name)
        for action in APP_ACTIONS:
            if action.id != "app.command-palette":
                yield action, partial(self.app.run_action, action.name)

    def _keys(self, action: Action) -> Content:
        return Content(f"  {format_keys(workspace_of(self.screen).keys_of(action.id))}")
