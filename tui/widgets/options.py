"""A list of options with vim's keys, whose cursor can be seen without colours, too."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.style import Style
from textual.widgets import OptionList


class VimOptions(OptionList):
    """Textual's list with `j`, `k`, `g` and `G`; it also applies the text style `reverse`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
        Binding("g", "first", "First", show=False),
        Binding("G,shift+g", "last", "Last", show=False),
    ]

    def get_visual_style(self, *component_classes: str, partial: bool = False) -> Style:
        """Add `reverse`, which Textual leaves out; terminal colours need it to show the cursor."""
        style = super().get_visual_style(*component_classes, partial=partial)
        parts = (self.get_component_styles(name).text_style for name in component_classes)
        return style + Style(reverse=True) if any(part.reverse for part in parts) else style
