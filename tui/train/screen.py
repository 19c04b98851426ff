"""The Train screen."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Static

from tui.mode import ModeScreen
from tui.train.actions import ACTIONS


class TrainScreen(ModeScreen):
    """The Train mode."""

    MODE = "train"
    ACTIONS = ACTIONS

    def compose_mode(self) -> ComposeResult:
        """The mode's own widgets."""
        yield Static("Train")
