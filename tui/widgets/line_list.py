"""A list of one-line rows with a cursor, such as the network's rows and the form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.styles import component_style


class LineList(Widget, can_focus=True):
    """One line per item, as high as all lines together; put it inside a `VerticalScroll`.

    A subclass defines the number of lines, by `count`, and the text of each line, by `line`. It
    calls `redraw` when texts have changed, and `refresh(layout=True)` when the number of lines
    has changed.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "line-list--cursor",
        "line-list--cursor-blurred",
        "line-list--muted",
        "line-list--strong",
        "line-list--accent",
        "line-list--error",
    }
    DEFAULT_CSS = """
    LineList { height: auto; }
    LineList > .line-list--cursor {
        background: $block-cursor-background; color: $block-cursor-foreground;
        text-style: $block-cursor-text-style;
    }
    LineList > .line-list--cursor-blurred {
        background: $block-cursor-blurred-background; text-style: $block-cursor-blurred-text-style;
    }
    LineList > .line-list--muted { color: $text-muted; }
    LineList > .line-list--strong { text-style: bold; }
    LineList > .line-list--accent { color: $accent; }
    LineList > .line-list--error { color: $text-error; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "cursor(-1)", "Up", show=False),
        Binding("down,j", "cursor(1)", "Down", show=False),
        Binding("pageup", "cursor(-10)", "Page up", show=False),
        Binding("pagedown", "cursor(10)", "Page down", show=False),
        Binding("home,g", "cursor_to(0)", "First", show=False),
        Binding("end,G", "cursor_to(-1)", "Last", show=False),
    ]

    cursor: reactive[int] = reactive(0)

    def __init__(self) -> None:
        super().__init__()
        self._drawn: dict[int, tuple[Text, str | Style]] = {}
        """By index, the text of the line when it was last drawn, and its style."""

    @dataclass
    class Moved(Message):
        """The cursor moved to another line."""

        lines: LineList
        cursor: int

    @property
    def count(self) -> int:
        return 0

    def line(self, index: int, width: int) -> Text:  # noqa: ARG002
        """The text of the line at `index` for `width` cells; a longer text is cut when drawn."""
        return Text()

    def line_style(self, name: str) -> Style:
        """The theme's style for a part: muted, strong, accent or error."""
        return component_style(self, f"line-list--{name}")

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        return self.count

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y >= self.count:
            return Strip.blank(width, self.rich_style)
        text = self.line(y, width)
        self._drawn[y] = text.copy(), text.style
        text.no_wrap = True
        text.truncate(width, overflow="ellipsis", pad=True)
        if y == self.cursor and self.has_focus:
            text = Text(text.plain)  # in one colour, the cursor's
        style = self.rich_style
        if y == self.cursor:
            name = "cursor" if self.has_focus else "cursor-blurred"
            style += self.get_component_rich_style(f"line-list--{name}")
        return Strip(text.render(self.app.console), width).apply_style(style)

    def redraw(self) -> None:
        """Draw the lines again whose text or style has changed."""
        width = self.size.width
        for y in range(self.count):
            text = self.line(y, width)
            if self._drawn.get(y) != (text, text.style):
                self.refresh(Region(0, y, width, 1))

    def validate_cursor(self, cursor: int) -> int:
        return min(max(0, cursor), max(0, self.count - 1))

    def watch_cursor(self, cursor: int) -> None:
        self.show_line(cursor)
        self.post_message(self.Moved(self, cursor))

    def show_line(self, index: int) -> None:
        if isinstance(self.parent, VerticalScroll):
            region = Region(0, self.virtual_region.y + index, self.size.width or 1, 1)
            self.parent.scroll_to_region(region, animate=False)

    def action_cursor(self, by: int) -> None:
        """Move the cursor; if it cannot move, scroll the parent by one line."""
        before = self.cursor
        self.cursor += by
        if self.cursor == before and isinstance(self.parent, VerticalScroll):
            self.parent.scroll_relative(y=1 if by > 0 else -1, animate=False)

    def action_cursor_to(self, index: int) -> None:
        """Move the cursor to the line at `index`; -1 is the last line."""
        self.cursor = index if index >= 0 else self.count - 1

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self.cursor = event.y
