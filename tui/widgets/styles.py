"""The styles of a widget's parts, for text that the widget draws itself."""

from __future__ import annotations

from rich.style import Style
from textual.widget import Widget


def component_style(widget: Widget, part: str) -> Style:
    """The text style of the component class `part`, with the colour that appears on screen.

    Textual's own partial style ignores that a colour is translucent, so that muted text would be
    brighter than other text. The style has no background: text keeps the one it is drawn on.
    """
    written = widget.get_component_rich_style(part, partial=True)
    if written.color is None:
        return written
    return written + Style(color=widget.get_component_rich_style(part).color)
