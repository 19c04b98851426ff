"""The Train screen: the runs, their progress, and requests to them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Static

from netlab.lab.db.run_rows import RunRow
from tui.background.jobs import post_from_thread, run_in_background
from tui.lab.reconcile_lab import LabReconciled, LabReconciler
from tui.lab.snapshot import LabSnapshot, Subscription
from tui.lab.watcher import LabWatcher
from tui.shell.header import ModeHeader
from tui.shell.help import HelpScreen
from tui.shell.mode_screen import ModeScreen
from tui.train.actions import ACTIONS, NEEDS_RUNS
from tui.train.panes import CurveLegend, LogPane, RunDetail
from tui.train.run_actions import RunActions
from tui.train.run_lines import StudyHeading
from tui.train.run_list import RunList
from tui.train.run_page import RunRead, read_run, run_page
from tui.train.run_plots import accuracy_plot, loss_plot
from tui.train.run_requests import RequestEnded
from tui.train.run_selection import RunSelection
from tui.train.status_text import empty_lab_text, notice_text
from tui.widgets.plots.line_plot import MAX_RUNS, LinePlotData
from tui.widgets.plots.line_plot_widget import LinePlot


@dataclass
class LabChanged(Message):
    """A new snapshot of the lab was read."""

    snapshot: LabSnapshot

    def can_replace(self, message: Message) -> bool:
        """Any newer snapshot replaces this one, because only the newest is shown."""
        return isinstance(message, LabChanged)


class TrainScreen(ModeScreen):
    """The Train mode: the list of runs, their curves, and the log of one run."""

    MODE = "train"
    ACTIONS = ACTIONS
    CSS_PATH = "train.tcss"
    AUTO_FOCUS = "RunList"
    VERTICAL_BREAKPOINTS = [(0, "-short"), (34, "-tall")]  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self.selection = RunSelection()
        self._runs = RunActions(self, self.selection)
        path = self.workspace.lab_path
        self._watcher = LabWatcher(
            path, lambda snapshot: post_from_thread(self, LabChanged(snapshot))
        )
        self._list = RunList(plain=self.workspace.settings.ascii, id="runs")
        self._lab_read = False
        self._lab_existed = False
        """Whether the lab file has existed since the screen was opened."""
        self._shown_text: tuple[str, str] | None = None
        self._reconciler = LabReconciler(path, self)

    def compose_mode(self) -> ComposeResult:
        plain = self.workspace.settings.ascii
        yield Static(id="notice", markup=False)
        yield Input(placeholder="study, variant, seed, state or id; Esc shows all", id="find")
        yield Static(id="empty", markup=False)
        with Vertical(id="work"):
            yield self._list
            yield CurveLegend(plain=plain)
            with Horizontal(id="plots"):
                yield LinePlot(LinePlotData("loss"), ascii=plain, id="loss")
                yield LinePlot(LinePlotData("accuracy"), ascii=plain, id="accuracy")
            yield LogPane()
            yield RunDetail()

    def on_mount(self) -> None:
        path = self.workspace.lab_path
        here = path.absolute().parent == Path.cwd()
        self.query_one(ModeHeader).subject = path.name if here else f"{path.name} in {path.parent}"
        self._watcher.start()
        self.watch(self.workspace, "starting", self._starting_changed)
        self._list.focus()
        self._show()

    def on_unmount(self) -> None:
        self._watcher.stop()

    def on_screen_resume(self) -> None:
        self._watcher.resume()

    def on_screen_suspend(self) -> None:
        """Stop watching when another mode is shown, but not under a dialog or a help page."""
        if self.app.current_mode != self.MODE:
            self._watcher.pause()

    # Messages from the background

    def on_lab_changed(self, message: LabChanged) -> None:
        self._lab_read = True
        self._lab_existed |= not message.snapshot.missing
        self.selection.update(message.snapshot)
        self._show()
        self._reconciler.check(message.snapshot.stale_runs)

    def on_lab_reconciled(self, _message: LabReconciled) -> None:
        self._watcher.poll_now()

    def on_request_ended(self, message: RequestEnded) -> None:
        self._runs.request_ended(message)
        self._watcher.poll_now()

    def on_run_read(self, message: RunRead) -> None:
        if message.run is None:
            self.notify(message.problem or "", severity="error", markup=False)
        else:
            page = run_page(message.row, message.run, message.folder)
            self.app.push_screen(HelpScreen(page, "Run"))

    def _starting_changed(self, starting: tuple[str, ...]) -> None:
        self.selection.expect(starting)
        self._show_text()

    # Showing

    def _show(self) -> None:
        selection = self.selection
        slots, line = selection.slots, selection.line
        self._list.show(selection.lines, selection.cursor_index, slots)
        self.query_one(RunDetail).line = line
        self.query_one(CurveLegend).names = tuple(
            (slot, selection.rows[run].name) for run, slot in slots.items()
        )
        self.query_one("#loss", LinePlot).plot = loss_plot(selection.snapshot, slots)
        self.query_one("#accuracy", LinePlot).plot = accuracy_plot(selection.snapshot, slots)
        log = selection.run if self.has_class("-log") else None
        self._watcher.subscribe(Subscription(tuple(slots), log))
        self.query_one(LogPane).show(selection.snapshot.log if log else None)
        self._show_text()

    def _show_text(self) -> None:
        """Show which studies are being started, and what to do if there are no runs."""
        snapshot, starting = self.selection.snapshot, self.workspace.starting
        notice, empty = notice_text(snapshot, starting), ""
        if not snapshot.groups:
            empty = empty_lab_text(
                snapshot,
                starting,
                self.workspace.lab_path,
                lab_read=self._lab_read,
                lab_existed=self._lab_existed,
            )
        if (notice, empty) == self._shown_text:
            return
        self._shown_text = (notice, empty)
        line = self.query_one("#notice", Static)
        line.update(notice)
        line.display = bool(notice)
        self.query_one("#empty", Static).update(empty)
        self.set_class(bool(empty), "-empty")
        if empty and self.has_class("-finding"):
            self._close_search()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the demo only if the lab is empty, and actions on runs only if it is not."""
        snapshot = self.selection.snapshot
        if action == "demo":
            return self._lab_read and not snapshot.groups and snapshot.problem is None
        if action in NEEDS_RUNS and not snapshot.groups:
            return False
        return super().check_action(action, parameters)

    # The list

    def on_run_list_moved(self, message: RunList.Moved) -> None:
        self.selection.move_to(message.line)
        self._show()

    def on_run_list_marked(self, message: RunList.Marked) -> None:
        self.selection.move_to(message.line)
        self.action_mark()

    def on_run_list_opened(self, message: RunList.Opened) -> None:
        self.selection.move_to(message.line)
        self._open(message.open)

    def action_mark(self) -> None:
        if not self.selection.toggle_mark():
            self.notify(f"{MAX_RUNS} runs at once can be told apart; unmark some first")
        self._show()

    def action_open(self) -> None:
        self._open(None)

    def _open(self, open: bool | None) -> None:  # noqa: A002
        """Open or close the study under the cursor, or show the page of the run."""
        line = self.selection.line
        if isinstance(line, StudyHeading):
            self.selection.unfold(line, open=open)
            self._show()
        elif line is not None:
            self._show_run(line.row)

    def _show_run(self, row: RunRow) -> None:
        lab = self.workspace.lab_path
        run_in_background(lambda: read_run(lab, row), self)

    def on_input_changed(self, event: Input.Changed) -> None:
        self.selection.search(event.value)
        self._show()

    def on_input_submitted(self) -> None:
        self._list.focus()

    def action_filter(self) -> None:
        self.add_class("-finding")
        self.query_one("#find", Input).focus()

    def action_clear(self) -> None:
        """Close the search if it is open; else remove all marks."""
        if self.has_class("-finding"):
            self._close_search()
        else:
            self.selection.marked = ()
            self._show()

    def _close_search(self) -> None:
        self.remove_class("-finding")
        self.query_one("#find", Input).value = ""
        self._list.focus()

    def action_log(self) -> None:
        self.toggle_class("-log")
        self._show()

    # Requests

    def action_pause(self) -> None:
        self._runs.pause()

    def action_resume(self) -> None:
        self._runs.resume()

    def action_stop(self) -> None:
        self._runs.stop()

    def action_retry(self) -> None:
        self._runs.retry()

    def action_remove(self) -> None:
        self._runs.remove()

    def action_demo(self) -> None:
        self.workspace.start_study("demo")
