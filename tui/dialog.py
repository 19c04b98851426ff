"""What all dialogs share: help and leaving work over them as they do everywhere."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.binding import ActiveBinding, BindingType
from textual.screen import ModalScreen

from tui.actions import dialog_bindings, not_typed

Result = TypeVar("Result")


class Dialog(ModalScreen[Result]):
    """A screen over the one that it is about; escape leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = [*dialog_bindings()]

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """What keys do now; none that a field takes as text."""
        return not_typed(self.focused, super().active_bindings)
