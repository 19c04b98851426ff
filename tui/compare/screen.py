"""The Compare screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widgets import Static

from netlab.lab.records import Plan
from netlab.report.plain import plain
from netlab.report.table import Row
from tui.background import in_background
from tui.compare import export_job
from tui.compare.actions import ACTIONS
from tui.compare.answers import Failed, PlansRead, Plotted, Shown, TableMade
from tui.compare.columns import Chosen, Columns
from tui.compare.details import details, notes
from tui.compare.export import Export, format_of
from tui.compare.filter import Filter
from tui.compare.panel import Panel
from tui.compare.questions import Questions
from tui.compare.studies import StudyList, ago
from tui.compare.table import ComparisonTable
from tui.compare.viewbar import ViewBar
from tui.compare.wanted import AXES, CURVES
from tui.compare.words import empty_words, status_words
from tui.compose.dialogs import Picker
from tui.compose.search_list import Item
from tui.header import ModeHeader
from tui.mode import ModeScreen
from tui.widgets.plot import SLOTS, sign_of
from tui.widgets.scatter import ScatterPlot

WIDE = 130
"""Columns from which the list of studies stands beside the table."""
LOOK_EVERY = 2.0
"""Seconds between two looks at whether the lab has changed; they cost two calls of stat."""


class CompareScreen(ModeScreen):
    """The Compare mode: a study side by side, and which of its differences are real."""

    MODE = "compare"
    ACTIONS = ACTIONS
    AUTO_FOCUS = "ComparisonTable"
    DEFAULT_CSS = """
    CompareScreen #body { height: 1fr; }
    CompareScreen #main { width: 1fr; height: 1fr; }
    CompareScreen #empty { height: auto; padding: 1 2; }
    CompareScreen #status {
        height: 1; padding: 0 1; color: $text-muted; background: $surface;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._questions = Questions(self.netlab.lab_path, self)
        self._plans: tuple[Plan, ...] = ()
        self._marked: tuple[str, ...] = ()
        self._cost, self._curve = AXES[0], CURVES[0]
        self._zoomed = False
        self._timer: Timer | None = None

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
        self._timer = self.set_interval(LOOK_EVERY, self._questions.look)
        self.query_one(Filter).display = False
        self._tell()

    def on_resize(self) -> None:
        """Show the list of studies where there is room."""
        self._arrange()

    def on_screen_resume(self) -> None:
        """Look at once."""
        self._questions.look()
        if self._timer is not None:
            self._timer.resume()

    def on_screen_suspend(self) -> None:
        """Nobody sees it: do not look."""
        if self._timer is not None:
            self._timer.pause()

    # Answers

    def on_plans_read(self, event: PlansRead) -> None:
        """List the studies; show the newest if none is shown yet."""
        if not self.whole:
            return
        self._plans = event.plans
        places = [(plan.study, plan.condition) for plan in event.plans]
        if self._questions.place not in places:
            self._questions.leave()
            if event.plans:
                self._questions.go_to(event.plans[0])
        self.query_one(StudyList).show(event.plans, self._questions.place)
        self._tell()

    def on_table_made(self, event: TableMade) -> None:
        """Show the table, unless something else has been asked for since."""
        if not (self.whole and self._questions.takes(event)):
            return
        self.query_one(ComparisonTable).view = event.shown.view
        self.query_one(Panel).tell("notes", notes(event.shown.table))
        self.query_one(Panel).caution(len(event.shown.table.cautions))
        self._tell()
        self._fill_panel()

    def on_failed(self, event: Failed) -> None:
        """Say what went wrong, where the table would be if there is none."""
        if self._questions.shown is None:
            self._tell(event.problem)
        else:
            self.notify(event.problem, severity="error", markup=False)

    def on_plotted(self, event: Plotted) -> None:
        """Show the curves or the scatter."""
        if self.whole and self._questions.takes(event):
            self.query_one(Panel).draw(event.plot, self._variant)

    def on_written(self, event: export_job.Written) -> None:
        """Say where the table is."""
        self.notify(f"Wrote {event.path}", markup=False)

    # What is shown

    @property
    def _variant(self) -> str | None:
        at = self.query_one(ComparisonTable).at
        return at.variant if at else None

    def _tell(self, problem: str = "") -> None:
        """Bring the words around the table up to date."""
        if not self.whole:
            return
        shown = self._questions.shown
        empty = problem or empty_words(self._questions.lab, self._plans, shown)
        self.query_one("#empty", Static).update(Text(empty))
        self.query_one("#empty").display = bool(empty)
        self._arrange()
        header = self.query_one(ModeHeader)
        if shown is None:
            header.subject = ""
            return
        header.subject = plain(f"{shown.loaded.study.name} · {shown.loaded.condition.label}")
        beside = self.query_one(ComparisonTable).beside
        words = status_words(shown.view, shown.wanted, beside, ascii=self.netlab.settings.ascii)
        self.query_one("#status", Static).update(Text(words))

    def _arrange(self) -> None:
        """Show the parts for which there is something to show, and room."""
        if not self.whole:
            return
        there = self._questions.shown is not None
        # Not by classes of the screen: each would have every part's style worked out anew.
        self.query_one(StudyList).display = there and self.size.width >= WIDE
        self.query_one(ComparisonTable).display = there and not self._zoomed
        self.query_one("#status").display = there
        self.query_one(Panel).display = there

    def _fill_panel(self) -> None:
        """Ask for, or write, what the open view shows."""
        panel, shown, variant = self.query_one(Panel), self._questions.shown, self._variant
        if shown is None or variant is None:
            return
        if panel.view == "details":
            panel.tell("details", details(shown.loaded.study, shown.table, variant))
        elif panel.view == "scatter":
            self._questions.plot_scatter(shown, self._cost)
        elif panel.view == "curves":
            each = shown.wanted.seeds != "mean"
            rows = self._compared(shown)
            self._questions.plot_curves(
                rows, self._curve, each=each, ascii=self.netlab.settings.ascii
            )

    def _compared(self, shown: Shown) -> list[Row]:
        """The marked variants, or else the baseline and the one under the cursor."""
        rows = {row.variant: row for row in shown.table.rows}
        names = self._marked or (shown.table.rows[0].variant, self._variant)
        return [rows[name] for name in dict.fromkeys(names) if name in rows]

    def _mark(self, marked: tuple[str, ...]) -> None:
        self._marked = marked
        plain_signs = self.netlab.settings.ascii
        self.query_one(ComparisonTable).marks = {
            name: sign_of(slot, "validation", ascii=plain_signs) for slot, name in enumerate(marked)
        }
        if self.query_one(Panel).view == "curves":
            self._fill_panel()

    def _toggle(self, variant: str) -> None:
        if variant in self._marked:
            self._mark(tuple(name for name in self._marked if name != variant))
        elif len(self._marked) < SLOTS:
            self._mark((*self._marked, variant))
        else:
            self.notify(f"{SLOTS} variants are marked; no more can be told apart.")

    def _go_to(self, plan: Plan) -> None:
        """Show a study from the start."""
        self._mark(())
        self._questions.go_to(plan)
        self.query_one(Filter).value = ""
        self.query_one(Filter).display = False
        self.query_one(StudyList).show(self._plans, self._questions.place)
        self.query_one(ComparisonTable).focus()

    # Messages of the parts

    @on(ComparisonTable.Moved)
    def _moved(self) -> None:
        if not self.whole:
            return
        self._tell()
        panel = self.query_one(Panel)
        if panel.view == "scatter":
            panel.choose(self._variant)
        elif panel.view == "details" or not self._marked:
            self._fill_panel()

    @on(ComparisonTable.SortAsked)
    def _sort_asked(self, event: ComparisonTable.SortAsked) -> None:
        self._questions.want(self._questions.wanted.sorted_by(event.key))

    @on(ComparisonTable.MarkAsked)
    def _mark_asked(self, event: ComparisonTable.MarkAsked) -> None:
        self._toggle(event.variant)

    @on(StudyList.Chosen)
    def _study_chosen(self, event: StudyList.Chosen) -> None:
        self._go_to(event.plan)

    @on(ViewBar.Chosen)
    def _view_chosen(self, event: ViewBar.Chosen) -> None:
        self.query_one(Panel).view = event.view
        self._fill_panel()

    @on(ScatterPlot.Chosen)
    def _point_chosen(self, event: ScatterPlot.Chosen) -> None:
        self.query_one(ComparisonTable).go_to(event.name)

    @on(Filter.Changed)
    def _searched(self, event: Filter.Changed) -> None:
        if event.value != self._questions.wanted.search:
            self._questions.want(replace(self._questions.wanted, search=event.value))

    @on(Filter.Submitted)
    @on(Filter.Left)
    def _search_done(self) -> None:
        self.query_one(Filter).display = bool(self.query_one(Filter).value)
        self.query_one(ComparisonTable).focus()

    # Actions

    def action_studies(self) -> None:
        """Choose a study and condition among all."""
        items = [
            Item(
                str(place),
                "Studies, newest first",
                plain(plan.study),
                plain(f"{plan.label} · {plan.done} of {plan.runs} runs done · {ago(plan.entered)}"),
            )
            for place, plan in enumerate(self._plans)
        ]
        self.app.push_screen(Picker("Compare which study?", items), self._picked)

    def _picked(self, item: Item | None) -> None:
        if item is not None:
            self._go_to(self._plans[int(item.id)])

    def action_filter(self) -> None:
        """Type what variants must contain."""
        self.query_one(Filter).display = True
        self.query_one(Filter).focus()

    def action_differences(self) -> None:
        """Show only what differs, or everything."""
        wanted = self._questions.wanted
        self._questions.want(replace(wanted, differing=not wanted.differing))

    def action_sort(self) -> None:
        """Sort by the column under the cursor."""
        head = self.query_one(ComparisonTable).head
        if head is not None:
            self._questions.want(self._questions.wanted.sorted_by(head.key))

    def action_seeds(self) -> None:
        """Show seeds in the next way."""
        self._questions.want(self._questions.wanted.with_next_seeds())

    def action_baseline(self) -> None:
        """Take differences from the variant under the cursor; on that again, from the study's."""
        shown, variant = self._questions.shown, self._variant
        if shown is not None and variant is not None:
            own = shown.loaded.study.variants[0].name
            now = self._questions.wanted.baseline
            pinned = None if variant in (own, now) else variant
            self._questions.want(replace(self._questions.wanted, baseline=pinned))

    def action_columns(self) -> None:
        """Choose the measures."""
        self.app.push_screen(Columns(self._questions.wanted.measures), self._columns_chosen)

    def _columns_chosen(self, chosen: Chosen) -> None:
        if chosen is not None:
            self._questions.want(replace(self._questions.wanted, measures=chosen[0]))

    def action_mark(self) -> None:
        """Mark the variant under the cursor, or take the mark away."""
        if self._variant is not None:
            self._toggle(self._variant)

    def action_view(self) -> None:
        """Open the next view below the table."""
        self.query_one(Panel).show_next()
        self._fill_panel()

    def action_axis(self) -> None:
        """Plot accuracy against the next cost; the first time, open the scatter."""
        if self.query_one(Panel).view == "scatter":
            self._cost = AXES[(AXES.index(self._cost) + 1) % len(AXES)]
        self.query_one(Panel).view = "scatter"
        self._fill_panel()

    def action_curve(self) -> None:
        """Show the next kind of curve; the first time, open the curves."""
        if self.query_one(Panel).view == "curves":
            self._curve = CURVES[(CURVES.index(self._curve) + 1) % len(CURVES)]
        self.query_one(Panel).view = "curves"
        self._fill_panel()

    def action_zoom(self) -> None:
        """Give the lower part all the room, or share it with the table."""
        self._zoomed = not self._zoomed
        self._arrange()

    def action_copy(self) -> None:
        """Copy the table as markdown."""
        shown = self._questions.shown
        if shown is not None:
            self.app.copy_to_clipboard(export_job.text_of(shown, "md"))
            self.notify("The table is in the clipboard, as markdown.")

    def action_export(self) -> None:
        """Ask for a file and write the table to it."""
        shown = self._questions.shown
        if shown is None:
            return

        def write(path: Path | None) -> None:
            if path is not None:
                in_background(lambda: export_job.write(shown, path, format_of(path)), self)

        name = "".join(c if c.isalnum() or c in "-_." else "-" for c in shown.loaded.study.name)
        self.app.push_screen(Export(Path(f"{name}.md")), write)

    def action_reload(self) -> None:
        """Read the lab again."""
        self._questions.reload()
