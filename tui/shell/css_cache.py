"""Avoids computing styles again unless the theme has changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from weakref import WeakSet

from textual.screen import Screen


class CssCache:
    """Records which screens have the styles of the current theme.

    When a mode is first opened, Textual computes every style twice, because the theme may have
    changed since. That takes longer than opening the mode itself.
    """

    def __init__(self) -> None:
        self._theme = ""
        self._seen: WeakSet[Screen[Any]] = WeakSet()
        self._outdated: WeakSet[Screen[Any]] = WeakSet()

    def is_outdated(self, theme: str, screens: Sequence[Screen[Any]]) -> bool:
        """Whether the screen in front, the last of `screens`, needs new styles."""
        self._seen.update(screens)
        if theme != self._theme:
            self._theme = theme
            self._outdated.update(self._seen)
            return True
        return screens[-1] in self._outdated

    def updated(self, screens: Sequence[Screen[Any]]) -> None:
        self._outdated.difference_update(screens)
