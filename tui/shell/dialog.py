"""The base of all dialogs, in which the keys for help and quit work too."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.binding import ActiveBinding, BindingType
from textual.screen import ModalScreen

from tui.config.actions import dialog_bindings, without_typed_keys

DialogResultT = TypeVar("DialogResultT")


class Dialog(ModalScreen[DialogResultT]):
    """A modal screen with the keys for help and quit."""

    BINDINGS: ClassVar[list[BindingType]] = [*dialog_bindings()]

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        return without_typed_keys(self.focused, super().active_bindings)
