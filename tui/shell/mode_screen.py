"""What the four modes share: a header that says where one is, a footer with the few main keys."""

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
    """One of the four modes. Subclasses set MODE and ACTIONS and write `compose_mode`."""

    DEFAULT_CSS = "ModeScreen { overflow: hidden; }"
    MODE: ClassVar[str]
    ACTIONS: ClassVar[tuple[Action, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls.BINDINGS = [*bindings(cls.ACTIONS)]
        super().__init_subclass__()

    @property
    def workspace(self) -> Workspace:
        """The document, its costs, the study and the lab."""
        return workspace_of(self)

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """What keys do now; none that a field takes as text."""
        return without_typed_keys(self.focused, super().active_bindings)

    @property
    def is_live(self) -> bool:
        """Whether its parts are there: an app that ends takes them, or gives none any more."""
        return self.app.is_running and bool(self.children)

    async def on_event(self, event: Event) -> None:
        """Hear of nothing as the app ends: parts would look for one another in vain."""
        if self.is_live or isinstance(event, Compose | Unmount):
            await super().on_event(event)

    def compose(self) -> ComposeResult:
        """Header, the next step for who is led, the mode's widgets, footer."""
        yield ModeHeader(self.MODE)
        yield self.workspace.tour_line(self.MODE)
        yield from self.compose_mode()
        yield SizeNotice()
        yield KeyHints()

    def on_resize(self, event: Resize) -> None:
        """Say so where there is too little room."""
        self.query_one(SizeNotice).fit(event.size)
        self.call_after_refresh(self._refocus_if_hidden)

    def on_screen_resume(self) -> None:
        """Leave what went out of sight meanwhile."""
        self.call_after_refresh(self._refocus_if_hidden)

    def _refocus_if_hidden(self) -> None:
        """A field that nobody sees would take every letter and digit."""
        focused = self.focused
        if focused is None or not self.is_live:
            return
        around = [part for part in focused.ancestors_with_self if isinstance(part, Widget)]
        if not all(part.display for part in around):
            assert self.AUTO_FOCUS is not None
            self.set_focus(self.query(self.AUTO_FOCUS).first(Widget))

    def compose_mode(self) -> ComposeResult:
        """The mode's own widgets."""
        raise TypeError(f"{type(self).__name__} does not write compose_mode")
