"""Styles are worked out anew for another theme, and for nothing else."""

from __future__ import annotations

from typing import Any
from weakref import WeakSet

from textual.app import App
from textual.screen import Screen


class CssCache(App[int], inherit_bindings=False):
    """An app whose modes open without work on the styles of all that is there already.

    Textual works out every style twice when a mode is opened for the first time, in case the
    theme has changed meanwhile; that takes longer than the mode itself.
    """

    _theme_applied = ""
    """The theme that styles were last worked out for."""

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        super().__init__(ansi_color=ansi_color)
        self._seen: WeakSet[Screen[Any]] = WeakSet()
        self._outdated: WeakSet[Screen[Any]] = WeakSet()

    def refresh_css(self, animate: bool = True) -> None:
        """Work out the styles of the screens in view, if they are those of another theme."""
        self._seen.update(self.screen_stack)
        if self.theme != self._theme_applied:
            self._theme_applied = self.theme
            self._outdated.update(self._seen)
        elif self.screen not in self._outdated:
            return
        super().refresh_css(animate)
        self._outdated.difference_update(self.screen_stack)
