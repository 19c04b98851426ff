"""The field for the text that variants must contain."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input


class FilterField(Input):
    """Filters the table with every letter; Enter keeps the filter, Esc removes it."""

    HELP = """
    Only the variants that have these letters in their name, changes or reason. The baseline
    always stays. Enter goes back to the table, Esc shows all variants again.
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Show all"),
        Binding("down", "submit", "Table", show=False),
    ]

    DEFAULT_CSS = """
    FilterField, FilterField:focus { height: 1; border: none; padding: 0 1; background: $panel; }
    """

    class Left(Message):
        """The filter was removed."""

    def __init__(self) -> None:
        super().__init__(placeholder="only variants with …", compact=True)
        self.cursor_blink = False

    def action_leave(self) -> None:
        self.value = ""
        self.post_message(self.Left())
