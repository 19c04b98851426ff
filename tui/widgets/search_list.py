"""A searchable list in groups, for the palette of blocks and for things to open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.widgets.options import VimOptions

MAX_NAME_WIDTH = 24
"""Most cells of a name that has a text at its right."""


@dataclass(frozen=True)
class Item:
    """An item of the list."""

    id: str
    group: str
    name: str
    about: str


class SearchList(Vertical):
    """Title, search and list: typing filters the list, Enter or a click takes an item."""

    DEFAULT_CSS = """
    SearchList { background: $panel; }
    SearchList > .title { height: 1; padding: 0 1; text-style: bold; }
    SearchList > Input { height: 1; border: none; padding: 0 1; background: $surface; }
    SearchList > Input.-textual-compact { padding: 0 1; }
    SearchList > VimOptions {
        height: 1fr; background: $panel; padding: 0; text-wrap: nowrap; text-overflow: ellipsis;
    }
    SearchList > VimOptions > .option-list--option { padding: 0 1; }
    SearchList > VimOptions > .option-list--option-disabled { color: $text-muted; }
    SearchList > Input:focus, SearchList > VimOptions, SearchList > VimOptions:focus {
        border: none;
    }
    SearchList > .about {
        height: auto; max-height: 6; padding: 0 1; background: $surface; color: $text-muted;
    }
    SearchList > .empty { display: none; height: 1fr; padding: 1; color: $text-muted; }
    """

    @dataclass
    class Taken(Message):
        """The user took an item."""

        item: Item

    class Left(Message):
        """The user left the list without taking an item."""

    def __init__(
        self, title: str, items: Sequence[Item], *, search: str, about_beside: bool = False
    ) -> None:
        super().__init__()
        self._about_beside = about_beside
        """Whether the text about an item is shown at the right of its name."""
        self._title = title
        self._items = items
        self._search = search

    def compose(self) -> ComposeResult:
        yield Static(self._title, classes="title", markup=False)
        yield Input(placeholder=self._search, compact=True)
        yield VimOptions()
        yield Static(
            "Nothing here has that in its name or purpose. Try another word, or Esc.",
            classes="empty",
        )
        yield Static(classes="about", markup=False)

    def on_mount(self) -> None:
        self.query_one(Input).cursor_blink = False
        self._show_matching("")

    def search(self, title: str) -> None:
        self.show_all(title)
        self.query_one(Input).focus()

    def show_all(self, title: str) -> None:
        """Show all items, under a new title."""
        text = Text(title, no_wrap=True, overflow="ellipsis")
        self.query_one(".title", Static).update(text)
        self.query_one(Input).value = ""

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._show_matching(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one(VimOptions).action_select()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Taken(self._item(event.option.id)))

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self.query_one(".about", Static).update(Text(self._item(event.option.id).about))

    def on_key(self, event: events.Key) -> None:
        options = self.query_one(VimOptions)
        moves = {"down": options.action_cursor_down, "up": options.action_cursor_up}
        if event.key == "escape":
            event.stop()
            self.post_message(self.Left())
        elif event.key in moves and self.query_one(Input).has_focus:
            event.stop()
            moves[event.key]()

    def _show_matching(self, query: str) -> None:
        options = self.query_one(VimOptions)
        found = matching_items(self._items, query)
        options.clear_options()
        shown = sorted(found, key=lambda item: self._groups.index(item.group))
        group = None
        for item in shown:
            if item.group != group:
                group = item.group
                options.add_option(Option(Text(group, style="bold"), disabled=True))
            options.add_option(Option(self._option_text(item), id=item.id))
        options.display = self.query_one(".about").display = bool(found)
        self.query_one(".empty").display = not found
        if found:
            options.highlighted = options.get_option_index((found if query else shown)[0].id)

    def _option_text(self, item: Item) -> Text:
        text = Text(f"  {item.name}", no_wrap=True, overflow="ellipsis", end="")
        if self._about_beside:
            widest = min(MAX_NAME_WIDTH, max(cell_len(one.name) for one in self._items))
            text.append(" " * max(2, widest + 2 - cell_len(item.name)))
            text.append(item.about.partition("\n")[0], "dim")
        return text

    def _item(self, item_id: str | None) -> Item:
        return next(item for item in self._items if item.id == item_id)

    @property
    def _groups(self) -> list[str]:
        return list(dict.fromkeys(item.group for item in self._items))


def matching_items(items: Sequence[Item], query: str) -> list[Item]:
    """The items that have every word of `query`; those with all words in the name come first."""
    wanted = query.lower().split()

    def has(text: str) -> bool:
        return all(word in text.lower() for word in wanted)

    named = [item for item in items if has(item.name)]
    others = [i for i in items if i not in named and has(f"{i.name} {i.group} {i.about}")]
    return named + others
