"""A dialog to search a list of items and choose one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input

from tui.shell.dialog import Dialog
from tui.widgets.search_list import Item, SearchList


class Picker(Dialog[Item | None]):
    """Returns the chosen item, or None after Esc."""

    HELP: ClassVar[str] = "Type to search, up and down choose, enter opens, escape goes back."
    DEFAULT_CSS = """
    Picker { align: center middle; }
    Picker > SearchList {
        width: 76; max-width: 94%; height: 88%; border: round $accent; padding: 0 1;
        border-title-color: $text; border-subtitle-color: $text-muted;
    }
    Picker > SearchList > .title { display: none; }
    """

    def __init__(self, title: str, items: Sequence[Item]) -> None:
        super().__init__()
        self._title = title
        self._items = items

    def compose(self) -> ComposeResult:
        found = SearchList(self._title, self._items, search="search", about_beside=True)
        found.border_title = Content(self._title)
        found.border_subtitle = "Enter: choose · Esc: cancel"
        yield found

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    def on_search_list_taken(self, event: SearchList.Taken) -> None:
        self.dismiss(event.item)

    def on_search_list_left(self) -> None:
        self.dismiss(None)
