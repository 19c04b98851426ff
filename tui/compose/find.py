"""The search line that finds a row by its number or by words in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from netlab.recipe.network import Network
from tui.compose.network_rows import kind_text
from tui.compose.row_text import key_fields


class RowSearch(Horizontal):
    """A search line; after each key press the cursor goes to the first matching row."""

    HELP: ClassVar[str] = (
        "The number of a row, or words of it such as 'basic' or 'stride 2'. Up and down go to the\n"
        "other rows that have them, enter stays there, escape goes back to where you were."
    )
    DEFAULT_CSS = """
    RowSearch { height: 1; background: $panel; display: none; }
    RowSearch.-called { display: block; }
    RowSearch > .mark { width: 3; padding: 0 1; }
    RowSearch > Input, RowSearch > Input:focus {
        width: 1fr; height: 1; border: none; padding: 0; background: $panel;
    }
    RowSearch > #found { width: auto; padding: 0 1; color: $text-muted; }
    """

    @dataclass
    class Went(Message):
        """The search found a row."""

        row: int

    class Left(Message):
        """The search was closed."""

    _network: Network | None = None
    _start = 0
    _rows: tuple[int, ...] = ()
    _position = 0

    def compose(self) -> ComposeResult:
        yield Static("/", classes="mark")
        yield Input(placeholder="row number, or words", compact=True)
        yield Static(id="found")

    def call(self, network: Network, row: int) -> None:
        self._network, self._start = network, row
        search = self.query_one(Input)
        search.cursor_blink = False
        search.value = ""
        self._search("")
        self.add_class("-called")
        search.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.has_class("-called"):
            self._search(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._leave()

    def on_key(self, event: events.Key) -> None:
        if event.key == "escape":
            event.stop()
            self.post_message(self.Went(self._start))
            self._leave()
        elif event.key in ("up", "down"):
            event.stop()
            self._go(self._position + (1 if event.key == "down" else -1))

    def on_descendant_blur(self) -> None:
        self.remove_class("-called")

    def _leave(self) -> None:
        self.remove_class("-called")
        self.post_message(self.Left())

    def _search(self, query: str) -> None:
        self._rows = matching_rows(self._network, query) if self._network else ()
        if self._rows:
            later = [index for index, row in enumerate(self._rows) if row >= self._start]
            self._go(later[0] if later else 0)
        else:
            self._show_count("no row has that" if query.strip() else "")
            self.post_message(self.Went(self._start))

    def _go(self, position: int) -> None:
        if self._rows:
            self._position = position % len(self._rows)
            self._show_count(f"{self._position + 1} of {len(self._rows)}")
            self.post_message(self.Went(self._rows[self._position]))

    def _show_count(self, text: str) -> None:
        self.query_one("#found", Static).update(Text(text))


def matching_rows(network: Network, query: str) -> tuple[int, ...]:
    """The row with number `query`, or all rows with every word of it; none if it is empty."""
    terms = query.lower().split()
    if len(terms) == 1 and terms[0].isdecimal():
        number = int(terms[0][:9])
        return (number,) if number <= len(network.blocks) else ()
    return tuple(
        row
        for row, spec in enumerate(network.blocks, 1)
        if terms
        and all(word in f"{kind_text(network, row)} {key_fields(spec)}".lower() for word in terms)
    )
