"""Styles are computed again for another theme, and for nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from weakref import WeakSet

from textual.screen import Screen


class CssCache:
    """Knows which screens have the styles of the theme.

    Textual computes every style twice when a mode is opened for the first time, in case the
    theme has changed meanwhile; that takes longer than the mode itself.
    """

    def __init__(self) -> None:
        self._theme = ""
        self._seen: WeakSet[Screen[Any]] = WeakSet()
        self._outdated: WeakSet[Screen[Any]] = WeakSet()

    def is_outdated(self, theme: str, screens: Sequence[Screen[Any]]) -> bool:
        """Whether the last of `screens`, which is in front, needs new styles."""
        self._seen.update(screens)
        if theme != self._theme:
            self._theme = theme
            self._outdated.update(self._seen)
            return True
        return screens[-1] in self._outdated

    def updated(self, screens: Sequence[Screen[Any]]) -> None:
        self._outdated.difference_update(screens)
