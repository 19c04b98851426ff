"""The Ablate screen."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Static

from tui.ablate.actions import ACTIONS
from tui.mode import ModeScreen


class AblateScreen(ModeScreen):
    """The Ablate mode."""

    MODE = "ablate"
    ACTIONS = ACTIONS

    def compose_mode(self) -> ComposeResult:
        """The mode's own widgets."""
        yield Static("Ablate")
