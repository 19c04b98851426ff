"""The bar below a guide: what a start would train, how long it takes, and the buttons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button

from netlab.datasets.check import data_problem
from netlab.sanitize import sanitize
from tui.guide.guide_text import describe_form, describe_progress, more_seeds_hint
from tui.guide.open_guide import OpenGuide
from tui.widgets.static_text import StaticText


@dataclass(frozen=True)
class StartBarText:
    """The texts of the bar."""

    form: str
    """Which form is trained, on which data."""
    runs: str
    """Progress, and how long the rest takes."""
    start: str
    """The text of the start button; empty if there is nothing to start."""
    other: str
    """The text of the button that changes to the other form."""


class StartBar(Horizontal):
    """What is trained and its progress, with two buttons beside it."""

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

        button: str

    def __init__(self) -> None:
        super().__init__(id="bar")
        self._text: StartBarText | None = None

    def compose(self) -> ComposeResult:
        yield StaticText(id="facts")
        with Vertical(classes="buttons"):
            yield Button("", id="form", compact=True)
            yield Button("", id="start", compact=True, variant="primary")

    def show_text(self, text: StartBarText | None) -> None:
        """Show `text`; draw nothing if it is unchanged or None."""
        if text is None or text == self._text:
            return
        self._text = text
        self.query_one(StaticText).set_text(Text(f"{text.form}\n{text.runs}"))
        self.query_one("#form", Button).label = text.other
        start = self.query_one("#start", Button)
        start.label = text.start or "Start"
        start.display = bool(text.start)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.post_message(self.Pressed(event.button.id or ""))


def start_bar_text(
    opened: OpenGuide, time_text: str, first_key: Callable[[str], str]
) -> StartBarText | None:
    """The texts of the bar for the open guide; None if no guide is open."""
    form, recipe, status = opened.form, opened.recipe, opened.status
    if form is None or recipe is None:
        return None
    progress = describe_progress(status, time_text)
    fault = data_problem(recipe.data, recipe.network.classes)
    if fault and not (status and status.run_count):
        progress = f"! {fault}"
    left = len(recipe.specs(recipe.variants[0])) * len(recipe.variants)
    left -= status.done_count if status else 0
    can_start = left and not fault and status is not None and not status.active
    lines = (sanitize(progress), more_seeds_hint(status, form, recipe.seeds))
    return StartBarText(
        describe_form(recipe, full=form.full),
        "\n".join(filter(None, lines)),
        f"Start {left} runs ({first_key('guides.start')})" if can_start else "",
        f"{'Short' if form.full else 'Full'} form ({first_key('guides.form')})",
    )
