"""The widgets below the list on the Train screen: details, legend, log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Log

from netlab.sanitize import sanitize
from tui.lab.event_tail import LogText
from tui.train.run_lines import RunListLine, StudyHeading
from tui.train.status_text import end_text, progress_text, run_figures, study_totals
from tui.widgets.plots.line_plot import run_sign


class RunDetail(Widget):
    """Two lines on the run or study under the cursor."""

    HELP = "What is known of the run under the cursor. Enter shows all of it."
    DEFAULT_CSS = """
    RunDetail { height: 2; background: $panel; padding: 0 1; }
    """
    line: reactive[RunListLine | None] = reactive(None)

    def render(self) -> Text:
        first, second = self._two_lines()
        for text in (first, second):
            text.truncate(max(1, self.size.width), overflow="ellipsis")
        return Text("\n").join([first, second])

    def _two_lines(self) -> tuple[Text, Text]:
        if self.line is None:
            return Text(), Text()
        if isinstance(self.line, StudyHeading):
            group = self.line.group
            return (
                Text(
                    f"{sanitize(group.study)}  {study_totals(group, self.line.waits_for)}", "bold"
                ),
                Text("What is asked here is asked of all runs of this study.", "dim"),
            )
        row = self.line.row
        first = Text(row.title, "bold")
        first.append(f"  {row.state_word} · {progress_text(row)}", "not bold")
        waits = f"waits {self.line.waits_for}" if self.line.waits_for else ""
        return first, Text(waits or end_text(row) or run_figures(row))


class CurveLegend(Widget):
    """Shows which sign stands for which run in the plots."""

    DEFAULT_CSS = """
    CurveLegend { height: 1; padding: 0 1; color: $text-muted; }
    """
    names: reactive[tuple[tuple[int, str], ...]] = reactive(())

    def __init__(self, *, plain: bool) -> None:
        super().__init__()
        self._plain = plain

    def render(self) -> Text:
        train, val = (run_sign(0, role, ascii=self._plain) for role in ("training", "validation"))
        line, dots = ("...", ". .") if self._plain else ("──", "┄┄")
        key = f"{line}{train} training  {dots}{val} validation"
        room = max(0, self.size.width - len(key) - 2)
        runs = Text("  ".join(f"{self._sign(slot)} {name}" for slot, name in self.names))
        runs.truncate(room, overflow="ellipsis", pad=True)
        return Text.assemble(runs, "  ", key, no_wrap=True)

    def _sign(self, slot: int) -> str:
        return run_sign(slot, "validation", ascii=self._plain)


class LogPane(Log):
    """The end of a worker's log. New lines are appended; the rest is not written again."""

    HELP = (
        "What the worker of the run under the cursor has written to its log, the last 2,000 lines."
    )
    DEFAULT_CSS = """
    LogPane {
        height: 1fr; padding: 0 1; background: transparent; overflow: auto; scrollbar-size: 1 1;
        border-top: solid $border-blurred; border-title-color: $text-muted;
    }
    LogPane:focus { border-top: solid $accent; border-title-color: $text; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("k", "scroll_up", "Up", show=False),
        Binding("j", "scroll_down", "Down", show=False),
        Binding("g", "scroll_home", "First", show=False),
        Binding("G,shift+g", "scroll_end", "Last", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(max_lines=None)
        self._shown: LogText | None = None
        self._written: Sequence[str] = ()

    def show(self, text: LogText | None) -> None:
        if text == self._shown:
            return
        same = text is not None and self._shown is not None and text.run == self._shown.run
        self._shown = text
        lines = ["Move to a run to see its log."] if text is None else list(text.lines)
        if text is not None and not lines:
            lines = ["Its worker has written nothing: it does so when something goes wrong."]
        self.border_title = "" if text is None else f" Log of run {text.run} "
        if same and self._written and tuple(lines[: len(self._written)]) == tuple(self._written):
            added = lines[len(self._written) :]
        else:
            self.clear()
            added = lines
        self._written = lines
        self.write("".join(f"{line}\n" for line in added))
