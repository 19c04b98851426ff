"""A list of options whose cursor is seen without colours, too."""

from __future__ import annotations

from textual.style import Style
from textual.widgets import OptionList


class Options(OptionList):
    """Textual's list; where a part is to be drawn in reverse, it is."""

    def get_visual_style(self, *component_classes: str, partial: bool = False) -> Style:
        """Textual leaves `reverse` out, with which the terminal's own colours mark the cursor."""
        style = super().get_visual_style(*component_classes, partial=partial)
        parts = (self.get_component_styles(name).text_style for name in component_classes)
        return style + Style(reverse=True) if any(part.reverse for part in parts) else style
