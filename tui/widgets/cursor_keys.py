"""The keys that move a cursor along lines. They are not listed in help pages or the palette."""

from __future__ import annotations

from textual.binding import Binding

LINE_LIST_BINDINGS = (
    Binding("up,k", "move(-1)", "Up", show=False),
    Binding("down,j", "move(1)", "Down", show=False),
    Binding("pageup", "page(-1)", "Page up", show=False),
    Binding("pagedown", "page(1)", "Page down", show=False),
    Binding("home,g", "move(-1000000000)", "First", show=False),
    Binding("end,G,shift+g", "move(1000000000)", "Last", show=False),
)
"""For widgets that draw their own lines: `action_move` by lines, `action_page` by screenfuls."""
