"""The table of variants and measures. Only lines in view are drawn, so its length costs nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from netlab.sanitize import pad_to_width
from tui.compare.column_layout import COLUMN_GAP, MARK_WIDTH, ColumnLayout
from tui.compare.table_view import TableView, ViewColumn, ViewLine
from tui.widgets.cells import shorten
from tui.widgets.cursor_keys import LINE_LIST_BINDINGS

HEADER_LINES = 2


class ComparisonTable(ScrollView, can_focus=True):
    """One line for each variant, one column for each measure; the names always stay in view."""

    HELP = """
    The study side by side: one line a variant, one column a measure.

    ± is the standard deviation over seeds. Δ is the mean difference from the baseline, paired by
    seed, with its 95 % interval. The verdict is “real” where the difference is significant after
    correction for all variants of the study, which is more than an interval without zero; “within
    noise” where it is not; and “n = 1: no claim” where one seed allows none.

    A click on a heading sorts by it; a click on the sign before a name marks the variant for the
    curves. Columns that do not fit come into view as the cursor moves right.
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *LINE_LIST_BINDINGS,
        Binding("left,h", "turn(-1)", "Left", show=False),
        Binding("right,l", "turn(1)", "Right", show=False),
    ]
    COMPONENT_CLASSES = {  # noqa: RUF012
        "comparison--head",
        "comparison--sorted",
        "comparison--line",
        "comparison--cell",
        "comparison--strong",
        "comparison--faint",
    }
    DEFAULT_CSS = """
    ComparisonTable {
        height: auto; min-height: 5; max-height: 55%; overflow-x: hidden; background: $background;
    }
    ComparisonTable > .comparison--head { color: $text-muted; text-style: bold; }
    ComparisonTable > .comparison--sorted {
        color: $text; text-style: bold underline;
    }
    ComparisonTable > .comparison--line { background: $block-cursor-blurred-background; }
    ComparisonTable > .comparison--cell {
        background: $block-cursor-blurred-background; text-style: underline;
    }
    ComparisonTable:focus > .comparison--cell {
        background: $block-cursor-background; color: $block-cursor-foreground;
        text-style: $block-cursor-text-style;
    }
    ComparisonTable > .comparison--strong { text-style: bold; }
    ComparisonTable > .comparison--faint { color: $text-muted; }
    """

    view: reactive[TableView] = reactive(TableView(), init=False)
    marks: reactive[Mapping[str, str]] = reactive[Mapping[str, str]](dict, init=False)
    line: reactive[int] = reactive(0, init=False)
    column: reactive[int] = reactive(0, init=False)

    class Moved(Message):
        """The cursor moved, or other columns are in view."""

        def can_replace(self, message: Message) -> bool:
            """Keep only one such message, however often the cursor moves before it is handled."""
            return isinstance(message, ComparisonTable.Moved)

    @dataclass
    class SortAsked(Message):
        """The heading of the column `key` was clicked."""

        key: str

    @dataclass
    class MarkAsked(Message):
        """The cells before a name were clicked."""

        variant: str

    def __init__(self, *, ascii: bool = False, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._ascii = ascii
        self._fitting = ColumnLayout((), 0)

    @property
    def cursor_line(self) -> ViewLine | None:
        return self.view.lines[self.line] if self.line < len(self.view.lines) else None

    @property
    def cursor_column(self) -> ViewColumn | None:
        return self.view.columns[self.column] if self.column < len(self.view.columns) else None

    @property
    def hidden_columns(self) -> tuple[int, int]:
        """How many columns are out of view at the left and right; (0, 0) without a width."""
        return self._layout.hidden if self.size.width else (0, 0)

    @property
    def _layout(self) -> ColumnLayout:
        """The columns in view; computed here because painting comes before the Resize event."""
        if self._fitting.width != self.size.width:
            self._fit_columns()
        return self._fitting

    def _fit_columns(self) -> None:
        columns = ColumnLayout(self.view.columns, self.size.width, self._fitting.first)
        self._fitting = columns.scrolled_to(self.column)

    def watch_view(self, old: TableView, new: TableView) -> None:
        self.virtual_size = Size(self.size.width, len(new.lines) + HEADER_LINES)
        if len(old.lines) != len(new.lines):
            self.refresh(layout=True)
        self._keep_line(old, new)
        keys = [head.key for head in new.columns]
        key = old.columns[self.column].key if self.column < len(old.columns) else ""
        self.column = keys.index(key) if key in keys else min(self.column, max(0, len(keys) - 1))
        self._show_cursor()

    def watch_marks(self) -> None:
        self.refresh()

    def watch_line(self) -> None:
        self._show_cursor()

    def watch_column(self) -> None:
        self._show_cursor()

    def on_resize(self) -> None:
        self._show_cursor()

    def move_to(self, variant: str) -> None:
        """Move the cursor to the first line of a variant; do nothing if it has no line."""
        indexes = (index for index, line in enumerate(self.view.lines) if line.variant == variant)
        self.line = next(indexes, self.line)

    def action_move(self, lines: int) -> None:
        self.line = max(0, min(len(self.view.lines) - 1, self.line + lines))

    def action_turn(self, columns: int) -> None:
        self.column = max(0, min(len(self.view.columns) - 1, self.column + columns))

    def action_page(self, pages: int) -> None:
        self.action_move(pages * max(1, self.size.height - HEADER_LINES - 1))

    def on_click(self, event: events.Click) -> None:
        """Sort by the clicked heading, mark a variant, or move the cursor."""
        index = self._layout.column_at(event.x)
        if event.y < HEADER_LINES:
            if index is not None:
                self.post_message(self.SortAsked(self.view.columns[index].key))
            return
        line = event.y - HEADER_LINES + self.scroll_offset.y
        if line >= len(self.view.lines):
            return
        self.line = line
        if event.x < MARK_WIDTH:
            self.post_message(self.MarkAsked(self.view.lines[line].variant))
        elif index is not None:
            self.column = index

    def on_mouse_scroll_right(self) -> None:
        self.action_turn(1)

    def on_mouse_scroll_left(self) -> None:
        self.action_turn(-1)

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if not self.view.columns:
            return Strip.blank(width, self.rich_style)
        if y < HEADER_LINES:
            return self._header(y).adjust_cell_length(width, self._style("head"))
        index = y - HEADER_LINES + self.scroll_offset.y
        if index >= len(self.view.lines):
            return Strip.blank(width, self.rich_style)
        style = self._style("line") if index == self.line else self.rich_style
        return self._row(index, style).adjust_cell_length(width, style)

    def _header(self, y: int) -> Strip:
        plain, sorted_ = self._style("head"), self._style("sorted")
        more = (
            ("v" if self.view.descending else "^")
            if self._ascii
            else "▼▲"[not self.view.descending]
        )
        segments = [Segment(" " * MARK_WIDTH, plain)]
        for index in self._layout.visible:
            head = self.view.columns[index]
            text = head.unit if y else head.title
            mine = head.key == self.view.sort_key
            if mine and not y:
                text = f"{text} {more}"
            width = self._layout.cell_width(index)
            text = pad_to_width(
                shorten(text, width, ascii=self._ascii), width, right=head.align == "right"
            )
            segments += [
                Segment(text, sorted_ if mine and not y else plain),
                Segment(COLUMN_GAP, plain),
            ]
        return Strip(segments)

    def _row(self, index: int, style: Style) -> Strip:
        line = self.view.lines[index]
        here = index == self.line
        base = style if line.done else style + self._style("faint", partial=True)
        sign = self.marks.get(line.variant, "")
        segments = [Segment(f"{sign:<{MARK_WIDTH}}", style)]
        for column in self._layout.visible:
            head, width = self.view.columns[column], self._layout.cell_width(column)
            text = shorten(line.texts[column], width, ascii=self._ascii)
            text = pad_to_width(text, width, right=head.align == "right")
            look = base + self._style("strong", partial=True) if line.real[column] else base
            if here and column == self.column:
                look = self._style("cell")
            segments += [Segment(text, look), Segment(COLUMN_GAP, style)]
        return Strip(segments)

    def _style(self, name: str, *, partial: bool = False) -> Style:
        return self.get_component_rich_style(f"comparison--{name}", partial=partial)

    def _keep_line(self, old: TableView, new: TableView) -> None:
        at = old.lines[self.line] if self.line < len(old.lines) else None
        indexes = {(line.variant, line.seed): index for index, line in enumerate(new.lines)}
        if at is not None:
            near = indexes.get((at.variant, at.seed), indexes.get((at.variant, None)))
            self.line = min(self.line, max(0, len(new.lines) - 1)) if near is None else near

    def _show_cursor(self) -> None:
        """Scroll to the cursor, draw again, and post `Moved`."""
        self.virtual_size = Size(self.size.width, len(self.view.lines) + HEADER_LINES)
        self._fit_columns()
        top = self.scroll_offset.y
        body = max(1, self.size.height - HEADER_LINES)
        if not top <= self.line < top + body:
            to = self.line if self.line < top else self.line - body + 1
            self.scroll_to(y=to, animate=False, force=True)
        self.refresh(Region(0, 0, *self.size))
        self.post_message(self.Moved())
