"""The Ablate screen: variants of a baseline, their costs and expectations, and their start."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from functools import partial

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import Static

from netlab.errors import NetlabError
from netlab.format import format_duration
from netlab.recipe.network import Network
from netlab.recipe.proposals import Proposal, proposals
from netlab.recipe.study_draft import StudyDraft, VariantDraft
from tui.ablate.actions import ACTIONS
from tui.ablate.notices import show_notice
from tui.ablate.preview_loader import PreviewLoader
from tui.ablate.proposal_list import ProposalList
from tui.ablate.saved_state_checker import SavedStateChecker, SavedStateFound
from tui.ablate.study_actions import StudyActions, StudySaved
from tui.ablate.study_edits import count_pending_changes, variant_made_from
from tui.ablate.study_planner import StudyPlanner
from tui.ablate.summary_bar import StudySummary, SummaryBar
from tui.ablate.variant_actions import VariantActions
from tui.ablate.variant_details import VariantDetails, proposal_block, variant_block
from tui.ablate.variant_table import VariantTable
from tui.background.time_estimate import TimeEstimator, TimeQuery, TimeUnknownError
from tui.model.study_file import recipe_text
from tui.shell.header import ModeHeader
from tui.shell.mode_screen import ModeScreen


class AblateScreen(ModeScreen):
    """The Ablate mode."""

    MODE = "ablate"
    ACTIONS = ACTIONS
    CSS_PATH = "ablate.tcss"
    AUTO_FOCUS = "VimOptions"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide"), (165, "-widest")]  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self._proposals, self._table = ProposalList(), VariantTable()
        self._details, self._summary = VariantDetails(), SummaryBar()
        self.planner = StudyPlanner(self.workspace)
        self.previews = PreviewLoader(self, self.planner, self._update)
        self.saved_state = SavedStateChecker(self, self.planner)
        self._estimator = TimeEstimator(self.workspace.lab_path, self, self.refresh_view)
        self.study_actions = StudyActions(
            self, self.planner, self.previews, self.saved_state, self._estimator
        )
        self.variant_actions = VariantActions(
            self, self.planner, self.previews, self._proposals, self._table
        )
        self._proposed: tuple[Network, tuple[Proposal, ...]] | None = None
        """The baseline that was last shown, with its proposals."""
        self._pending = 0
        """The number of changes that the line at the top shows."""

    def compose_mode(self) -> ComposeResult:
        yield Static(id="pending", markup=False)
        with Container(id="ablate"):
            yield self._proposals
            with Container(id="planned"):
                yield self._table
                yield self._details
                yield self._summary

    def on_mount(self) -> None:
        for name in ("document", "study", "baseline_costs"):
            self.watch(self.app, name, self._update, init=False)
        self._update()

    def on_screen_resume(self) -> None:
        """Ask for what is missing, because answers are lost while another screen is up."""
        self._update()

    def on_screen_suspend(self) -> None:
        """Stop estimating while another screen is shown."""
        self._estimator.stop()

    def on_unmount(self) -> None:
        self._estimator.stop()

    def on_saved_state_found(self, message: SavedStateFound) -> None:
        self.saved_state.receive(message)
        self._update()
        self.study_actions.saved_state_found()

    def on_study_saved(self, message: StudySaved) -> None:
        self.study_actions.study_saved(message)

    # Showing

    def _update(self) -> None:
        """Show everything, and request what is not known."""
        self.refresh_view()
        if self.is_current:
            self.previews.request(self.planner.study.variants)
            self.saved_state.check()
            self._request_time()

    def refresh_view(self) -> None:
        """Show the current state of everything; what is unchanged is not drawn again."""
        if not self.is_mounted or not self.is_live:
            return
        study, document = self.planner.study, self.workspace.document
        found = self._proposals_for(document.baseline)
        self._proposals.show(found, [p for p in found if variant_made_from(study, p)])
        self._table.show(self.previews.previews(), self.previews.baseline_costs)
        self._summary.show(
            StudySummary(
                study,
                self.saved_state.saved,
                self.saved_state.protocol,
                self.time_text,
                self.saved_state.data_problem,
            )
        )
        self.query_one(ModeHeader).subject = study.name
        self._show_pending(count_pending_changes(document))
        self._show_details()

    def _proposals_for(self, baseline: Network) -> tuple[Proposal, ...]:
        if self._proposed is None or self._proposed[0] != baseline:
            self._proposed = baseline, proposals(baseline)
        return self._proposed[1]

    def _show_pending(self, changes: int) -> None:
        line = self.query_one("#pending", Static)
        line.display = bool(changes)
        if changes and changes != self._pending:
            self._pending = changes
            these = "1 change" if changes == 1 else f"{changes} changes"
            line.update(f"Compose is {these} away: r records a variant, b makes it the baseline")

    def _show_details(self) -> None:
        baseline_costs = self.previews.baseline_costs
        proposal = self.variant_actions.proposal
        if proposal is not None:
            variant = VariantDraft(proposal.name, proposal.edits, proposal.because)
            if self.is_current:
                self.previews.request([variant], "details")
            chosen = bool(variant_made_from(self.planner.study, proposal))
            preview = self.previews.preview(variant)
            self._details.show_block(proposal_block(proposal, preview, baseline_costs, chosen))
            return
        expectations = {v.name: v.expect for v in self.planner.study.variants}
        for preview in self.previews.previews():
            if preview.name == self._table.highlighted:
                expected = expectations.get(preview.name, "")
                self._details.show_block(variant_block(preview, baseline_costs, expected))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if event.widget is not self._details:
            self._show_details()

    def on_proposal_list_highlighted(self) -> None:
        self._show_details()

    def on_variant_table_highlighted(self) -> None:
        self._show_details()

    # How long it takes

    @property
    def time_text(self) -> str:
        """How long the study takes: `about 12 min`, `…` while unknown, or why there is no time."""
        if any(preview.fault for preview in self.previews.previews()):
            return "no time: a network cannot be trained"
        return self._estimator.text(self._time_depends_on()) or "…"

    def _time_depends_on(self) -> Hashable:
        """The study without its texts and without the costs to match, and its baseline."""
        study = self.planner.study
        variants = tuple(VariantDraft("", variant.edits) for variant in study.variants)
        return replace(study, name="", question="", variants=variants), self.planner.baseline

    def _request_time(self) -> None:
        variants = self.previews.previews()[1:]
        ready = variants and all(seen.complete and not seen.fault for seen in variants)
        estimate = partial(_estimate, self.planner.study, self.planner.baseline)
        self._estimator.request(self._time_depends_on() if ready else None, estimate)

    # Actions

    def on_proposal_list_chosen(self, message: ProposalList.Chosen) -> None:
        self.variant_actions.toggle(message.proposal)

    def on_variant_table_opened(self) -> None:
        self.variant_actions.edit()

    def on_summary_bar_pressed(self) -> None:
        self.study_actions.edit_settings()

    def action_choose(self) -> None:
        self.variant_actions.toggle_highlighted()

    def action_choose_all(self) -> None:
        self.variant_actions.toggle_question()

    def action_combine(self) -> None:
        self.variant_actions.combine()

    def action_record(self) -> None:
        self.variant_actions.record()

    def action_edit(self) -> None:
        self.variant_actions.edit()

    def action_remove(self) -> None:
        self.variant_actions.remove()

    def action_baseline(self) -> None:
        self.variant_actions.set_baseline()

    def action_settings(self) -> None:
        self.study_actions.edit_settings()

    def action_save(self) -> None:
        self.study_actions.save()

    def action_start(self) -> None:
        self.study_actions.start()

    def action_undo(self) -> None:
        if not self.planner.undo():
            show_notice(self, "nothing to undo in the study")

    def action_redo(self) -> None:
        if not self.planner.redo():
            show_notice(self, "nothing to redo in the study")

    def action_search(self) -> None:
        self._proposals.search()


def _estimate(study: StudyDraft, baseline: Network, query: TimeQuery) -> str:
    try:
        text = recipe_text(study, baseline)
        found = query.estimate_text(text, ("--device", study.device))
    except (NetlabError, TimeUnknownError) as error:
        return f"time not known: {error}"
    return f"about {format_duration(found.seconds)}" if found.seconds else "all done already"
