"""The list of studies and runs. It draws only the lines in view, however many there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.train.run_columns import EDGE_WIDTH, MARK_WIDTH, STATE, RunColumn, fit_columns
from tui.train.run_lines import RunLine, RunListLine, StudyHeading
from tui.train.status_text import study_totals
from tui.widgets.cells import fit_width
from tui.widgets.cursor_keys import LINE_LIST_BINDINGS
from tui.widgets.plots.line_plot import MAX_RUNS, run_sign
from tui.widgets.styles import component_style

if TYPE_CHECKING:
    from netlab.lab.run_state import State

STATE_STYLES: dict[State, str] = {
    "queued": "muted",
    "running": "strong",
    "paused": "warning",
    "stopped": "warning",
    "interrupted": "warning",
    "failed": "error",
    "diverged": "error",
    "done": "success",
}
"""The component class of each state. Colours only repeat what the text says."""


class RunList(ScrollView, can_focus=True):
    """The studies with their runs, and a cursor.

    It keeps no state except its scroll position: `show` gives it the lines, the cursor and the
    marks, and it posts what the user does.
    """

    HELP = (
        "Every study of the lab, the newest first, with its runs.\n"
        "Arrows or j and k move, h and l (or Enter on a study) close and open it. Space marks a "
        "run, so that its curves are drawn; without any marked, the run under the cursor is.\n"
        "What is asked is asked of the run under the cursor; of all marked ones, if it is one of "
        "them; on a study, of all of its runs."
    )
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "runlist--title",
        "runlist--heading",
        "runlist--cursor",
        *(f"runlist--{tone}" for tone in ("muted", "strong", "warning", "error", "success")),
        *(f"runlist--run-{slot}" for slot in range(MAX_RUNS)),
    }
    DEFAULT_CSS = """
    RunList { height: auto; min-height: 4; max-height: 45%; background: $background; overflow-x: hidden; scrollbar-size-vertical: 1; }
    RunList > .runlist--title { color: $text-muted; background: $background; text-style: bold; }
    RunList > .runlist--heading { text-style: bold; }
    RunList > .runlist--cursor {
        color: $block-cursor-blurred-foreground; background: $block-cursor-blurred-background;
        text-style: $block-cursor-blurred-text-style;
    }
    RunList:focus > .runlist--cursor {
        color: $block-cursor-foreground; background: $block-cursor-background;
        text-style: $block-cursor-text-style;
    }
    RunList > .runlist--muted { color: $text-muted; }
    RunList > .runlist--strong { text-style: bold; }
    RunList > .runlist--warning { color: $warning; }
    RunList > .runlist--error { color: $error; }
    RunList > .runlist--success { color: $success; }
    RunList > .runlist--run-0 { color: $accent; }
    RunList > .runlist--run-1 { color: $warning; }
    RunList > .runlist--run-2 { color: $success; }
    RunList > .runlist--run-3 { color: $secondary; }
    RunList > .runlist--run-4 { color: $foreground; }
    RunList > .runlist--run-5 { color: $error; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *LINE_LIST_BINDINGS,
        Binding("left,h", "open(False)", "Close the study", show=False),
        Binding("right,l", "open(True)", "Open the study", show=False),
    ]

    @dataclass
    class Moved(Message):
        """The cursor should move to another line."""

        line: RunListLine

    @dataclass
    class Opened(Message):
        """Open (True), close (False) or toggle (None) a study; for a run, show its page."""

        line: RunListLine
        open: bool | None

    @dataclass
    class Marked(Message):
        """Mark the line, or remove its mark."""

        line: RunListLine

    def __init__(self, *, plain: bool = False, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._plain = plain
        self._lines: tuple[RunListLine, ...] = ()
        self._cursor = 0
        self._marks: Mapping[str, int] = {}

    def show(self, lines: tuple[RunListLine, ...], cursor: int, marks: Mapping[str, int]) -> None:
        """Show these lines, and draw only those that look different."""
        old, self._lines = self._lines, lines
        before, self._cursor = self._cursor, cursor
        marked, self._marks = self._marks, marks
        if len(old) != len(lines):
            self.virtual_size = Size(self.size.width, len(lines) + 1)
            self.refresh(layout=True)
        elif marked != marks:
            self.refresh()
        else:
            for at in self._visible():
                if lines[at] != old[at] or (before != cursor and at in (before, cursor)):
                    self.refresh(Region(0, at + 1 - self.scroll_offset.y, self.size.width, 1))
        if before != cursor or len(old) != len(lines):
            self.call_after_refresh(self._scroll_to_cursor)

    def on_resize(self, _event: Resize) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._lines) + 1)
        self.call_after_refresh(self._scroll_to_cursor)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        at = y - 1 + self.scroll_offset.y
        if y == 0:
            return self._strip(self._title(width), width, self._style("title"))
        if at >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        line = self._lines[at]
        pieces = (
            self._heading(line, width) if isinstance(line, StudyHeading) else self._run(line, width)
        )
        return self._strip(pieces, width, self._style("cursor") if at == self._cursor else None)

    def action_move(self, lines: int) -> None:
        self._move_to(self._cursor + lines)

    def action_page(self, pages: int) -> None:
        self._move_to(self._cursor + pages * max(1, self.size.height - 2))

    def action_open(self, open: bool) -> None:  # noqa: A002
        """Open or close the study; to close it from one of its runs, go to its heading first."""
        if not self._lines:
            return
        line = self._lines[self._cursor]
        if isinstance(line, StudyHeading):
            self.post_message(self.Opened(line, open))
        elif not open:
            self._move_to(next(at for at in range(self._cursor, -1, -1) if self._is_heading(at)))

    def on_click(self, event: Click) -> None:
        """Move the cursor. A run's mark is also toggled; a heading or a double click also opens."""
        at = event.y - 1 + self.scroll_offset.y
        if event.y == 0 or not 0 <= at < len(self._lines):
            return
        line = self._lines[at]
        if isinstance(line, RunLine) and event.x < EDGE_WIDTH + MARK_WIDTH:
            self.post_message(self.Marked(line))
        elif isinstance(line, StudyHeading) or event.chain == 2:
            self.post_message(self.Opened(line, None))
        self._move_to(at)

    def _move_to(self, at: int) -> None:
        if self._lines:
            at = min(max(0, at), len(self._lines) - 1)
            self.post_message(self.Moved(self._lines[at]))

    def _is_heading(self, at: int) -> bool:
        return isinstance(self._lines[at], StudyHeading)

    def _scroll_to_cursor(self) -> None:
        rows = max(1, self.size.height - 1)
        top = self.scroll_offset.y
        if self._cursor < top:
            self.scroll_to(y=max(0, self._cursor), animate=False)
        elif self._cursor >= top + rows:
            self.scroll_to(y=self._cursor - rows + 1, animate=False)

    def _visible(self) -> range:
        top = self.scroll_offset.y
        return range(top, min(len(self._lines), top + self.size.height))

    def _strip(self, pieces: list[tuple[str, str]], width: int, over: Style | None = None) -> Strip:
        base = self.rich_style
        segments = [Segment(" " * EDGE_WIDTH, base + over if over else base)]
        for text, name in pieces:
            style = base + self._style(name) if name else base
            segments.append(Segment(text, style + over if over else style))
        return Strip(segments).adjust_cell_length(width, base + over if over else base)

    def _style(self, name: str) -> Style:
        part = f"runlist--{name}"
        return (
            self.get_component_rich_style(part) if name == "title" else component_style(self, part)
        )

    def _title(self, width: int) -> list[tuple[str, str]]:
        columns, names = fit_columns(width)
        name = fit_width("study, variant · seed", names + MARK_WIDTH, ascii=self._plain)
        return [(name, ""), *((" " + _aligned(c, c.title), "") for c in columns)]

    def _heading(self, line: StudyHeading, width: int) -> list[tuple[str, str]]:
        group = line.group
        sign = ("v " if line.open else "> ") if self._plain else ("▾ " if line.open else "▸ ")
        total = study_totals(group, line.waits_for)
        room = width - 2 * EDGE_WIDTH - len(sign) - len(total) - 2
        title = fit_width(f"{group.study} · {group.label}", max(8, room), ascii=self._plain)
        return [(sign, ""), (title, "heading"), ("  " + total, "muted")]

    def _run(self, line: RunLine, width: int) -> list[tuple[str, str]]:
        row = line.row
        columns, names = fit_columns(width)
        slot = self._marks.get(row.run)
        mark = (" ", "") if slot is None else self._mark(slot)
        name = fit_width(row.name, names, ascii=self._plain)
        tone = STATE_STYLES[row.state]
        cells = [
            (" " + _aligned(c, c.text(row, self._plain)), tone if c is STATE else "")
            for c in columns
        ]
        return [mark, (" ", ""), (name, "strong" if row.state == "running" else ""), *cells]

    def _mark(self, slot: int) -> tuple[str, str]:
        return run_sign(slot, "validation", ascii=self._plain), f"run-{slot % MAX_RUNS}"


def _aligned(column: RunColumn, text: str) -> str:
    return text.rjust(column.width) if column.right else text.ljust(column.width)
