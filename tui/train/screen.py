"""The Train screen: what runs, how it goes, and what can be asked of it."""

from __future__ import annotations

from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Static

from tui.background.netlab_command import post_from_thread, run_in_background
from tui.lab.run_rows import Row
from tui.lab.snapshot import LabSnapshot, Subscription
from tui.lab.watcher import LabWatcher
from tui.shell.header import ModeHeader
from tui.shell.help import HelpScreen
from tui.shell.mode_screen import ModeScreen
from tui.train.actions import ACTIONS, NEEDS_RUNS
from tui.train.notes import empty_lab_text, notice_text
from tui.train.panes import CurveLegend, LogPane, RunDetail
from tui.train.run_actions import Asking
from tui.train.run_lines import RunLine, RunListLine, StudyHeading, first_cursor_index, list_lines
from tui.train.run_list import RunList
from tui.train.run_page import RunRead, read_run, run_page
from tui.train.run_plots import accuracy_plot, loss_plot
from tui.train.run_requests import reconcile_lab
from tui.widgets.plots.line_plot import MAX_RUNS, LinePlotData
from tui.widgets.plots.line_plot_widget import LinePlot


class LabChanged(Message):
    """Something is new in the lab."""

    def __init__(self, snapshot: LabSnapshot) -> None:
        super().__init__()
        self.snapshot = snapshot

    def can_replace(self, message: Message) -> bool:
        """An older snapshot that nobody has looked at yet is not worth a look."""
        return isinstance(message, LabChanged)


class TrainScreen(Asking, ModeScreen):
    """The Train mode: the list of runs, their curves, and the log of one."""

    MODE = "train"
    ACTIONS = ACTIONS
    CSS_PATH = "train.tcss"
    AUTO_FOCUS = "RunList"
    VERTICAL_BREAKPOINTS = [(0, "-short"), (34, "-tall")]  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self.snapshot = LabSnapshot()
        self._lab_read = False
        self._rows: dict[str, Row] = {}
        """The runs of the snapshot by id, each in one of its places."""
        self._lines: tuple[RunListLine, ...] = ()
        self._cursor_key: tuple[str, int] | None = None
        """The key of the line under the cursor."""
        self._marked: tuple[str, ...] = ()
        self._unfolded: dict[int, bool] = {}
        self._query = ""
        self._cursor_index = 0
        self._shown_text: tuple[str, str] | None = None
        self._reconciled: frozenset[str] = frozenset()
        self._started: frozenset[str] = frozenset()
        """Studies that were started from the app, whose runs the cursor has yet to go to."""
        self._lab_existed = False
        """Whether there has been a lab since the screen was opened."""
        self._watch: LabWatcher | None = None

    def compose_mode(self) -> ComposeResult:
        """List, curves, detail; log and search come when they are asked for."""
        plain = self.workspace.settings.ascii
        yield Static(id="notice", markup=False)
        yield Input(placeholder="study, variant, seed, state or id; Esc shows all", id="find")
        yield Static(id="empty", markup=False)
        with Vertical(id="work"):
            yield RunList(plain=plain, id="runs")
            yield CurveLegend(plain=plain)
            with Horizontal(id="plots"):
                yield LinePlot(LinePlotData("loss"), ascii=plain, id="loss")
                yield LinePlot(LinePlotData("accuracy"), ascii=plain, id="accuracy")
            yield LogPane()
            yield RunDetail()

    def on_mount(self) -> None:
        """Begin to watch the lab."""
        path = self.workspace.lab_path
        here = path.absolute().parent == Path.cwd()
        self.query_one(ModeHeader).subject = path.name if here else f"{path.name} in {path.parent}"
        self._watch = LabWatcher(
            path, lambda snapshot: post_from_thread(self, LabChanged(snapshot))
        )
        self._watch.start()
        self.watch(self.workspace, "starting", self._starting_changed)
        self.query_one(RunList).focus()
        self._show()

    def on_unmount(self) -> None:
        """Leave no thread behind."""
        if self._watch is not None:
            self._watch.stop()

    def on_screen_resume(self) -> None:
        """Go on watching."""
        if self._watch is not None:
            self._watch.resume()

    def on_screen_suspend(self) -> None:
        """Nobody looks: watch no longer. Under a question or a page of help, go on."""
        if self._watch is not None and self.app.current_mode != self.MODE:
            self._watch.pause()

    # What is shown

    def on_lab_changed(self, message: LabChanged) -> None:
        """Show the lab as it is now."""
        first, self._lab_read = not self._lab_read, True
        self.snapshot = message.snapshot
        self._lab_existed |= not self.snapshot.missing
        self._rows = {row.run: row for group in self.snapshot.groups for row in group.rows}
        self._marked = tuple(run for run in self._marked if run in self._rows)
        self._lines = list_lines(self.snapshot.groups, self._unfolded, self._query)
        if (first or self._cursor_key is None) and self._lines:
            self._cursor_key = self._lines[first_cursor_index(self._lines)].key
        self._go_to_started()
        self._show()
        self._reconcile()

    def on_run_list_moved(self, message: RunList.Moved) -> None:
        """Follow the cursor."""
        self._cursor_key = message.line.key
        self._show()

    def on_run_list_marked(self, message: RunList.Marked) -> None:
        """Mark what was clicked."""
        self._cursor_key = message.line.key
        self.action_mark()

    def on_run_list_opened(self, message: RunList.Opened) -> None:
        """Open or close a study, or show all of a run."""
        self._cursor_key = message.line.key
        if isinstance(message.line, StudyHeading):
            self._unfold(message.line, message.open)
        else:
            self._show_run(message.line.row)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show only what has the words."""
        self._query = event.value
        self._list_again()

    def on_input_submitted(self) -> None:
        """Back to the list, which stays as it was found."""
        self.query_one(RunList).focus()

    def action_mark(self) -> None:
        """Mark the run under the cursor, or unmark it; on a study, all of its runs."""
        line = self.line
        if line is None:
            return
        rows = line.group.rows if isinstance(line, StudyHeading) else (line.row,)
        runs = tuple(dict.fromkeys(row.run for row in rows))
        if all(run in self._marked for run in runs):
            self._marked = tuple(run for run in self._marked if run not in runs)
        else:
            marked = tuple(dict.fromkeys((*self._marked, *runs)))
            if len(marked) > MAX_RUNS:
                self.notify(f"{MAX_RUNS} runs at once can be told apart; unmark some first")
            self._marked = marked[:MAX_RUNS]
        self._show()

    def action_open(self) -> None:
        """All of a run; on a study, open or close it."""
        if isinstance(self.line, StudyHeading):
            self._unfold(self.line, None)
        elif self.line is not None:
            self._show_run(self.line.row)

    def action_log(self) -> None:
        """Show or hide the log."""
        self.toggle_class("-log")
        self._show()

    def action_filter(self) -> None:
        """Ask for words to find."""
        self.add_class("-finding")
        self.query_one("#find", Input).focus()

    def action_clear(self) -> None:
        """All runs again; if they are all there, none is marked."""
        if self.has_class("-finding"):
            self._close_search()
        else:
            self._marked = ()
            self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The demo is offered while the lab is empty; nothing else then is."""
        if action == "demo":
            return self._lab_read and not self.snapshot.groups and self.snapshot.problem is None
        if action in NEEDS_RUNS and not self.snapshot.groups:
            return False
        return super().check_action(action, parameters)

    def action_demo(self) -> None:
        """Train the built-in study."""
        self.workspace.start_study("demo")

    @property
    def line(self) -> RunListLine | None:
        """What is under the cursor."""
        return next((line for line in self._lines if line.key == self._cursor_key), None)

    @property
    def marked(self) -> tuple[str, ...]:
        """The marked runs."""
        return self._marked

    def _starting_changed(self, starting: tuple[str, ...]) -> None:
        self._started |= frozenset(starting)
        self._show_text()

    def _go_to_started(self) -> None:
        """Put the cursor on the first run that trains of a study that has just been started."""
        for group in self.snapshot.groups:
            if group.study in self._started and group.active:
                self._started -= {group.study}
                lines = list_lines([group], self._unfolded)
                self._cursor_key = lines[first_cursor_index(lines)].key

    # How it is shown

    def _close_search(self) -> None:
        self.remove_class("-finding")
        self.query_one("#find", Input).value = ""
        self.query_one(RunList).focus()

    def _list_again(self) -> None:
        self._lines = list_lines(self.snapshot.groups, self._unfolded, self._query)
        self._show()

    def _unfold(self, line: StudyHeading, open: bool | None) -> None:  # noqa: A002
        self._unfolded[line.group.plan] = (not line.open) if open is None else open
        self._list_again()

    def _show(self) -> None:
        keys = [line.key for line in self._lines]
        if self._cursor_key not in keys and keys:
            self._cursor_key = keys[min(len(keys) - 1, self._cursor_index)]
        self._cursor_index = keys.index(self._cursor_key) if self._cursor_key in keys else 0
        line = self.line
        here = (line.row.run,) if isinstance(line, RunLine) else ()
        shown = self._marked or here
        marks = {run: slot for slot, run in enumerate(shown)}
        self.query_one(RunList).show(self._lines, self._cursor_index, marks)
        self.query_one(RunDetail).line = line
        self._show_curves(marks)
        log = self.has_class("-log")
        if self._watch is not None:
            self._watch.subscribe(Subscription(shown, here[0] if log and here else None))
        self.query_one(LogPane).show(self.snapshot.log if log and here else None)
        self._show_text()

    def _show_curves(self, marks: dict[str, int]) -> None:
        self.query_one(CurveLegend).names = tuple(
            (slot, self._rows[run].name) for run, slot in marks.items()
        )
        self.query_one("#loss", LinePlot).plot = loss_plot(self.snapshot, marks)
        self.query_one("#accuracy", LinePlot).plot = accuracy_plot(self.snapshot, marks)

    def _show_text(self) -> None:
        """What is going on besides, and what to do where there is nothing."""
        empty = not self.snapshot.groups
        starting = self.workspace.starting
        words = (
            notice_text(self.snapshot, starting),
            empty_lab_text(
                self.snapshot, starting, lab_read=self._lab_read, lab_existed=self._lab_existed
            )
            if empty
            else "",
        )
        if words == self._shown_text:
            return
        self._shown_text = words
        notice = self.query_one("#notice", Static)
        notice.update(words[0])
        notice.display = bool(words[0])
        self.query_one("#empty", Static).update(words[1])
        self.set_class(empty, "-empty")
        if empty and self.has_class("-finding"):
            self._close_search()
        self.refresh_bindings()  # what is offered goes by what is told

    def _show_run(self, row: Row) -> None:
        lab = self.workspace.lab_path
        run_in_background(lambda: read_run(lab, row), self)

    def on_run_read(self, message: RunRead) -> None:
        """Show all of a run."""
        if message.run is None:
            self.notify(message.problem or "", severity="error", markup=False)
        else:
            self.app.push_screen(
                HelpScreen(run_page(message.row, message.run, message.folder), "Run")
            )

    def _reconcile(self) -> None:
        """Where a supervisor has died, have the lab say so: other readers see no processes."""
        untrue = self.snapshot.stale_runs
        if untrue and untrue != self._reconciled:
            self._reconciled = untrue
            lab = self.workspace.lab_path
            run_in_background(lambda: reconcile_lab(lab), self)

    def refresh_now(self) -> None:
        """Have the lab looked at now."""
        if self._watch is not None:
            self._watch.poll_now()
