"""The Compare screen: the variants of a study side by side, and which differences are real."""

from __future__ import annotations

from pathlib import Path

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import Resize
from textual.timer import Timer
from textual.widgets import Static

from netlab.lab.records import StudyInCondition
from netlab.sanitize import sanitize
from tui.background.jobs import run_in_background
from tui.compare.actions import ACTIONS, NEEDS_STUDY
from tui.compare.column_dialog import ColumnChoice, ColumnDialog
from tui.compare.comparison_loader import ComparisonLoader
from tui.compare.comparison_table import ComparisonTable
from tui.compare.export_dialog import ExportDialog, format_of
from tui.compare.filter import FilterField
from tui.compare.messages import LoadFailed, PlotLoaded, StudiesLoaded, TableLoaded
from tui.compare.panel import ViewPanel
from tui.compare.panel_content import PanelContent
from tui.compare.status_line import empty_text, status_text
from tui.compare.study_choice import StudyChoice
from tui.compare.study_list import StudyList, time_since
from tui.compare.table_export import TableWritten, render_shown_table, write_table
from tui.compare.view_bar import ViewBar
from tui.lab.reconcile_lab import LabReconciler
from tui.shell.header import ModeHeader
from tui.shell.mode_screen import ModeScreen
from tui.shell.picker import Picker
from tui.widgets.plots.scatter_widget import ScatterPlot
from tui.widgets.search_list import Item

WIDE_COLUMNS = 130
"""Least width, in cells, for showing the list of studies next to the table."""
LAB_CHECK_INTERVAL_S = 2.0
"""Short, because a check costs only two calls of stat."""
RECONCILE_INTERVAL_S = 10.0


class CompareScreen(ModeScreen):
    """The Compare mode: the table, the list of studies, and views below the table."""

    MODE = "compare"
    ACTIONS = ACTIONS
    AUTO_FOCUS = "ComparisonTable"
    DEFAULT_CSS = """
    CompareScreen #body { height: 1fr; }
    CompareScreen #main { width: 1fr; height: 1fr; }
    CompareScreen #empty { height: auto; padding: 1 2; }
    CompareScreen #empty.-alone { height: 1fr; padding: 0 2; content-align: center middle; }
    CompareScreen #status {
        height: 1; padding: 0 1; color: $text-muted;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    def __init__(self) -> None:
        super().__init__()
        ascii, lab = self.workspace.settings.ascii, self.workspace.lab_path  # noqa: A001
        self._list, self._table = StudyList(ascii=ascii), ComparisonTable(ascii=ascii)
        self._filter, self._panel = FilterField(), ViewPanel(ascii=ascii)
        self._empty, self._status = (
            Static(id="empty", markup=False),
            Static(id="status", markup=False),
        )
        self.loader = ComparisonLoader(lab, self)
        self._content = PanelContent(self, self.loader, self._table, self._panel)
        self._choice = StudyChoice()
        self._reconciler = LabReconciler(lab, self)
        self.studies: tuple[StudyInCondition, ...] | None = None
        """None until the lab has been read."""
        self._zoomed = False
        """Whether the views below the table take the place of the table, too."""
        self._lab_timers: tuple[Timer, ...] = ()

    def compose_mode(self) -> ComposeResult:
        with Horizontal(id="body"):
            yield self._list
            with Vertical(id="main"):
                yield self._empty
                yield self._table
                yield self._filter
                yield self._status
                yield self._panel

    def on_mount(self) -> None:
        self._lab_timers = (
            self.set_interval(LAB_CHECK_INTERVAL_S, self.loader.check_lab),
            self.set_interval(RECONCILE_INTERVAL_S, self._reconciler.check_again),
        )
        self._filter.display = False
        self._show_text()

    def on_resize(self, _event: Resize) -> None:
        self._show_parts()

    def on_screen_resume(self) -> None:
        self._choice.screen_shown()
        self._reconciler.forget()
        self.loader.check_lab()
        for timer in self._lab_timers:
            timer.resume()

    def on_screen_suspend(self) -> None:
        if self.app.current_mode != self.MODE:  # else a dialog is in front
            self._choice.screen_left()
        for timer in self._lab_timers:
            timer.pause()

    # Messages from the background

    def on_studies_loaded(self, message: StudiesLoaded) -> None:
        """List the studies; show the newest if none is shown or it began during an absence."""
        if not self.is_live:
            return
        self.studies = message.studies
        selected = self.loader.selected
        if selected not in [(one.study, one.condition) for one in message.studies]:
            self.loader.deselect()
        study = self._choice.next_study(message.studies, selected)
        if study is not None and self.loader.selected is not None:
            self.show_study(study)
        elif study is not None:
            self.loader.select(study)
        self._list.show(message.studies, self.loader.selected)
        self._show_text()

    def on_table_loaded(self, message: TableLoaded) -> None:
        if not (self.is_live and self.loader.accept(message)):
            return
        self._table.view = message.shown.view
        self._content.show_notes(message.shown)
        self._show_text()
        self._content.fill()
        # The supervisor of the unfinished runs may have died.
        unfinished = (run.id for run in message.shown.table.runs if not run.finished)
        self._reconciler.check(frozenset(unfinished))

    def on_plot_loaded(self, message: PlotLoaded) -> None:
        if self.is_live and self.loader.accept(message):
            self._content.show_plot(message)

    def on_load_failed(self, message: LoadFailed) -> None:
        """Show the problem: as a notice, or in the place of the table if there is none."""
        if message.table is not None and not self.loader.is_newest_table(message.table):
            return
        if self.loader.shown is None:
            self._show_text(message.problem)
        else:
            self.notify(message.problem, severity="error", markup=False)

    def on_table_written(self, message: TableWritten) -> None:
        self.notify(f"Wrote {message.path}", markup=False)

    # Showing

    @property
    def variant(self) -> str | None:
        return self._content.variant

    def _show_text(self, problem: str = "") -> None:
        """Update the texts around the table."""
        if not self.is_live:
            return
        shown = self.loader.shown
        empty = problem or empty_text(self.loader.lab, self.studies, shown)
        self._empty.update(Text(empty))
        self._empty.display = bool(empty)
        if self._empty.has_class("-alone") != (shown is None):
            self._empty.set_class(shown is None, "-alone")
            self.refresh_bindings()
        self._show_parts()
        header = self.query_one(ModeHeader)
        if shown is None:
            header.subject = ""
            return
        header.subject = sanitize(f"{shown.loaded.study.name} · {shown.loaded.condition.label}")
        hidden, ascii = self._table.hidden_columns, self.workspace.settings.ascii  # noqa: A001
        self._status.update(Text(status_text(shown.view, shown.options, hidden, ascii=ascii)))

    def _show_parts(self) -> None:
        """Show those parts that have something to show and enough room."""
        if not self.is_live:
            return
        there = self.loader.shown is not None
        # Not by classes of the screen, because a class makes Textual compute all styles again.
        self._list.display = there and self.size.width >= WIDE_COLUMNS
        self._table.display = there and not self._zoomed
        self._status.display = there
        self._panel.display = there

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a study, offer only the choice of a study."""
        if self.loader.shown is None and (
            action in NEEDS_STUDY or (action == "studies" and not self.studies)
        ):
            return False
        return super().check_action(action, parameters)

    # The study

    def action_studies(self) -> None:
        """Choose one of the studies and conditions that the lab has now."""
        studies = self.studies or ()
        items = [
            Item(
                str(index),
                "Studies, newest first",
                sanitize(one.study),
                sanitize(
                    f"{one.label} · {one.done} of {one.runs} runs done · {time_since(one.entered)}"
                ),
            )
            for index, one in enumerate(studies)
        ]

        def picked(item: Item | None) -> None:
            if item is not None:
                self.show_study(studies[int(item.id)])

        self.app.push_screen(Picker("Compare which study?", items), picked)

    def on_study_list_chosen(self, message: StudyList.Chosen) -> None:
        self.show_study(message.study)

    def show_study(self, study: StudyInCondition) -> None:
        """Show a study from the start, and do not leave it when newer studies start."""
        self._choice.study_chosen()
        self._content.clear_marks()
        self.loader.select(study)
        self._filter.value = ""
        self._filter.display = False
        self._list.show(self.studies or (), self.loader.selected)
        self._table.focus()

    def action_reload(self) -> None:
        self.loader.reload()

    # The table

    def on_comparison_table_moved(self) -> None:
        if self.is_live:
            self._show_text()
            self._content.cursor_moved()

    def action_sort(self) -> None:
        if self._table.cursor_column is not None:
            self._sort_by(self._table.cursor_column.key)

    def on_comparison_table_sort_asked(self, message: ComparisonTable.SortAsked) -> None:
        self._sort_by(message.key)

    def _sort_by(self, key: str) -> None:
        self.loader.set_options(self.loader.options.sorted_by(key))

    def action_differences(self) -> None:
        self.loader.change_options(differences_only=not self.loader.options.differences_only)

    def action_seeds(self) -> None:
        self.loader.set_options(self.loader.options.with_next_seed_mode())

    def action_baseline(self) -> None:
        """Take differences from the variant under the cursor; again: from the study's baseline."""
        shown, variant = self.loader.shown, self.variant
        if shown is not None and variant is not None:
            own, now = shown.loaded.study.variants[0].name, self.loader.options.baseline
            self.loader.change_options(baseline=None if variant in (own, now) else variant)

    def action_columns(self) -> None:
        def chosen(choice: ColumnChoice) -> None:
            if choice is not None:
                self.loader.change_options(measures=choice[0])

        self.app.push_screen(ColumnDialog(self.loader.options.measures), chosen)

    def action_filter(self) -> None:
        self._filter.display = True
        self._filter.focus()

    @on(FilterField.Changed)
    def _filter_changed(self, event: FilterField.Changed) -> None:
        if event.value != self.loader.options.search:
            self.loader.change_options(search=event.value)

    @on(FilterField.Submitted)
    @on(FilterField.Left)
    def _filter_done(self) -> None:
        self._filter.display = bool(self._filter.value)
        self._table.focus()

    # The views below the table

    def action_mark(self) -> None:
        if self.variant is not None:
            self._content.toggle_mark(self.variant)

    def on_comparison_table_mark_asked(self, message: ComparisonTable.MarkAsked) -> None:
        self._content.toggle_mark(message.variant)

    def action_view(self) -> None:
        self._content.open_next_view()

    def on_view_bar_chosen(self, message: ViewBar.Chosen) -> None:
        self._content.open_view(message.view)

    def action_axis(self) -> None:
        self._content.next_cost_axis()

    def action_curve(self) -> None:
        self._content.next_curve_kind()

    def on_scatter_plot_chosen(self, message: ScatterPlot.Chosen) -> None:
        self._table.move_to(message.name)

    def action_zoom(self) -> None:
        self._zoomed = not self._zoomed
        self._show_parts()

    # Export

    def action_copy(self) -> None:
        shown = self.loader.shown
        if shown is None:
            return
        self.app.copy_to_clipboard(render_shown_table(shown, "md"))
        key = self.workspace.first_key("compare.export")
        text = f"Copied as markdown, to the terminal's clipboard; {key} writes a file."
        if self.workspace.tour:
            self.workspace.tour = ()
            text += " That was the whole way."
        self.notify(text)

    def action_export(self) -> None:
        shown = self.loader.shown
        if shown is None:
            return

        def write(path: Path | None) -> None:
            if path is not None:
                run_in_background(lambda: write_table(shown, path, format_of(path)), self)

        name = "".join(c if c.isalnum() or c in "-_." else "-" for c in shown.loaded.study.name)
        self.app.push_screen(ExportDialog(Path(f"{name}.md")), write)
