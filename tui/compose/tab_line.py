"""One line of tabs; the open one is marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui.widgets.styles import component_style


class TabLine(Widget):
    """Shows the names of the tabs and marks the open one; a click opens a tab."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"tabs--open", "tabs--other"}
    DEFAULT_CSS = """
    TabLine { height: 1; background: $panel; }
    TabLine > .tabs--open { background: $surface; color: $accent; text-style: bold underline; }
    TabLine > .tabs--other { color: $text-muted; }
    """

    names: reactive[tuple[str, ...]] = reactive(())
    open: reactive[int] = reactive(0)

    @dataclass
    class Opened(Message):
        """The user chose a tab; `number` is from 0."""

        number: int

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self.set_reactive(TabLine.names, tuple(names))

    def render(self) -> Text:
        text = Text(no_wrap=True, overflow="ellipsis")
        for number, name in enumerate(self.names):
            style = "open" if number == self.open else "other"
            text.append(f" {name} ", component_style(self, f"tabs--{style}"))
        return text

    def on_click(self, event: events.Click) -> None:
        end = 0
        for number, name in enumerate(self.names):
            end += len(name) + 2
            if event.x < end:
                self.post_message(self.Opened(number))
                return
