"""What Compare shows: the parts of the screen, kept up to date with what the lab answers."""

from __future__ import annotations

import math
import time
from dataclasses import replace

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import Resize
from textual.timer import Timer
from textual.widgets import Static

from netlab.lab.records import StudyInCondition
from netlab.report.table import VariantRow
from netlab.sanitize import sanitize
from tui.background.jobs import run_in_background
from tui.compare import table_export
from tui.compare.claims_view import claim_blocks
from tui.compare.comparison_loader import ComparisonLoader
from tui.compare.comparison_table import ComparisonTable
from tui.compare.details_view import details_block, note_blocks
from tui.compare.expected_view import expectation_blocks
from tui.compare.filter import FilterField
from tui.compare.messages import LoadFailed, PlotLoaded, ShownStudy, StudiesLoaded, TableLoaded
from tui.compare.panel import ViewPanel
from tui.compare.status_line import empty_text, status_text
from tui.compare.study_list import StudyList
from tui.compare.view_bar import ViewBar
from tui.compare.view_options import COST_AXES, CURVE_KINDS
from tui.lab.reconcile_lab import reconcile_lab
from tui.shell.header import ModeHeader
from tui.shell.mode_screen import ModeScreen
from tui.widgets.plots.line_plot import MAX_RUNS, run_sign
from tui.widgets.plots.scatter_widget import ScatterPlot

WIDE_COLUMNS = 130
"""Columns from which the list of studies stands beside the table."""
LAB_CHECK_INTERVAL_S = 2.0
"""Seconds between two looks at whether the lab has changed; they cost two calls of stat."""
RECONCILE_INTERVAL_S = 10.0
"""Seconds between two looks at whether those who train are alive, while runs go on."""


class Board(ModeScreen):
    """A study side by side, and which of its differences are real; without any keys."""

    MODE = "compare"
    AUTO_FOCUS = "ComparisonTable"
    DEFAULT_CSS = """
    Board #body { height: 1fr; }
    Board #main { width: 1fr; height: 1fr; }
    Board #empty { height: auto; padding: 1 2; }
    Board #empty.-alone { height: 1fr; padding: 0 2; content-align: center middle; }
    Board #status {
        height: 1; padding: 0 1; color: $text-muted;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self.loader = ComparisonLoader(self.workspace.lab_path, self)
        self.plans: tuple[StudyInCondition, ...] = ()
        self._plans_read = False
        self._marked: tuple[str, ...] = ()
        self.cost_axis, self.curve_kind = COST_AXES[0], CURVE_KINDS[0]
        self.zoomed = False
        self._unfinished: frozenset[str] = frozenset()
        """Runs of which the lab was asked whether they really go on."""
        self._away = (0.0, 0.0)
        """When this was last left, and come back to, by the clock; left never, since a choice."""
        self._lab_timers: tuple[Timer, ...] = ()

    def compose_mode(self) -> ComposeResult:
        """The studies, the table, and what is below it."""
        plain_signs = self.workspace.settings.ascii
        with Horizontal(id="body"):
            yield StudyList(ascii=plain_signs)
            with Vertical(id="main"):
                yield Static(id="empty", markup=False)
                yield ComparisonTable(ascii=plain_signs)
                yield FilterField()
                yield Static(id="status", markup=False)
                yield ViewPanel(ascii=plain_signs)

    def on_mount(self) -> None:
        """Look at the lab now and then, as long as this is on the screen."""
        self._lab_timers = (
            self.set_interval(LAB_CHECK_INTERVAL_S, self.loader.check_lab),
            self.set_interval(RECONCILE_INTERVAL_S, self._reconcile),
        )
        self.query_one(FilterField).display = False
        self._show_text()

    def on_resize(self, event: Resize) -> None:
        """Show the list of studies where there is room."""
        del event
        self.show_parts()

    def on_screen_resume(self) -> None:
        """Look at once."""
        if self._away[0] > self._away[1]:
            self._away = (self._away[0], time.time())
        self._unfinished = frozenset()
        self.loader.check_lab()
        for timer in self._lab_timers:
            timer.resume()

    def on_screen_suspend(self) -> None:
        """Nobody sees it: do not look."""
        if self.app.current_mode != self.MODE:  # else a dialog is in front
            self._away = (time.time(), self._away[1])
        for timer in self._lab_timers:
            timer.pause()

    # Answers

    def on_studies_loaded(self, event: StudiesLoaded) -> None:
        """List the studies; show the newest if none is shown, or it was started meanwhile."""
        if not self.is_live:
            return
        self.plans, self._plans_read = event.plans, True
        places = [(plan.study, plan.condition) for plan in event.plans]
        left, back = self._away
        if self.loader.selected not in places:
            self.loader.deselect()
            if event.plans:
                self.loader.select(event.plans[0])
        elif places[0] != self.loader.selected and left < event.plans[0].entered < back:
            self.show_study(event.plans[0])
        self.query_one(StudyList).show(event.plans, self.loader.selected)
        self._show_text()

    def on_table_loaded(self, event: TableLoaded) -> None:
        """Show the table, unless something else has been asked for since."""
        if not (self.is_live and self.loader.accept(event)):
            return
        self.query_one(ComparisonTable).view = event.shown.view
        self.query_one(ViewPanel).show_blocks(
            "notes", note_blocks(event.shown.table, self.workspace.lab_path)
        )
        self.query_one(ViewPanel).set_caution_count(len(event.shown.table.cautions))
        self._show_text()
        self.fill_panel()
        self._reconcile_new(event.shown)

    def _reconcile_new(self, shown: ShownStudy) -> None:
        """Where runs go on, have the lab say which of them do: their supervisor may have died."""
        going_on = frozenset(run.id for run in shown.table.runs if not run.finished)
        if going_on != self._unfinished:
            self._unfinished = going_on
            self._reconcile()

    def _reconcile(self) -> None:
        if self._unfinished:
            lab = self.loader.lab
            run_in_background(lambda: reconcile_lab(lab), self)

    def on_load_failed(self, event: LoadFailed) -> None:
        """Say what went wrong, where the table would be if there is none."""
        if event.table is not None and not self.loader.is_newest_table(event.table):
            return
        if self.loader.shown is None:
            self._show_text(event.problem)
        else:
            self.notify(event.problem, severity="error", markup=False)

    def on_plot_loaded(self, event: PlotLoaded) -> None:
        """Show the curves or the scatter."""
        if self.is_live and self.loader.accept(event):
            self.query_one(ViewPanel).draw(event.plot, self.variant)

    def on_notes_written(self, event: table_export.TableWritten) -> None:
        """Say where the table is."""
        self.notify(f"Wrote {event.path}", markup=False)

    # What is shown

    @property
    def variant(self) -> str | None:
        """The variant under the cursor."""
        at = self.query_one(ComparisonTable).cursor_line
        return at.variant if at else None

    def _show_text(self, problem: str = "") -> None:
        """Bring the words around the table up to date."""
        if not self.is_live:
            return
        shown = self.loader.shown
        plans = self.plans if self._plans_read else None
        empty = problem or empty_text(self.loader.lab, plans, shown)
        self.query_one("#empty", Static).update(Text(empty))
        self.query_one("#empty").display = bool(empty)
        if self.query_one("#empty").has_class("-alone") != (shown is None):
            self.query_one("#empty").set_class(shown is None, "-alone")
            self.refresh_bindings()
        self.show_parts()
        header = self.query_one(ModeHeader)
        if shown is None:
            header.subject = ""
            return
        header.subject = sanitize(f"{shown.loaded.study.name} · {shown.loaded.condition.label}")
        beside = self.query_one(ComparisonTable).hidden_columns
        words = status_text(shown.view, shown.options, beside, ascii=self.workspace.settings.ascii)
        self.query_one("#status", Static).update(Text(words))

    def show_parts(self) -> None:
        """Show the parts for which there is something to show, and room."""
        if not self.is_live:
            return
        there = self.loader.shown is not None
        # Not by classes of the screen: each would have every part's style worked out anew.
        self.query_one(StudyList).display = there and self.size.width >= WIDE_COLUMNS
        self.query_one(ComparisonTable).display = there and not self.zoomed
        self.query_one("#status").display = there
        self.query_one(ViewPanel).display = there

    def fill_panel(self) -> None:
        """Ask for, or write, what the open view shows."""
        panel, shown, variant = self.query_one(ViewPanel), self.loader.shown, self.variant
        if shown is None or variant is None:
            return
        ascii = self.workspace.settings.ascii  # noqa: A001
        if panel.view == "details":
            told = details_block(shown.loaded, shown.table, variant, ascii=ascii)
            panel.show_blocks("details", [told])
        elif panel.view == "expected":
            judged = claim_blocks(shown.loaded.verdicts, self.workspace.lab_path, ascii=ascii)
            panel.show_blocks(
                "expected", [*judged, *expectation_blocks(shown.loaded.study, shown.table)]
            )
        elif panel.view == "scatter":
            self.loader.request_scatter(shown, self.cost_axis)
        elif panel.view == "curves":
            each = shown.options.seeds != "mean"
            rows = self._curve_rows(shown)
            self.loader.request_curves(
                rows, self.curve_kind, each=each, ascii=self.workspace.settings.ascii
            )

    def _curve_rows(self, shown: ShownStudy) -> list[VariantRow]:
        """The marked variants, or else the baseline and the one under the cursor."""
        rows = {row.variant: row for row in shown.table.rows}
        names = self._marked or (shown.table.rows[0].variant, self.variant)
        return [rows[name] for name in dict.fromkeys(names) if name in rows]

    def _set_marked(self, marked: tuple[str, ...]) -> None:
        self._marked = marked
        plain_signs = self.workspace.settings.ascii
        self.query_one(ComparisonTable).marks = {
            name: run_sign(slot, "validation", ascii=plain_signs)
            for slot, name in enumerate(marked)
        }
        if self.query_one(ViewPanel).view == "curves":
            self.fill_panel()

    def toggle_mark(self, variant: str) -> None:
        """Mark a variant, or take its mark away."""
        if variant in self._marked:
            self._set_marked(tuple(name for name in self._marked if name != variant))
        elif len(self._marked) < MAX_RUNS:
            self._set_marked((*self._marked, variant))
        else:
            self.notify(f"{MAX_RUNS} variants are marked; no more can be told apart.")

    def show_study(self, plan: StudyInCondition) -> None:
        """Show a study from the start, and stay there while others go on."""
        self._away = (math.inf, self._away[1])
        self._set_marked(())
        self.loader.select(plan)
        self.query_one(FilterField).value = ""
        self.query_one(FilterField).display = False
        self.query_one(StudyList).show(self.plans, self.loader.selected)
        self.query_one(ComparisonTable).focus()

    # Messages of the parts

    @on(ComparisonTable.Moved)
    def _moved(self) -> None:
        if not self.is_live:
            return
        self._show_text()
        panel = self.query_one(ViewPanel)
        if panel.view == "scatter":
            panel.highlight_variant(self.variant)
        elif panel.view == "details" or not self._marked:
            self.fill_panel()

    @on(ComparisonTable.SortAsked)
    def _sort_asked(self, event: ComparisonTable.SortAsked) -> None:
        self.loader.set_options(self.loader.options.sorted_by(event.key))

    @on(ComparisonTable.MarkAsked)
    def _mark_asked(self, event: ComparisonTable.MarkAsked) -> None:
        self.toggle_mark(event.variant)

    @on(StudyList.Chosen)
    def _study_chosen(self, event: StudyList.Chosen) -> None:
        self.show_study(event.plan)

    @on(ViewBar.Chosen)
    def _view_chosen(self, event: ViewBar.Chosen) -> None:
        self.query_one(ViewPanel).view = event.view
        self.fill_panel()

    @on(ScatterPlot.Chosen)
    def _point_chosen(self, event: ScatterPlot.Chosen) -> None:
        self.query_one(ComparisonTable).move_to(event.name)

    @on(FilterField.Changed)
    def _searched(self, event: FilterField.Changed) -> None:
        if event.value != self.loader.options.search:
            self.loader.set_options(replace(self.loader.options, search=event.value))

    @on(FilterField.Submitted)
    @on(FilterField.Left)
    def _search_done(self) -> None:
        self.query_one(FilterField).display = bool(self.query_one(FilterField).value)
        self.query_one(ComparisonTable).focus()
