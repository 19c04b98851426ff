"""The Compose screen."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Static

from tui.compose.actions import ACTIONS
from tui.mode import ModeScreen


class ComposeScreen(ModeScreen):
    """The Compose mode."""

    MODE = "compose"
    ACTIONS = ACTIONS

    def compose_mode(self) -> ComposeResult:
        """The mode's own widgets."""
        yield Static("Compose")
