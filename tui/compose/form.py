"""The form of a block or of the network, with a line for each field of the schema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import var
from textual.widgets import Input

from netlab.blocks import Shape
from netlab.recipe.network import Network
from netlab.sanitize import sanitize
from tui.compose.branch_edits import BranchNetwork
from tui.compose.field_validation import field_value, nearest_valid, next_valid, validation_error
from tui.compose.form_fields import (
    BRANCH_FIELDS,
    FormField,
    InvalidText,
    fields_of,
    format_value,
    network_fields,
)
from tui.widgets.line_list import LineList

VALUE_COLUMN = 20
"""The column where the values begin, in cells."""


class Form(LineList):
    """Fields with their values; left and right change a value by one step, enter edits it.

    A value is validated before it is accepted. For an invalid one the form posts `Refused`, with
    a valid value near it that `take_nearest` accepts.
    """

    HELP: ClassVar[str] = (
        "The fields of the selected row.\n"
        "left and right (or - and +) step through the valid values; enter types\n"
        "one. An invalid value is explained, and F4 takes the nearest valid one.\n"
        "Inherited values are the network's: change them there, on row 0, or here for this row.\n"
        "Backspace gives a field back its default."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h,minus", "step(-1)", "Less", show=False),
        Binding("right,l,plus,space", "step(1)", "More", show=False),
        Binding("enter", "type", "Type a value", show=False),
        Binding("backspace", "reset", "Default", show=False),
    ]
    DEFAULT_CSS = """
    Form > Input {
        position: absolute; display: none; width: 17; height: 1; border: none; padding: 0;
        background: $boost;
    }
    Form > Input:focus { border: none; }
    Form > Input.-typing { display: block; }
    """

    network: var[Network | None] = var(None)
    row: var[int] = var(0)
    in_shape: var[Shape | None] = var(None)
    faulty_field: var[str | None] = var(None)
    """The name of the field with a problem, if any."""

    @dataclass
    class Chosen(Message):
        """A valid value was chosen."""

        row: int
        name: str
        value: Any

    class Opened(Message):
        """The user wants to open the branches of the row."""

    @dataclass
    class Refused(Message):
        """`error` is why a value is invalid (None: no error now); `nearest` is a valid one, if any."""

        error: str | None
        nearest: Any = None

    def compose(self) -> ComposeResult:
        yield Input(compact=True, select_on_focus=True)

    @property
    def fields(self) -> tuple[FormField, ...]:
        if self.network is None:
            return ()
        if self.row == 0:
            branch = isinstance(self.network, BranchNetwork)
            return BRANCH_FIELDS if branch else network_fields()
        return fields_of(type(self.network.blocks[self.row - 1]))

    @property
    def field(self) -> FormField:
        return self.fields[min(self.cursor, len(self.fields) - 1)]

    @property
    def count(self) -> int:
        return len(self.fields)

    @property
    def typing(self) -> bool:
        return self.query_one(Input).has_class("-typing")

    def show(
        self, network: Network, row: int, in_shape: Shape | None, faulty_field: str | None
    ) -> None:
        """Show row `row` (0 is the network); keep the cursor on the field of the same name, if any."""
        name = self.field.name if self.fields else ""
        lines = self.count
        moved = row != self.row
        self.set_reactive(Form.row, row)
        self.network, self.in_shape, self.faulty_field = network, in_shape, faulty_field
        names = [field.name for field in self.fields]
        self.cursor = names.index(name) if name in names else 0
        if moved:
            self.stop_typing()
        if self.count != lines:
            self.refresh(layout=True)
        else:
            self.redraw()

    def line(self, index: int, width: int) -> Text:  # noqa: ARG002
        assert self.network is not None
        field = self.fields[index]
        value = field_value(self.network, self.row, field.name)
        wrong = field.name == self.faulty_field
        text = Text(f"{'✗' if wrong else ' '} ", style=self.line_style("error") if wrong else "")
        name = field.name.replace("_", " ")
        text.append(
            f"{name:<{VALUE_COLUMN - 2}.{VALUE_COLUMN - 3}}",
            style="" if wrong else self.line_style("muted"),
        )
        inherited = value is None
        shown = self._inherited_text(field) if inherited else self._value_text(value)
        shown = f"  {shown}" if field.kind in ("text", "nested") else f"‹ {shown} ›"
        changed = not inherited and (field.required or value != field.default)
        style = "italic" if inherited else self.line_style("strong") if changed else ""
        text.append(shown, style=style)
        if field.kind == "nested":
            text.append("  enter opens", style=self.line_style("muted"))
        if inherited and self._is_inheritable(field):
            text.append("  inherited", style=self.line_style("muted"))
        return text

    def _value_text(self, value: Any) -> str:
        branches = isinstance(value, tuple)
        return sanitize(
            ", ".join(branch.name for branch in value) if branches else format_value(value)
        )

    def _is_inheritable(self, field: FormField) -> bool:
        return self.row > 0 and field.name in Network.model_fields

    def _inherited_text(self, field: FormField) -> str:
        return (
            format_value(getattr(self.network, field.name))
            if self._is_inheritable(field)
            else "left out"
        )

    def action_step(self, direction: int) -> None:
        assert self.network is not None
        if self.field.kind == "nested":
            self.post_message(self.Opened())
            return
        value, error = next_valid(self.network, self.row, self.in_shape, self.field, direction)
        if error is None:
            self._choose(value)
        else:
            self.post_message(self.Refused(error))

    def action_reset(self) -> None:
        if self.field.required or (self.row == 0 and self.field.default is None):
            self.post_message(self.Refused(f"{self.field.name} has no default"))
        else:
            self._validate(self.field.default)

    def action_type(self) -> None:
        assert self.network is not None
        if self.field.kind == "nested":
            self.post_message(self.Opened())
            return
        if self.field.kind in ("choice", "switch"):
            self.action_step(1)
            return
        value = field_value(self.network, self.row, self.field.name)
        typed = self.query_one(Input)
        typed.styles.offset = (VALUE_COLUMN + 2, self.cursor)
        typed.value = "" if value is None else format_value(value)
        typed.placeholder = "" if value is not None else self._inherited_text(self.field)
        typed.add_class("-typing")
        typed.focus()

    def stop_typing(self) -> None:
        typed = self.query_one(Input)
        if typed.has_class("-typing"):
            had_focus = typed.has_focus
            typed.remove_class("-typing")
            self.post_message(self.Refused(None))
            if had_focus:
                self.focus()

    def take_nearest(self, value: Any) -> None:
        self.stop_typing()
        self._choose(value)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.typing:
            self._validate_text(event.value, accept=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._validate_text(event.value, accept=True)

    def on_key(self, event: events.Key) -> None:
        if event.key == "escape" and self.typing:
            event.stop()
            self.stop_typing()

    def on_descendant_blur(self) -> None:
        self.query_one(Input).remove_class("-typing")
        self.post_message(self.Refused(None))

    def on_click(self, event: events.Click) -> None:
        if event.y >= self.count or event.widget is not self:
            return
        line = self.line(event.y, self.size.width).plain
        if event.x == line.find("‹"):
            self.action_step(-1)
        elif event.x == line.find("›"):
            self.action_step(1)
        elif event.chain == 2:
            self.action_type()

    def _validate_text(self, text: str, *, accept: bool) -> None:
        try:
            value = self.field.parse(text)
        except InvalidText as error:
            self.post_message(self.Refused(str(error)))
            return
        self._validate(value, accept=accept)

    def _validate(self, value: Any, *, accept: bool = True) -> None:
        assert self.network is not None
        error = validation_error(self.network, self.row, self.in_shape, self.field.name, value)
        if error is not None:
            better = nearest_valid(self.network, self.row, self.in_shape, self.field, value)
            self.post_message(self.Refused(error, better))
        elif accept:
            self.stop_typing()
            self._choose(value)
        else:
            self.post_message(self.Refused(None))

    def _choose(self, value: Any) -> None:
        self.post_message(self.Refused(None))
        self.post_message(self.Chosen(self.row, self.field.name, value))
