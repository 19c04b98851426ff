"""Actions on single variants: choose, combine, edit, remove, record."""

from __future__ import annotations

from netlab.errors import EditError
from netlab.recipe.edits import Edit, Remove, SetFields, Swap, apply_all
from netlab.recipe.network_diff import difference
from netlab.recipe.proposals import Proposal
from netlab.recipe.study_draft import VariantDraft
from tui.ablate.notices import show_notice
from tui.ablate.preview_loader import PreviewLoader
from tui.ablate.proposal_list import ProposalList
from tui.ablate.study_dialogs import VariantAnswer, VariantDialog
from tui.ablate.study_edits import (
    combine_changes,
    free_name,
    replace_variant,
    toggle_proposal,
    toggle_proposals,
    variant_made_from,
)
from tui.ablate.study_planner import StudyPlanner
from tui.ablate.variant_table import VariantTable
from tui.shell.mode_screen import ModeScreen


class VariantActions:
    """Changes variants for the Ablate screen and its two lists."""

    def __init__(
        self,
        screen: ModeScreen,
        planner: StudyPlanner,
        previews: PreviewLoader,
        proposals: ProposalList,
        table: VariantTable,
    ) -> None:
        self._screen = screen
        self._planner = planner
        self._previews = previews
        self._proposals = proposals
        self._table = table

    @property
    def proposal(self) -> Proposal | None:
        """The highlighted proposal; None if the table of variants has the focus."""
        in_table = self._screen.focused is self._table.rows
        return None if in_table else self._proposals.highlighted

    def toggle_highlighted(self) -> None:
        """Add the highlighted proposal, or remove the highlighted variant."""
        if self.proposal is not None:
            self.toggle(self.proposal)
        elif self._screen.focused is self._table.rows:
            self.remove()

    def toggle(self, proposal: Proposal) -> None:
        """Make a proposal a variant; if it is one, remove that variant."""
        self._planner.change(toggle_proposal(self._planner.study, proposal))
        variant = variant_made_from(self._planner.study, proposal)
        if variant is not None:
            self._table.select(variant.name)

    def toggle_question(self) -> None:
        """Choose all proposals of the highlighted question; if all are chosen, remove them."""
        proposals = self._proposals.same_question
        self._planner.change(toggle_proposals(self._planner.study, proposals))

    def combine(self) -> None:
        """Add a variant with the changes of the highlighted variant and proposal together."""
        proposal, variant = self._proposals.highlighted, self._highlighted_variant()
        if proposal is None or variant is None:
            text = "choose a variant in the table and a proposal in the list: c combines them"
            show_notice(self._screen, text)
        elif set(proposal.edits) <= set(variant.edits):
            text = f"'{variant.name}' has the change of '{proposal.name}' already"
            show_notice(self._screen, text)
        else:
            self._add(combine_changes(self._planner.study, variant, proposal))

    def edit(self) -> None:
        variant = self._target()
        if variant is None:
            text = "no variant is highlighted: space on a proposal makes one"
            show_notice(self._screen, text)
            return

        def keep(answer: VariantAnswer | None) -> None:
            if answer is not None:
                study = replace_variant(self._planner.study, variant.name, answer.variant)
                self._planner.change(study)

        changes = self._previews.preview(variant).description
        dialog = VariantDialog(self._planner.study, variant, new=False, changes=changes)
        self._screen.app.push_screen(dialog, keep)

    def remove(self) -> None:
        """Remove a variant; undo brings it back with its texts."""
        variant = self._target()
        if variant is None:
            show_notice(self._screen, "no variant is highlighted: the baseline stays")
        else:
            self._planner.change(self._planner.study.without_variant(variant.name))

    def record(self) -> None:
        """Offer to make the network in Compose a variant, as changes to the baseline."""
        document = self._screen.workspace.document
        if document.network == document.baseline:
            text = "nothing to record: change the network in Compose (1) first"
            show_notice(self._screen, text)
            return
        try:
            made = document.edits_since(document.baseline)
        except ValueError:
            made = ()
        try:
            edits = difference(document.baseline, document.network, made)
        except EditError as error:
            text = f"this cannot be a variant: {error}; b makes it the baseline"
            show_notice(self._screen, text, error=True)
            return
        study = self._planner.study
        variant = VariantDraft(free_name(study, _name_for(edits)), edits)
        changes = "; ".join(apply_all(document.baseline, edits)[1])
        dialog = VariantDialog(study, variant, new=True, changes=changes, back=bool(made))
        self._screen.app.push_screen(dialog, self._record)

    def set_baseline(self) -> None:
        """Make the network in Compose the baseline of all variants."""
        document = self._screen.workspace.document
        if document.network == document.baseline:
            show_notice(self._screen, "the network in Compose is the baseline already")
        else:
            self._planner.change_baseline(document.network)

    def _record(self, answer: VariantAnswer | None) -> None:
        if answer is None:
            return
        self._add(answer.variant)
        if answer.back_to_baseline:
            document = self._screen.workspace.document
            while document.past and document.network != document.baseline:
                document = document.undone()
            self._screen.workspace.document = document

    def _add(self, variant: VariantDraft) -> None:
        self._planner.change(self._planner.study.with_variant(variant))
        self._table.select(variant.name)

    def _target(self) -> VariantDraft | None:
        """The variant of the highlighted proposal; else the variant under the table's cursor."""
        made = self.proposal and variant_made_from(self._planner.study, self.proposal)
        return made or self._highlighted_variant()

    def _highlighted_variant(self) -> VariantDraft | None:
        name = self._table.highlighted
        return next((v for v in self._planner.study.variants if v.name == name), None)


def _name_for(edits: tuple[Edit, ...]) -> str:
    """A name that says what the only edit does; `recorded` for several or other edits."""
    match edits:
        case (SetFields(_, fields),) if len(fields) == 1:
            return "-".join(str(part) for part in next(iter(fields.items())))
        case (Swap(_, kind, _),):
            return kind
        case (Remove(where),):
            return f"without-{where}"
    return "recorded"
