"""The Compare screen."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Static

from tui.compare.actions import ACTIONS
from tui.mode import ModeScreen


class CompareScreen(ModeScreen):
    """The Compare mode."""

    MODE = "compare"
    ACTIONS = ACTIONS

    def compose_mode(self) -> ComposeResult:
        """The mode's own widgets."""
        yield Static("Compare")
