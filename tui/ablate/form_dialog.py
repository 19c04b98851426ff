"""The base of Ablate's dialogs: labelled fields, a line for faults, two buttons."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import ClassVar, Generic, TypeVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Button, Input, Label, Static

from netlab.recipe.yaml.document import FORBIDDEN_CHARS
from tui.shell.dialog import Dialog

FormResult = TypeVar("FormResult")


class FormDialog(Dialog[FormResult | None], Generic[FormResult]):
    """Fields that are checked together. Subclasses define `fields` and `result`."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Cancel")]
    DEFAULT_CSS = """
    FormDialog {
        align: center middle;
        & > Vertical {
            width: 76; max-width: 96%; height: auto; max-height: 96%;
            background: $panel; border: round $accent; padding: 1 2;
            border-title-color: $text; border-subtitle-color: $text-muted;
        }
        & .about { height: auto; color: $text-muted; margin-bottom: 1; }
        & .field { height: 1; margin-bottom: 1; }
        & .field Label { width: 12; color: $text-muted; }
        & .field Input, & .field Select { width: 1fr; background: $surface; }
        & .field Input:focus { background: $boost; }
        & #fault { height: auto; min-height: 1; color: $text-muted; }
        & #fault.-wrong { color: $text-error; text-style: bold; }
        & #buttons { height: 1; align-horizontal: right; margin-top: 1; }
        & #buttons Button { margin-left: 2; min-width: 10; }
        &.-short > Vertical { padding: 0 2; overflow-y: auto; scrollbar-size-vertical: 1; }
        &.-short .field { margin-bottom: 0; }
    }
    """
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]  # noqa: RUF012

    def __init__(self, title: str, about: str = "", accept: str = "Keep") -> None:
        super().__init__()
        self._title = title
        self._about = about
        self._accept = accept

    @abstractmethod
    def fields(self) -> Iterator[tuple[str, Widget]]:
        """Each field, with its label before it."""

    @abstractmethod
    def result(self) -> FormResult:
        """The value of the fields. Raises `ValueError` with a message for the user."""

    def hint(self) -> str:
        """The text below the fields while nothing is wrong."""
        return ""

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = self._title
            box.border_subtitle = f"Enter: {self._accept.lower()} · Esc: cancel"
            if self._about:
                yield Static(Text(self._about), classes="about")
            for label, field in self.fields():
                with Horizontal(classes="field"):
                    yield Label(label, markup=False)
                    yield field
            yield Static(id="fault", markup=False)
            with Horizontal(id="buttons"):
                yield Button(self._accept, id="accept", variant="primary", compact=True)
                yield Button("Cancel", id="cancel", compact=True)

    def on_mount(self) -> None:
        for field in self.query(Input):
            field.cursor_blink = False
        self.query(Input).first().focus()
        self.show_fault("")

    def on_input_changed(self) -> None:
        self.show_fault("")

    def on_input_submitted(self) -> None:
        self.accept()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "accept":
            self.accept()
        else:
            self.action_cancel()

    def accept(self) -> None:
        """Close with the result, or show why the fields have none."""
        try:
            result = self.result()
        except ValueError as error:
            self.show_fault(str(error))
            self.app.bell()
        else:
            self.dismiss(result)

    def show_fault(self, fault: str) -> None:
        """Show `fault`; show the hint if it is empty."""
        line = self.query_one("#fault", Static)
        line.set_class(bool(fault), "-wrong")
        line.update(Text(f"! {fault}" if fault else self.hint()))

    def field_text(self, name: str) -> str:
        """The text of the field with the id `name`, without characters that no recipe can have."""
        return FORBIDDEN_CHARS.sub("", self.query_one(f"#{name}", Input).value).strip()

    def action_cancel(self) -> None:
        self.dismiss(None)


def text_field(name: str, value: str, placeholder: str = "") -> Input:
    """A field of one line."""
    return Input(value, placeholder, id=name, compact=True, select_on_focus=False)
