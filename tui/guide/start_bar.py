"""What starting a guide would do: form, runs, time, and the buttons for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button

from tui.widgets.static_text import StaticText


@dataclass(frozen=True)
class StartBarText:
    """What the bar tells."""

    form: str
    """What is trained."""
    runs: str
    """How far that is, and how long it takes."""
    start: str
    """What the button says; empty where there is nothing to start."""
    other: str
    """What the other button says: the other form."""


class StartBar(Horizontal):
    """What is trained and how far that is, with two buttons beside it."""

    HELP: ClassVar[str] = (
        "What is trained, how far that is, and about how long it takes. s starts the runs in the\n"
        "background; f changes between the short form on built-in images and the full one."
    )
    DEFAULT_CSS = """
    StartBar { height: auto; min-height: 2; padding: 0 1; background: $surface; }
    StartBar > StaticText { width: 1fr; height: auto; min-height: 2; }
    StartBar > .buttons { width: auto; height: auto; align-horizontal: right; }
    StartBar Button { min-width: 8; width: auto; margin-left: 1; }
    """

    @dataclass
    class Pressed(Message):
        """A button was pressed: `start` or `form`."""

        bar: StartBar
        what: str

        @property
        def control(self) -> StartBar:
            """The bar."""
            return self.bar

    def __init__(self) -> None:
        super().__init__(id="bar")
        self._text: StartBarText | None = None

    def compose(self) -> ComposeResult:
        """Words at the left, buttons at the right."""
        yield StaticText(id="facts")
        with Vertical(classes="buttons"):
            yield Button("", id="form", compact=True)
            yield Button("", id="start", compact=True, variant="primary")

    def show_text(self, facts: StartBarText) -> None:
        """Show these; nothing is drawn where they are as before."""
        if facts == self._text:
            return
        self._text = facts
        self.query_one(StaticText).set_text(Text(f"{facts.form}\n{facts.runs}"))
        self.query_one("#form", Button).label = facts.other
        start = self.query_one("#start", Button)
        start.label = facts.start or "Start"
        start.display = bool(facts.start)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Tell which."""
        event.stop()
        self.post_message(self.Pressed(self, event.button.id or ""))
