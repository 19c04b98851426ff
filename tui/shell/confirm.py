"""A dialog with a question and buttons for its answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Key
from textual.widgets import Button, Static

from tui.shell.dialog import Dialog


@dataclass(frozen=True)
class Choice:
    """An answer, chosen by `key` or button; `destructive` if it cannot be undone."""

    name: str
    key: str
    label: str
    destructive: bool = False


class Confirm(Dialog[str | None]):
    """Returns the name of the answer, or None after Esc. The first button has the focus."""

    HELP = "Arrows and Tab choose, Enter answers; the letter in brackets answers at once."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "answer('')", "Cancel"),
        Binding("left,h", "app.focus_previous", "Left", show=False),
        Binding("right,l", "app.focus_next", "Right", show=False),
        Binding("up,k", "scroll(-1)", "Up", show=False),
        Binding("down,j", "scroll(1)", "Down", show=False),
    ]
    DEFAULT_CSS = """
    Confirm { align: center middle; }
    Confirm > Vertical {
        width: 72; max-width: 94%; height: auto; max-height: 90%;
        background: $panel; border: round $accent; padding: 1 2;
        border-title-color: $text; border-subtitle-color: $text-muted;
    }
    Confirm.-destructive > Vertical { border: round $error; }
    Confirm VerticalScroll { height: auto; max-height: 50vh; }
    Confirm Static { width: 1fr; height: auto; }
    Confirm Horizontal { height: auto; margin-top: 1; align-horizontal: right; }
    Confirm Button { margin-left: 1; min-width: 8; }
    """

    def __init__(self, title: str, text: str, choices: Sequence[Choice]) -> None:
        super().__init__(
            classes="-destructive" if any(choice.destructive for choice in choices) else ""
        )
        self.question = title
        self.text = text
        self.choices = tuple(choices)

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(self.question)
            box.border_subtitle = "Esc: cancel"
            with VerticalScroll(can_focus=False):
                yield Static(Text(self.text))
            with Horizontal():
                for choice in self.choices:
                    label = Text(f"{choice.label} ({choice.key})")
                    yield Button(
                        label,
                        id=f"answer-{choice.name}",
                        variant="error" if choice.destructive else "default",
                        compact=True,
                    )

    def on_key(self, event: Key) -> None:
        for choice in self.choices:
            if event.key == choice.key:
                event.stop()
                self.dismiss(choice.name)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.dismiss((event.button.id or "").removeprefix("answer-"))

    def action_answer(self, name: str) -> None:
        self.dismiss(name or None)

    def action_scroll(self, lines: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)
