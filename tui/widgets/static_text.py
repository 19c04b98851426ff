"""Words that change often: drawn again only when they do, laid out again only when they grow."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static


class StaticText(Static):
    """A `Static` of auto height that tells the same text twice at no cost.

    A new layout makes the whole screen be drawn; words that take as many lines as those before
    do without.
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
