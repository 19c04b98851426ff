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

from netlab.lab.records import Plan
from netlab.report.plain import plain
from netlab.report.table import Row
from tui.background import in_background
from tui.compare import export_job
from tui.compare.answers import Failed, PlansRead, Plotted, Shown, TableMade
from tui.compare.claims import claims
from tui.compare.details import details, notes
from tui.compare.expected import expectations
from tui.compare.filter import Filter
from tui.compare.panel import Panel
from tui.compare.questions import Questions
from tui.compare.studies import StudyList
from tui.compare.table import ComparisonTable
from tui.compare.viewbar import ViewBar
from tui.compare.wanted import AXES, CURVES
from tui.compare.words import empty_words, status_words
from tui.header import ModeHeader
from tui.mode import ModeScreen
from tui.train.requests import put_right
from tui.widgets.plot import SLOTS, sign_of
from tui.widgets.scatter import ScatterPlot

WIDE = 130
"""Columns from which the list of studies stands beside the table."""
LOOK_EVERY = 2.0
"""Seconds between two looks at whether the lab has changed; they cost two calls of stat."""
PROCESSES_EVERY = 10.0
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
        self.questions = Questions(self.netlab.lab_path, self)
        self.plans: tuple[Plan, ...] = ()
        self._plans_read = False
        self._marked: tuple[str, ...] = ()
        self.cost, self.curve = AXES[0], CURVES[0]
        self.zoomed = False
        self._going_on: frozenset[str] = frozenset()
        """Runs of which the lab was asked whether they really go on."""
        self._away = (0.0, 0.0)
        """When this was last left, and come back to, by the clock; left never, since a choice."""
        self._looks: tuple[Timer, ...] = ()

    def compose_mode(self) -> ComposeResult:
        """The studies, the table, and what is below it."""
        plain_signs = self.netlab.settings.ascii
        with Horizontal(id="body"):
            yield StudyList(ascii=plain_signs)
            with Vertical(id="main"):
                yield Static(id="empty", markup=False)
                yield ComparisonTable(ascii=plain_signs)
                yield Filter()
                yield Static(id="status", markup=False)
                yield Panel(ascii=plain_signs)

    def on_mount(self) -> None:
        """Look at the lab now and then, as long as this is on the screen."""
        self._looks = (
            self.set_interval(LOOK_EVERY, self.questions.look),
            self.set_interval(PROCESSES_EVERY, self._set_right),
        )
        self.query_one(Filter).display = False
        self._tell()

    def on_resize(self, event: Resize) -> None:
        """Show the list of studies where there is room."""
        del event
        self.show_parts()

    def on_screen_resume(self) -> None:
        """Look at once."""
        if self._away[0] > self._away[1]:
            self._away = (self._away[0], time.time())
        self._going_on = frozenset()
        self.questions.look()
        for timer in self._looks:
            timer.resume()

    def on_screen_suspend(self) -> None:
        """Nobody sees it: do not look."""
        if self.app.current_mode != self.MODE:  # else a dialog is in front
            self._away = (time.time(), self._away[1])
        for timer in self._looks:
            timer.pause()

    # Answers

    def on_plans_read(self, event: PlansRead) -> None:
        """List the studies; show the newest if none is shown, or it was started meanwhile."""
        if not self.whole:
            return
        self.plans, self._plans_read = event.plans, True
        places = [(plan.study, plan.condition) for plan in event.plans]
        left, back = self._away
        if self.questions.place not in places:
            self.questions.leave()
            if event.plans:
                self.questions.go_to(event.plans[0])
        elif places[0] != self.questions.place and left < event.plans[0].entered < back:
            self.go_to(event.plans[0])
        self.query_one(StudyList).show(event.plans, self.questions.place)
        self._tell()

    def on_table_made(self, event: TableMade) -> None:
        """Show the table, unless something else has been asked for since."""
        if not (self.whole and self.questions.takes(event)):
            return
        self.query_one(ComparisonTable).view = event.shown.view
        self.query_one(Panel).tell("notes", notes(event.shown.table))
        self.query_one(Panel).caution(len(event.shown.table.cautions))
        self._tell()
        self.fill_panel()
        self._have_set_right(event.shown)

    def _have_set_right(self, shown: Shown) -> None:
        """Where runs go on, have the lab say which of them do: their supervisor may have died."""
        going_on = frozenset(run.id for run in shown.table.runs if not run.settled)
        if going_on != self._going_on:
            self._going_on = going_on
            self._set_right()

    def _set_right(self) -> None:
        if self._going_on:
            lab = self.questions.lab
            in_background(lambda: put_right(lab), self)

    def on_failed(self, event: Failed) -> None:
        """Say what went wrong, where the table would be if there is none."""
        if event.table is not None and not self.questions.waits_for(event.table):
            return
        if self.questions.shown is None:
            self._tell(event.problem)
        else:
            self.notify(event.problem, severity="error", markup=False)

    def on_plotted(self, event: Plotted) -> None:
        """Show the curves or the scatter."""
        if self.whole and self.questions.takes(event):
            self.query_one(Panel).draw(event.plot, self.variant)

    def on_written(self, event: export_job.Written) -> None:
        """Say where the table is."""
        self.notify(f"Wrote {event.path}", markup=False)

    # What is shown

    @property
    def variant(self) -> str | None:
        """The variant under the cursor."""
        at = self.query_one(ComparisonTable).at
        return at.variant if at else None

    def _tell(self, problem: str = "") -> None:
        """Bring the words around the table up to date."""
        if not self.whole:
            return
        shown = self.questions.shown
        plans = self.plans if self._plans_read else None
        empty = problem or empty_words(self.questions.lab, plans, shown)
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
        header.subject = plain(f"{shown.loaded.study.name} · {shown.loaded.condition.label}")
        beside = self.query_one(ComparisonTable).beside
        words = status_words(shown.view, shown.wanted, beside, ascii=self.netlab.settings.ascii)
        self.query_one("#status", Static).update(Text(words))

    def show_parts(self) -> None:
        """Show the parts for which there is something to show, and room."""
        if not self.whole:
            return
        there = self.questions.shown is not None
        # Not by classes of the screen: each would have every part's style worked out anew.
        self.query_one(StudyList).display = there and self.size.width >= WIDE
        self.query_one(ComparisonTable).display = there and not self.zoomed
        self.query_one("#status").display = there
        self.query_one(Panel).display = there

    def fill_panel(self) -> None:
        """Ask for, or write, what the open view shows."""
        panel, shown, variant = self.query_one(Panel), self.questions.shown, self.variant
        if shown is None or variant is None:
            return
        ascii = self.netlab.settings.ascii  # noqa: A001
        if panel.view == "details":
            told = details(shown.loaded, shown.table, variant, ascii=ascii)
            panel.tell("details", [told])
        elif panel.view == "expected":
            judged = claims(shown.loaded.verdicts, ascii=ascii)
            panel.tell("expected", [*judged, *expectations(shown.loaded.study, shown.table)])
        elif panel.view == "scatter":
            self.questions.plot_scatter(shown, self.cost)
        elif panel.view == "curves":
            each = shown.wanted.seeds != "mean"
            rows = self._compared(shown)
            self.questions.plot_curves(
                rows, self.curve, each=each, ascii=self.netlab.settings.ascii
            )

    def _compared(self, shown: Shown) -> list[Row]:
        """The marked variants, or else the baseline and the one under the cursor."""
        rows = {row.variant: row for row in shown.table.rows}
        names = self._marked or (shown.table.rows[0].variant, self.variant)
        return [rows[name] for name in dict.fromkeys(names) if name in rows]

    def _mark(self, marked: tuple[str, ...]) -> None:
        self._marked = marked
        plain_signs = self.netlab.settings.ascii
        self.query_one(ComparisonTable).marks = {
            name: sign_of(slot, "validation", ascii=plain_signs) for slot, name in enumerate(marked)
        }
        if self.query_one(Panel).view == "curves":
            self.fill_panel()

    def toggle(self, variant: str) -> None:
        """Mark a variant, or take its mark away."""
        if variant in self._marked:
            self._mark(tuple(name for name in self._marked if name != variant))
        elif len(self._marked) < SLOTS:
            self._mark((*self._marked, variant))
        else:
            self.notify(f"{SLOTS} variants are marked; no more can be told apart.")

    def go_to(self, plan: Plan) -> None:
        """Show a study from the start, and stay there while others go on."""
        self._away = (math.inf, self._away[1])
        self._mark(())
        self.questions.go_to(plan)
        self.query_one(Filter).value = ""
        self.query_one(Filter).display = False
        self.query_one(StudyList).show(self.plans, self.questions.place)
        self.query_one(ComparisonTable).focus()

    # Messages of the parts

    @on(ComparisonTable.Moved)
    def _moved(self) -> None:
        if not self.whole:
            return
        self._tell()
        panel = self.query_one(Panel)
        if panel.view == "scatter":
            panel.choose(self.variant)
        elif panel.view == "details" or not self._marked:
            self.fill_panel()

    @on(ComparisonTable.SortAsked)
    def _sort_asked(self, event: ComparisonTable.SortAsked) -> None:
        self.questions.want(self.questions.wanted.sorted_by(event.key))

    @on(ComparisonTable.MarkAsked)
    def _mark_asked(self, event: ComparisonTable.MarkAsked) -> None:
        self.toggle(event.variant)

    @on(StudyList.Chosen)
    def _study_chosen(self, event: StudyList.Chosen) -> None:
        self.go_to(event.plan)

    @on(ViewBar.Chosen)
    def _view_chosen(self, event: ViewBar.Chosen) -> None:
        self.query_one(Panel).view = event.view
        self.fill_panel()

    @on(ScatterPlot.Chosen)
    def _point_chosen(self, event: ScatterPlot.Chosen) -> None:
        self.query_one(ComparisonTable).go_to(event.name)

    @on(Filter.Changed)
    def _searched(self, event: Filter.Changed) -> None:
        if event.value != self.questions.wanted.search:
            self.questions.want(replace(self.questions.wanted, search=event.value))

    @on(Filter.Submitted)
    @on(Filter.Left)
    def _search_done(self) -> None:
        self.query_one(Filter).display = bool(self.query_one(Filter).value)
        self.query_one(ComparisonTable).focus()
