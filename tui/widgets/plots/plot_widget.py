"""The base of the plot widgets, which draw again only if data or size have changed."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Sequence

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.plots.frame import Piece


class PlotWidget(Widget):
    """Shows the lines that `draw` returns for `content`."""

    ascii: reactive[bool] = reactive(False)

    def __init__(self, *, ascii: bool = False, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.set_reactive(PlotWidget.ascii, ascii)
        self._drawn_for: tuple[Hashable, Size, bool] | None = None
        self._lines: Sequence[Sequence[Piece]] = ()

    @property
    @abstractmethod
    def content(self) -> Hashable:
        """Everything that is drawn; equal values look the same."""

    @abstractmethod
    def draw(self, width: int, height: int) -> Sequence[Sequence[Piece]]:
        """The lines for a widget of this size, in cells."""

    @abstractmethod
    def component_class(self, style: int) -> str | None:
        """The component class for the style of a piece; None for the style of the widget."""

    def render_line(self, y: int) -> Strip:
        wanted = (self.content, self.size, self.ascii)
        if self._drawn_for != wanted:
            self._lines = self.draw(*self.size)
            self._drawn_for = wanted
        if y >= len(self._lines):
            return Strip.blank(self.size.width, self.rich_style)
        segments = [Segment(text, self._rich_style(style)) for text, style in self._lines[y]]
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)

    def _rich_style(self, style: int) -> Style:
        name = self.component_class(style)
        return self.get_component_rich_style(name) if name else self.rich_style
