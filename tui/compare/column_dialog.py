"""A dialog that chooses the measures to show."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from netlab.measures import DEFAULT_MEASURES, MEASURES
from tui.shell.dialog import Dialog
from tui.widgets.options import VimOptions

ColumnChoice = tuple[tuple[str, ...] | None] | None
"""A tuple with the measures (None: the usual ones), or None if the dialog was cancelled."""


class ColumnDialog(Dialog[ColumnChoice]):
    """Mark measures with Space; Enter shows those, Esc changes nothing."""

    HELP: ClassVar[str] = (
        "The measures that the table shows. Space marks one or takes its mark away, Enter shows\n"
        "what is marked, u marks the usual ones, Esc leaves the table as it is."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Cancel"),
        Binding("space", "mark", "Mark", priority=True),
        Binding("enter", "take", "Show", priority=True),
        Binding("u", "usual", "Usual"),
    ]
    DEFAULT_CSS = """
    ColumnDialog { align: center middle; }
    ColumnDialog > Vertical {
        width: 72; max-width: 94%; height: auto; max-height: 90%;
        background: $panel; border: round $accent; padding: 0 1;
        border-title-color: $text; border-subtitle-color: $text-muted;
    }
    ColumnDialog OptionList, ColumnDialog OptionList:focus {
        height: auto; max-height: 15; border: none; padding: 0; background: $panel;
    }
    ColumnDialog Static { height: auto; color: $text-muted; }
    """

    def __init__(self, now: tuple[str, ...] | None) -> None:
        super().__init__()
        self._marked = set(now or DEFAULT_MEASURES)

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "Columns"
            box.border_subtitle = "Space: mark · Enter: show · u: usual · Esc: cancel"
            yield VimOptions(*(Option(self._label(name), id=name) for name in MEASURES))
            text = "Measures chosen here are shown in detail: mean ± SD, difference, verdict."
            yield Static(text, markup=False)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self._toggle(event.option.id or "")

    def action_mark(self) -> None:
        """Mark the measure under the cursor, or remove its mark."""
        option = self.query_one(OptionList).highlighted_option
        if option is not None:
            self._toggle(option.id or "")

    def action_take(self) -> None:
        names = tuple(name for name in MEASURES if name in self._marked)
        if names:
            self.dismiss((None if set(names) == set(DEFAULT_MEASURES) else names,))
        else:
            self.app.bell()

    def action_usual(self) -> None:
        self.dismiss((None,))

    def action_leave(self) -> None:
        self.dismiss(None)

    def _toggle(self, name: str) -> None:
        self._marked ^= {name}
        self.query_one(OptionList).replace_option_prompt(name, self._label(name))

    def _label(self, name: str) -> Text:
        return Text(f"[{'x' if name in self._marked else ' '}] {MEASURES[name].heading}")
