"""The Ablate screen: variants of a baseline, what they cost, what is expected, how they are run."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import Static

from netlab.errors import EditError
from netlab.recipe.edits import Edit, Remove, SetFields, Swap, apply_all
from netlab.recipe.network import Network
from netlab.recipe.network_diff import difference
from netlab.recipe.proposals import Proposal, proposals
from netlab.recipe.study_draft import VariantDraft
from tui.ablate.actions import ACTIONS
from tui.ablate.network_preview import count_pending_changes, preview_variant
from tui.ablate.proposal_list import ProposalList
from tui.ablate.study_actions import WholeStudy
from tui.ablate.study_dialogs import VariantAnswer, VariantDialog
from tui.ablate.study_edits import (
    combine_changes,
    free_name,
    replace_variant,
    toggle_proposal,
    toggle_proposals,
    variant_made_from,
)
from tui.ablate.summary_bar import StudySummary, SummaryBar
from tui.ablate.variant_details import VariantDetails, proposal_block, variant_block
from tui.ablate.variant_table import VariantTable
from tui.shell.header import ModeHeader


class AblateScreen(WholeStudy):
    """The Ablate mode."""

    MODE = "ablate"
    ACTIONS = ACTIONS
    CSS_PATH = "ablate.tcss"
    AUTO_FOCUS = "VimOptions"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide"), (165, "-widest")]  # noqa: RUF012

    _found: tuple[Network, tuple[Proposal, ...]] | None = None
    """The proposals for the baseline that was last shown."""

    _pending = 0
    """How many changes the line at the top tells of."""

    def compose_mode(self) -> ComposeResult:
        """What could be changed, what is planned, all about the highlighted line, the study."""
        yield Static(id="pending", markup=False)
        with Container(id="ablate"):
            yield ProposalList()
            with Container(id="planned"):
                yield VariantTable()
                yield VariantDetails()
                yield SummaryBar()

    def on_mount(self) -> None:
        """Show the study, and follow it."""
        self.follow()
        self.update()

    # Showing.

    def refresh_view(self) -> None:
        """Show everything as it is now; what is as before is not drawn again."""
        if not self.is_mounted or not self.is_live:
            return
        study, document = self.study, self.workspace.document
        found = self._proposed(document.baseline)
        self.query_one(ProposalList).show(found, [p for p in found if variant_made_from(study, p)])
        self.query_one(VariantTable).show(self.previews())
        self.query_one(SummaryBar).show(
            StudySummary(study, self.saved, self.protocol, self.time_words, self.data_problem)
        )
        self.query_one(ModeHeader).subject = study.name
        self._tell_pending(count_pending_changes(document))
        self._tell_details()

    def _proposed(self, baseline: Network) -> tuple[Proposal, ...]:
        if self._found is None or self._found[0] != baseline:
            self._found = baseline, proposals(baseline)
        return self._found[1]

    def _tell_pending(self, changes: int) -> None:
        line = self.query_one("#pending", Static)
        line.display = bool(changes)
        if changes and changes != self._pending:
            self._pending = changes
            these = "1 change" if changes == 1 else f"{changes} changes"
            line.update(f"Compose is {these} away: r records a variant, b makes it the baseline")

    def _tell_details(self) -> None:
        details = self.query_one(VariantDetails)
        proposal = self.query_one(ProposalList).highlighted
        if proposal is not None and not self._table_has_focus():
            seen = preview_variant(_as_variant(proposal), self.baseline, self._known)
            if self.is_current:
                self.ask_for([seen.network], "details")
            details.show_block(
                proposal_block(proposal, seen, bool(variant_made_from(self.study, proposal)))
            )
            return
        name = self.query_one(VariantTable).highlighted
        for seen in self.previews():
            if seen.name == name:
                details.show_block(variant_block(seen))

    def _table_has_focus(self) -> bool:
        return self.focused is self.query_one(VariantTable).rows

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Details are about the list that has the focus."""
        if event.widget is not self.query_one(VariantDetails):
            self._tell_details()

    def on_proposal_list_highlighted(self) -> None:
        """Another proposal."""
        self._tell_details()

    def on_variant_table_highlighted(self) -> None:
        """Another variant."""
        self._tell_details()

    # Variants.

    def on_proposal_list_chosen(self, message: ProposalList.Chosen) -> None:
        """A proposal was pressed."""
        self._toggle(message.proposal)

    def on_variant_table_opened(self) -> None:
        """A variant was pressed."""
        self.action_edit()

    def action_choose(self) -> None:
        """Add the highlighted proposal, or take the highlighted line's variant out."""
        proposal = self.query_one(ProposalList).highlighted
        if self._table_has_focus():
            self.action_remove()
        elif proposal is not None:
            self._toggle(proposal)

    def action_choose_all(self) -> None:
        """All proposals of the highlighted question, or none of them."""
        self.change(toggle_proposals(self.study, self.query_one(ProposalList).same_question))

    def action_combine(self) -> None:
        """One variant with two changes."""
        proposal = self.query_one(ProposalList).highlighted
        name = self.query_one(VariantTable).highlighted
        variant = next((v for v in self.study.variants if v.name == name), None)
        if proposal is None or variant is None:
            self.say("choose a variant in the table and a proposal in the list: c combines them")
            return
        if set(proposal.edits) <= set(variant.edits):
            self.say(f"'{variant.name}' has the change of '{proposal.name}' already")
            return
        both = combine_changes(self.study, variant, proposal)
        self.change(self.study.with_variant(both))
        self.query_one(VariantTable).select(both.name)

    def _toggle(self, proposal: Proposal) -> None:
        self.change(toggle_proposal(self.study, proposal))
        variant = variant_made_from(self.study, proposal)
        if variant is not None:
            self.query_one(VariantTable).select(variant.name)

    def _target(self) -> VariantDraft | None:
        """The variant that is meant: the highlighted one, or what the proposal has become."""
        proposal = self.query_one(ProposalList).highlighted
        if proposal is not None and not self._table_has_focus():
            variant = variant_made_from(self.study, proposal)
            if variant is not None:
                return variant
        name = self.query_one(VariantTable).highlighted
        return next((v for v in self.study.variants if v.name == name), None)

    def action_edit(self) -> None:
        """Name, reason and expectation of a variant."""
        variant = self._target()
        if variant is None:
            self.say("no variant is highlighted: space on a proposal makes one")
            return
        seen = preview_variant(variant, self.baseline, self._known)

        def keep(answer: VariantAnswer | None) -> None:
            if answer is not None:
                self.change(replace_variant(self.study, variant.name, answer.variant))

        dialog = VariantDialog(self.study, variant, new=False, changes=seen.description)
        self.app.push_screen(dialog, keep)

    def action_remove(self) -> None:
        """Take a variant out; undo brings it back with all that was written."""
        variant = self._target()
        if variant is None:
            self.say("no variant is highlighted: the baseline stays")
            return
        self.change(self.study.without_variant(variant.name))

    def action_record(self) -> None:
        """Make the changes since the baseline a variant."""
        document = self.workspace.document
        if document.network == document.baseline:
            self.say("nothing to record: change the network in Compose (1) first")
            return
        try:
            made = document.edits_since(document.baseline)
        except ValueError:
            made = ()
        try:
            edits = difference(document.baseline, document.network, made)
        except EditError as error:
            self.say(f"this cannot be a variant: {error}; b makes it the baseline", wrong=True)
            return
        variant = VariantDraft(free_name(self.study, _name_for(edits)), edits)
        changes = "; ".join(apply_all(document.baseline, edits)[1])
        dialog = VariantDialog(self.study, variant, new=True, changes=changes, back=bool(made))
        self.app.push_screen(dialog, self._record)

    def _record(self, answer: VariantAnswer | None) -> None:
        if answer is None:
            return
        self.change(self.study.with_variant(answer.variant))
        self.query_one(VariantTable).select(answer.variant.name)
        if answer.back_to_baseline:
            document = self.workspace.document
            while document.past and document.network != document.baseline:
                document = document.undone()
            self.workspace.document = document

    def action_baseline(self) -> None:
        """Let variants start from the network in Compose."""
        document = self.workspace.document
        if document.network == document.baseline:
            self.say("the network in Compose is the baseline already")
            return
        self.change_baseline()

    def action_search(self) -> None:
        """Search the proposals."""
        self.query_one(ProposalList).search()


def _as_variant(proposal: Proposal) -> VariantDraft:
    return VariantDraft(proposal.name, proposal.edits, proposal.because)


def _name_for(edits: tuple[Edit, ...]) -> str:
    """A name that tells a single change; others are `recorded`."""
    match edits:
        case (SetFields(_, fields),) if len(fields) == 1:
            return "-".join(str(part) for part in next(iter(fields.items())))
        case (Swap(_, kind, _),):
            return kind
        case (Remove(where),):
            return f"without-{where}"
    return "recorded"
