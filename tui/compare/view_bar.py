"""The bar between the table and the view below it: which view that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui.widgets.styles import component_style

VIEWS = ("details", "curves", "scatter", "expected", "notes")


class ViewBar(Widget):
    """`Details  Curves  Scatter  Expected  Notes`, the open one marked; a click opens another."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"views--open", "views--other"}
    DEFAULT_CSS = """
    ViewBar { height: 1; background: $panel; }
    ViewBar > .views--open { background: $surface; color: $accent; text-style: bold underline; }
    ViewBar > .views--other { color: $text-muted; }
    """

    view: reactive[str] = reactive(VIEWS[0])
    cautions: reactive[int] = reactive(0)
    """Number of cautions among the notes."""

    @dataclass
    class Chosen(Message):
        """The user clicked another view."""

        view: str

    def render(self) -> Text:
        line = Text(no_wrap=True)
        for name in VIEWS:
            style = "open" if name == self.view else "other"
            line.append(f" {self._title(name)} ", component_style(self, f"views--{style}"))
        return line

    def on_click(self, event: events.Click) -> None:
        end = 0
        for name in VIEWS:
            end += len(self._title(name)) + 2
            if event.x < end:
                self.post_message(self.Chosen(name))
                return

    def _title(self, name: str) -> str:
        return (
            f"Notes ({self.cautions}!)" if name == "notes" and self.cautions else name.capitalize()
        )
