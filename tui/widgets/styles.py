"""The colours of a widget's parts, for text that it draws itself."""

from __future__ import annotations

from rich.style import Style
from textual.widget import Widget


def component_style(widget: Widget, part: str) -> Style:
    """How the component class `part` writes: its colour as it is seen there, its text style.

    Textual's own partial style forgets that a colour is translucent, so that muted text would be
    brighter than any other. The background is left to whatever the text stands on.
    """
    written = widget.get_component_rich_style(part, partial=True)
    if written.color is None:
        return written
    return written + Style(color=widget.get_component_rich_style(part).color)
