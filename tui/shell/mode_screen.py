"""The base of the mode screens: a header with the modes, a footer with the main keys."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding
from textual.events import Compose, Event, Resize, Unmount
from textual.screen import Screen
from textual.widget import Widget

from tui.config.actions import Action, bindings, without_typed_keys
from tui.shell.header import ModeHeader
from tui.shell.key_hints import KeyHints
from tui.shell.size_notice import SizeNotice
from tui.workspace import Workspace, workspace_of


class ModeScreen(Screen[None]):
    """The screen of a mode. Subclasses set MODE and ACTIONS and define `compose_mode`."""

    DEFAULT_CSS = "ModeScreen { overflow: hidden; }"
    MODE: ClassVar[str]
    ACTIONS: ClassVar[tuple[Action, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls.BINDINGS = [*bindings(cls.ACTIONS)]
        super().__init_subclass__()

    @property
    def workspace(self) -> Workspace:
        return workspace_of(self)

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        return without_typed_keys(self.focused, super().active_bindings)

    @property
    def is_live(self) -> bool:
        """Whether the screen has its widgets; while the app ends, they may be missing."""
        return self.app.is_running and bool(self.children)

    async def on_event(self, event: Event) -> None:
        """Ignore events while the app ends: handlers would query widgets that are gone."""
        if self.is_live or isinstance(event, Compose | Unmount):
            await super().on_event(event)

    def compose(self) -> ComposeResult:
        yield ModeHeader(self.MODE)
        yield self.workspace.tour_line(self.MODE)
        yield from self.compose_mode()
        yield SizeNotice()
        yield KeyHints()

    def on_resize(self, event: Resize) -> None:
        self.query_one(SizeNotice).fit(event.size)
        self.call_after_refresh(self._refocus_if_hidden)

    def on_screen_resume(self) -> None:
        self.call_after_refresh(self._refocus_if_hidden)

    def _refocus_if_hidden(self) -> None:
        """Move the focus from a hidden widget, because a hidden input would take typed keys."""
        focused = self.focused
        if focused is None or not self.is_live:
            return
        widgets = [node for node in focused.ancestors_with_self if isinstance(node, Widget)]
        if not all(widget.display for widget in widgets):
            assert self.AUTO_FOCUS is not None
            self.set_focus(self.query(self.AUTO_FOCUS).first(Widget))

    def compose_mode(self) -> ComposeResult:
        raise NotImplementedError
