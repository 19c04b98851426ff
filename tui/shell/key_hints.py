"""The line at the bottom: the main keys that work now, which can also be clicked."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.binding import ActiveBinding
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget

from tui.widgets.styles import component_style

KeyHint = tuple[str, str, str]
"""Key, what it does, and the id of the action."""
ALWAYS_SHOWN = ("app.command-palette", "app.help", "app.quit")
"""Entries to keep if not all fit."""


class KeyHints(Widget):
    """One line, drawn again only if the keys have changed.

    Textual's own footer makes a widget for every key at each change of the focus. That takes longer
    than all other work for a key press.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"keys--key", "keys--name"}
    DEFAULT_CSS = """
    KeyHints { dock: bottom; height: 1; background: $footer-background; }
    KeyHints > .keys--key { color: $footer-key-foreground; text-style: bold; }
    KeyHints > .keys--name { color: $footer-foreground; }
    """

    entries: reactive[tuple[KeyHint, ...]] = reactive(())

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._update_entries)

    def _update_entries(self, screen: Screen[object]) -> None:
        if screen is self.screen:
            shown: dict[str, KeyHint] = {}
            for active in screen.active_bindings.values():
                if active.binding.show and active.enabled:
                    shown.setdefault(active.binding.action, self._entry(active))
            self.entries = tuple(shown.values())

    def _entry(self, active: ActiveBinding) -> KeyHint:
        binding = active.binding
        key = self.app.get_key_display(binding)
        return key, binding.description, binding.id or binding.action

    def render(self) -> Text:
        """As many entries as fit; help and quit are dropped last."""
        key_style = component_style(self, "keys--key")
        name_style = component_style(self, "keys--name")
        line = Text(no_wrap=True, overflow="ellipsis")
        for key, name, _action in self.shown(self.size.width):
            line.append(f" {key}", key_style).append(f" {name} ", name_style)
        return line

    def shown(self, width: int) -> tuple[KeyHint, ...]:
        entries = list(self.entries)
        while entries and sum(map(_width, entries)) > width:
            others = [entry for entry in entries if entry[2] not in ALWAYS_SHOWN]
            entries.remove((others or entries)[-1])
        return tuple(entries)

    async def on_click(self, event: events.Click) -> None:
        end = 0
        for entry in self.shown(self.size.width):
            end += _width(entry)
            if event.x < end:
                for active in self.screen.active_bindings.values():
                    if active.binding.id == entry[2]:
                        await self.app.run_action(active.binding.action, active.node)
                        return


def _width(entry: KeyHint) -> int:
    key, name, _action = entry
    return cell_len(key) + cell_len(name) + 3
