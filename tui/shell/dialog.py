"""What all dialogs share: help and leaving work over them as they do everywhere."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.binding import ActiveBinding, BindingType
from textual.screen import ModalScreen

from tui.config.actions import dialog_bindings, without_typed_keys

Result = TypeVar("Result")


class Dialog(ModalScreen[Result]):
    """A screen over the one that it is about; escape leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = [*dialog_bindings()]

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """What keys do now; none that a field takes as text."""
        return without_typed_keys(self.focused, super().active_bindings)
