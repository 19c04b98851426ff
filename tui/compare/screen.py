"""The Compare screen: what can be done with what is shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from netlab.sanitize import sanitize
from tui.background.jobs import run_in_background
from tui.compare import table_export
from tui.compare.actions import ACTIONS, NEEDS_STUDY
from tui.compare.board import Board
from tui.compare.column_dialog import ColumnChoice, ColumnDialog
from tui.compare.comparison_table import ComparisonTable
from tui.compare.export_dialog import ExportDialog, format_of
from tui.compare.filter import FilterField
from tui.compare.panel import ViewPanel
from tui.compare.study_list import time_since
from tui.compare.view_options import COST_AXES, CURVE_KINDS
from tui.shell.picker import Picker
from tui.widgets.search_list import Item


class CompareScreen(Board):
    """The Compare mode: each action of its table is a method here."""

    ACTIONS = ACTIONS

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a study nothing can be done but to look for one."""
        if self.loader.shown is None and (
            action in NEEDS_STUDY or (action == "studies" and not self.plans)
        ):
            return False
        return super().check_action(action, parameters)

    def action_studies(self) -> None:
        """Choose a study and condition among all that there are now."""
        plans = self.plans
        items = [
            Item(
                str(place),
                "Studies, newest first",
                sanitize(plan.study),
                sanitize(
                    f"{plan.label} · {plan.done} of {plan.runs} runs done · {time_since(plan.entered)}"
                ),
            )
            for place, plan in enumerate(plans)
        ]

        def picked(item: Item | None) -> None:
            if item is not None:
                self.show_study(plans[int(item.id)])

        self.app.push_screen(Picker("Compare which study?", items), picked)

    def action_filter(self) -> None:
        """Type what variants must contain."""
        self.query_one(FilterField).display = True
        self.query_one(FilterField).focus()

    def action_differences(self) -> None:
        """Show only what differs, or everything."""
        wanted = self.loader.options
        self.loader.set_options(replace(wanted, differences_only=not wanted.differences_only))

    def action_sort(self) -> None:
        """Sort by the column under the cursor."""
        head = self.query_one(ComparisonTable).cursor_column
        if head is not None:
            self.loader.set_options(self.loader.options.sorted_by(head.key))

    def action_seeds(self) -> None:
        """Show seeds in the next way."""
        self.loader.set_options(self.loader.options.with_next_seed_mode())

    def action_baseline(self) -> None:
        """Take differences from the variant under the cursor; on that again, from the study's."""
        shown, variant = self.loader.shown, self.variant
        if shown is not None and variant is not None:
            own = shown.loaded.study.variants[0].name
            now = self.loader.options.baseline
            pinned = None if variant in (own, now) else variant
            self.loader.set_options(replace(self.loader.options, baseline=pinned))

    def action_columns(self) -> None:
        """Choose the measures."""
        self.app.push_screen(ColumnDialog(self.loader.options.measures), self._columns_chosen)

    def _columns_chosen(self, chosen: ColumnChoice) -> None:
        if chosen is not None:
            self.loader.set_options(replace(self.loader.options, measures=chosen[0]))

    def action_mark(self) -> None:
        """Mark the variant under the cursor, or take the mark away."""
        if self.variant is not None:
            self.toggle_mark(self.variant)

    def action_view(self) -> None:
        """Open the next view below the table."""
        self.query_one(ViewPanel).show_next()
        self.fill_panel()

    def action_axis(self) -> None:
        """Plot accuracy against the next cost; the first time, open the scatter."""
        if self.query_one(ViewPanel).view == "scatter":
            self.cost_axis = COST_AXES[(COST_AXES.index(self.cost_axis) + 1) % len(COST_AXES)]
        self.query_one(ViewPanel).view = "scatter"
        self.fill_panel()

    def action_curve(self) -> None:
        """Show the next kind of curve; the first time, open the curves."""
        if self.query_one(ViewPanel).view == "curves":
            self.curve_kind = CURVE_KINDS[
                (CURVE_KINDS.index(self.curve_kind) + 1) % len(CURVE_KINDS)
            ]
        self.query_one(ViewPanel).view = "curves"
        self.fill_panel()

    def action_zoom(self) -> None:
        """Give the lower part all the room, or share it with the table."""
        self.zoomed = not self.zoomed
        self.show_parts()

    def action_copy(self) -> None:
        """Copy the table as markdown."""
        shown = self.loader.shown
        if shown is not None:
            self.app.copy_to_clipboard(table_export.render_shown_table(shown, "md"))
            key = self.workspace.first_key("compare.export")
            words = f"Copied as markdown, to the terminal's clipboard; {key} writes a file."
            if self.workspace.tour:
                self.workspace.tour = ()
                words += " That was the whole way."
            self.notify(words)

    def action_export(self) -> None:
        """Ask for a file and write the table to it."""
        shown = self.loader.shown
        if shown is None:
            return

        def write(path: Path | None) -> None:
            if path is not None:
                run_in_background(
                    lambda: table_export.write_table(shown, path, format_of(path)), self
                )

        name = "".join(c if c.isalnum() or c in "-_." else "-" for c in shown.loaded.study.name)
        self.app.push_screen(ExportDialog(Path(f"{name}.md")), write)

    def action_reload(self) -> None:
        """Read the lab again."""
        self.loader.reload()
