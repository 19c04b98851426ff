"""The greeting: studies and networks to start from, and the keys up to a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.config.actions import APP_ACTIONS, Action
from tui.shell.dialog import Dialog
from tui.shell.header import MODES
from tui.tour.starters import Starter
from tui.tour.steps import key_count
from tui.widgets.options import VimOptions
from tui.workspace import workspace_of

GREETING_TEXT = (
    "Which parts of a network earn what they cost? Change one at a time, train\n"
    "every variant alike, and see which differences are real.\n"
    "Or press {guides}: a guide leads from a question that others have asked to its verdict."
)
NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def _closing_binding(action: Action) -> Binding:
    """A key of the app that also closes the greeting."""
    return replace(action.binding(), action=f"away('{action.name}')", show=False)


class Welcome(Dialog[Starter | None]):
    """Greets a newcomer; returns the chosen starter, or None if the user leaves."""

    HELP: ClassVar[str] = (
        "A tour from a template to a trained comparison. Up and down choose a template, Enter opens\n"
        "it, and a line below the header then says which key comes next. Esc closes this."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Look around alone"),
        *(
            _closing_binding(action)
            for action in APP_ACTIONS
            if action.name in (*MODES.values(), "first_steps")
        ),
    ]
    DEFAULT_CSS = """
    Welcome { align: center middle; }
    Welcome > VerticalScroll {
        width: 78; max-width: 100%; height: auto; max-height: 100%;
        background: $panel; border: round $accent; padding: 0 1;
        border-title-color: $text; border-subtitle-color: $text-muted;
    }
    Welcome Static { height: auto; }
    Welcome VimOptions, Welcome VimOptions:focus {
        height: auto; border: none; padding: 0; margin: 1 0;
        background: $panel; background-tint: $panel 0%;
    }
    """

    def __init__(self, starters: Sequence[Starter]) -> None:
        super().__init__()
        self._starters = tuple(starters)

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False) as box:
            again = workspace_of(self).first_key("app.first-steps")
            box.border_title = "Welcome to netlab"
            box.border_subtitle = f"Esc: look around alone · {again} brings this back"
            guides = workspace_of(self).first_key("app.guides")
            yield Static(GREETING_TEXT.format(guides=guides), markup=False)
            yield VimOptions(*self._options())
            yield Static(id="way", markup=False)

    def on_mount(self) -> None:
        options = self.query_one(VimOptions)
        options.highlighted = 1
        options.focus()

    def _options(self) -> list[Option]:
        lines: list[Option] = []
        group = None
        for number, offer in enumerate(self._starters):
            if offer.item.group != group:
                group = offer.item.group
                lines.append(Option(Text(group, style="bold"), disabled=True))
            line = Text(f"  {offer.item.name:<18} ", no_wrap=True, overflow="ellipsis")
            line.append(offer.item.about, style="dim")
            lines.append(Option(line, id=str(number)))
        return lines

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        way = self._starters[int(event.option.id or 0)].tour
        keys = [step.keys(workspace_of(self).first_key) for step in way]
        widest = max(map(len, keys))
        text = Text(f"{NUMBERS[key_count(way)]} keys from here to a comparison", style="bold")
        for key, step in zip(keys, way, strict=True):
            text.append(f"\n  {key:<{widest}}  ", style="bold")
            text.append(step.text, style="not bold")
        self.query_one("#way", Static).update(text)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._starters[int(event.option.id or 0)])

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_away(self, name: str) -> None:
        self.dismiss(None)
        if name in MODES.values():
            self.app.switch_mode(name)
