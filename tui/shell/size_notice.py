"""The notice in a small terminal: a line, or a full page if nothing useful fits."""

from __future__ import annotations

from textual.geometry import Size
from textual.widgets import Static

COMFORTABLE_SIZE = Size(80, 24)
"""The smallest size in which everything fits."""
MIN_SIZE = Size(60, 15)
"""The smallest size in which anything useful fits."""


class SizeNotice(Static):
    """Says that the terminal is small; hidden if it is large enough."""

    DEFAULT_CSS = """
    SizeNotice { display: none; height: 1; padding: 0 1; background: $panel; color: $text-warning; }
    SizeNotice.-cramped { display: block; }
    SizeNotice.-covering {
        dock: top; width: 100%; height: 100%; padding: 1 2; content-align: center middle;
        text-align: center; background: $background; color: $foreground;
    }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)

    def fit(self, size: Size) -> None:
        covering = size.width < MIN_SIZE.width or size.height < MIN_SIZE.height
        cramped = size.width < COMFORTABLE_SIZE.width or size.height < COMFORTABLE_SIZE.height
        self.set_class(cramped, "-cramped")
        self.set_class(covering, "-covering")
        here, room, least = (f"{s.width}×{s.height}" for s in (size, COMFORTABLE_SIZE, MIN_SIZE))
        if covering:
            self.update(
                f"netlab needs more room: {least} is the least, {room} shows everything. This "
                f"terminal has {here}.\n\nNothing is lost: make the window larger, or its font "
                "smaller."
            )
        elif cramped:
            self.update(f"{here} is cramped: everything fits from {room} on.")
