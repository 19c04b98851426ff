"""The list of guides: name, question and status, with a search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.widgets.cells import fit_width
from tui.widgets.options import VimOptions
from tui.widgets.search_list import Item, matching_items


class GuideList(Vertical):
    """All guides; Enter or a click opens one."""

    HELP: ClassVar[str] = (
        "The guides: saved studies, each with a question, the claims of a source, and how it\n"
        "stands here. Up and down choose one, Enter reads it, / finds words in names and questions."
    )
    DEFAULT_CSS = """
    GuideList {
        padding: 0 1;
        & > Input { height: 1; border: none; padding: 0; background: $surface; }
        & > Input:focus { border: none; }
        & > VimOptions, & > VimOptions:focus {
            height: 1fr; border: none; padding: 0; background: transparent;
            background-tint: $background 0%; scrollbar-size-vertical: 1; scrollbar-gutter: stable;
        }
        & > #note { height: auto; padding: 0 1; color: $text-muted; }
    }
    """

    @dataclass
    class Highlighted(Message):
        """The cursor moved to another guide."""

        name: str

    @dataclass
    class Opened(Message):
        """The user opened a guide to read it."""

        name: str

    def __init__(self) -> None:
        super().__init__(id="shelf")
        self.border_title = " Guides "
        self._items: tuple[Item, ...] = ()
        self._states: Mapping[str, str] = {}
        self._shown: tuple[str, ...] = ()
        self._width = 0
        self._complete = False
        self._problem = ""

    def compose(self) -> ComposeResult:
        yield Input(placeholder="/ finds words in names and questions", compact=True)
        yield VimOptions()
        yield Static(id="note", markup=False)

    def on_mount(self) -> None:
        self.query_one(Input).cursor_blink = False
        self._show_note()

    @property
    def options(self) -> VimOptions:
        return self.query_one(VimOptions)

    @property
    def highlighted(self) -> str | None:
        option = self.options.highlighted_option
        return option.id if option else None

    def fill(self, items: Sequence[Item], *, complete: bool) -> None:
        """List the guides that are loaded so far; an item's `about` is the question."""
        self._items, self._complete = tuple(items), complete
        self._filter()

    def show_states(self, states: Mapping[str, str], problem: str | None) -> None:
        """Show the status of each guide, and the problem with the lab if there is one."""
        changed, self._states = states != self._states, states
        self._problem = problem or ""
        if changed:
            self._redraw_lines()
        self._show_note()

    def search(self) -> None:
        search = self.query_one(Input)
        search.value = ""
        self.screen.set_focus(search)  # without delay, because the next keys belong to the search

    @property
    def searching(self) -> bool:
        """Whether the search has the focus or a text."""
        search = self.query_one(Input)
        return search.has_focus or bool(search.value)

    def leave_search(self) -> bool:
        """Clear the search and go back to the list. Returns False if there was no search."""
        search = self.query_one(Input)
        if not self.searching:
            return False
        search.value = ""
        self.screen.set_focus(self.options)
        return True

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._filter()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.options.action_select()

    def on_key(self, event: events.Key) -> None:
        moves = {"down": self.options.action_cursor_down, "up": self.options.action_cursor_up}
        if event.key in moves and self.query_one(Input).has_focus:
            event.stop()
            moves[event.key]()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Opened(event.option.id or ""))

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self.post_message(self.Highlighted(event.option.id or ""))

    def on_resize(self) -> None:
        if self._line_width() != self._width:
            self._redraw_lines()

    def _line_width(self) -> int:
        """Width of a line in cells; one cell stays free before the scroll bar."""
        return max(1, self.options.scrollable_content_region.width - 1)

    def _filter(self) -> None:
        query = self.query_one(Input).value
        found = tuple(item.id for item in matching_items(self._items, query))
        found = found if query.strip() else tuple(item.id for item in self._items)
        if found != self._shown:
            kept = self.highlighted
            self._shown = found
            self.options.clear_options()
            self._width = self._line_width()
            self.options.add_options(
                [Option(self._line(item), id=item.id) for item in self._items_shown()]
            )
            if found:
                self.options.highlighted = found.index(kept) if kept in found else 0
        self._show_note()

    def _items_shown(self) -> list[Item]:
        by_id = {item.id: item for item in self._items}
        return [by_id[one] for one in self._shown]

    def _redraw_lines(self) -> None:
        self._width = self._line_width()
        for item in self._items_shown():
            self.options.replace_option_prompt(item.id, self._line(item))

    def _line(self, item: Item) -> Text:
        width = self._width
        state = self._states.get(item.id, "…")
        room = width - cell_len(state) - 1
        text = Text(
            fit_width(item.name, max(1, room)), style="bold", no_wrap=True, overflow="ellipsis"
        )
        text.append(f" {state}\n", "not bold").append(
            fit_width(f"  {item.about}", width), "not bold dim"
        )
        return text

    def _show_note(self) -> None:
        if self._problem:
            text = f"! {self._problem}"
        elif not self._complete and not self._shown:
            text = "Reading the guides …"
        elif not self._shown:
            text = "No guide has that in its name or question. Esc shows all."
        else:
            text = ""
        note = self.query_one("#note", Static)
        note.display = bool(text)
        note.update(text)
