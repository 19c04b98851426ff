"""The Compare screen: what can be done with what is shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from netlab.report.plain import plain
from tui.background import in_background
from tui.compare import export_job
from tui.compare.actions import ACTIONS, OF_A_STUDY
from tui.compare.board import Board
from tui.compare.columns import Chosen, Columns
from tui.compare.export import Export, format_of
from tui.compare.filter import Filter
from tui.compare.panel import Panel
from tui.compare.studies import ago
from tui.compare.table import ComparisonTable
from tui.compare.wanted import AXES, CURVES
from tui.compose.dialogs import Picker
from tui.compose.search_list import Item
from tui.welcome.way import key_of


class CompareScreen(Board):
    """The Compare mode: each action of its table is a method here."""

    ACTIONS = ACTIONS

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a study nothing can be done but to look for one."""
        if self.questions.shown is None and (
            action in OF_A_STUDY or (action == "studies" and not self.plans)
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
                plain(plan.study),
                plain(f"{plan.label} · {plan.done} of {plan.runs} runs done · {ago(plan.entered)}"),
            )
            for place, plan in enumerate(plans)
        ]

        def picked(item: Item | None) -> None:
            if item is not None:
                self.go_to(plans[int(item.id)])

        self.app.push_screen(Picker("Compare which study?", items), picked)

    def action_filter(self) -> None:
        """Type what variants must contain."""
        self.query_one(Filter).display = True
        self.query_one(Filter).focus()

    def action_differences(self) -> None:
        """Show only what differs, or everything."""
        wanted = self.questions.wanted
        self.questions.want(replace(wanted, differing=not wanted.differing))

    def action_sort(self) -> None:
        """Sort by the column under the cursor."""
        head = self.query_one(ComparisonTable).head
        if head is not None:
            self.questions.want(self.questions.wanted.sorted_by(head.key))

    def action_seeds(self) -> None:
        """Show seeds in the next way."""
        self.questions.want(self.questions.wanted.with_next_seeds())

    def action_baseline(self) -> None:
        """Take differences from the variant under the cursor; on that again, from the study's."""
        shown, variant = self.questions.shown, self.variant
        if shown is not None and variant is not None:
            own = shown.loaded.study.variants[0].name
            now = self.questions.wanted.baseline
            pinned = None if variant in (own, now) else variant
            self.questions.want(replace(self.questions.wanted, baseline=pinned))

    def action_columns(self) -> None:
        """Choose the measures."""
        self.app.push_screen(Columns(self.questions.wanted.measures), self._columns_chosen)

    def _columns_chosen(self, chosen: Chosen) -> None:
        if chosen is not None:
            self.questions.want(replace(self.questions.wanted, measures=chosen[0]))

    def action_mark(self) -> None:
        """Mark the variant under the cursor, or take the mark away."""
        if self.variant is not None:
            self.toggle(self.variant)

    def action_view(self) -> None:
        """Open the next view below the table."""
        self.query_one(Panel).show_next()
        self.fill_panel()

    def action_axis(self) -> None:
        """Plot accuracy against the next cost; the first time, open the scatter."""
        if self.query_one(Panel).view == "scatter":
            self.cost = AXES[(AXES.index(self.cost) + 1) % len(AXES)]
        self.query_one(Panel).view = "scatter"
        self.fill_panel()

    def action_curve(self) -> None:
        """Show the next kind of curve; the first time, open the curves."""
        if self.query_one(Panel).view == "curves":
            self.curve = CURVES[(CURVES.index(self.curve) + 1) % len(CURVES)]
        self.query_one(Panel).view = "curves"
        self.fill_panel()

    def action_zoom(self) -> None:
        """Give the lower part all the room, or share it with the table."""
        self.zoomed = not self.zoomed
        self.show_parts()

    def action_copy(self) -> None:
        """Copy the table as markdown."""
        shown = self.questions.shown
        if shown is not None:
            self.app.copy_to_clipboard(export_job.text_of(shown, "md"))
            key = key_of("compare.export", self.netlab.settings.keys)
            words = f"Copied as markdown, to the terminal's clipboard; {key} writes a file."
            if self.netlab.guide:
                self.netlab.guide = ()
                words += " That was the whole way."
            self.notify(words)

    def action_export(self) -> None:
        """Ask for a file and write the table to it."""
        shown = self.questions.shown
        if shown is None:
            return

        def write(path: Path | None) -> None:
            if path is not None:
                in_background(lambda: export_job.write(shown, path, format_of(path)), self)

        name = "".join(c if c.isalnum() or c in "-_." else "-" for c in shown.loaded.study.name)
        self.app.push_screen(Export(Path(f"{name}.md")), write)

    def action_reload(self) -> None:
        """Read the lab again."""
        self.questions.reload()
