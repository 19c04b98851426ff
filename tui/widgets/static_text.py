"""A text that changes often: a change draws only the text if its height is the same."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static


class StaticText(Static):
    """A `Static` that skips drawing for an equal text, and layout for an equal height.

    It avoids layout because a new layout draws the whole screen.
    """

    _text_shown: Text | None = None

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, markup=False)

    def set_text(self, text: Text) -> None:
        if text == self._text_shown:
            return
        self._text_shown = text
        self.update(text, layout=False)
        width, height = self.content_size
        self.clear_cached_dimensions()
        if not width or self.get_content_height(self.size, self.size, width) != height:
            self.refresh(layout=True)
