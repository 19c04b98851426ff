"""The list of proposals: what could be changed on the baseline, grouped by question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from netlab.recipe.proposals import Proposal
from tui.widgets.options import VimOptions

PROPOSAL_NAME_WIDTH = 18


class ProposalList(Vertical):
    """Proposals, with a tick on those that are variants; Enter or a click changes the tick."""

    HELP: ClassVar[str] = (
        "What could be changed on the baseline, by the question that the change asks.\n"
        "Space, enter or a click makes a proposal a variant of the study, or takes it out again.\n"
        "Any number can be chosen, a chooses all of a question; c joins one to the highlighted\n"
        "variant. The table shows what each costs before anything runs."
    )
    DEFAULT_CSS = """
    ProposalList {
        & > Input { height: 1; border: none; padding: 0 1; background: $boost; }
        & > Input:disabled { display: none; }
        & > VimOptions {
            height: 1fr; border: none; padding: 0; background: transparent;
            scrollbar-size-vertical: 1;
            text-wrap: nowrap; text-overflow: ellipsis;
            &:focus { border: none; background-tint: transparent; }
            & > .option-list--option { padding: 0 1; }
            & > .option-list--option-disabled { color: $text; text-style: bold; }
        }
        & > #no-proposals { display: none; padding: 0 1; color: $text-muted; }
    }
    """

    @dataclass
    class Chosen(Message):
        """The user pressed Enter on a proposal, or clicked it."""

        proposal: Proposal

    class Highlighted(Message):
        """The cursor moved to another proposal."""

    def __init__(self) -> None:
        super().__init__(id="proposals")
        self.border_title = " What could be changed "
        self._all: tuple[Proposal, ...] = ()
        self._ticked: frozenset[Proposal] = frozenset()
        self._shown: dict[str, Proposal] = {}
        """The listed proposals by the ids of their options."""
        self._query = ""

    def compose(self) -> ComposeResult:
        yield Input(
            placeholder="search proposals", id="proposal-search", compact=True, disabled=True
        )
        yield VimOptions(id="proposal-options", markup=False)
        yield Static(id="no-proposals", markup=False)

    @property
    def options(self) -> VimOptions:
        return self.query_one(VimOptions)

    @property
    def highlighted(self) -> Proposal | None:
        option = self.options.highlighted_option
        return self._shown.get(option.id) if option and option.id else None

    @property
    def same_question(self) -> tuple[Proposal, ...]:
        """The listed proposals that have the same question as the one under the cursor."""
        here = self.highlighted
        return tuple(p for p in self._shown.values() if here and p.question == here.question)

    def show(self, proposals: tuple[Proposal, ...], ticked: Iterable[Proposal]) -> None:
        """Show these proposals, with a tick on the `ticked` ones; the cursor does not move."""
        before, self._ticked = self._ticked, frozenset(ticked)
        if proposals != self._all:
            self._all = proposals
            self._rebuild()
            return
        for option, proposal in self._shown.items():
            if proposal in before ^ self._ticked:
                self.options.replace_option_prompt(option, self._line_of(option))

    def search(self) -> None:
        field = self.query_one(Input)
        field.disabled = False
        field.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._query = event.value.strip().lower()
        self._rebuild()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.options.focus()

    def key_escape(self) -> None:
        field = self.query_one(Input)
        field.disabled = True
        field.value = ""
        self.options.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_id in self._shown:
            self.post_message(self.Chosen(self._shown[event.option_id]))

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if event.option_id in self._shown:
            self.post_message(self.Highlighted())

    def _rebuild(self) -> None:
        kept = self.highlighted
        self._shown = {
            f"proposal-{index}": proposal
            for index, proposal in enumerate(self._all)
            if self._query in f"{proposal.name} {proposal.because}".lower()
        }
        options: list[Option] = []
        for question, group in groupby(
            self._shown, key=lambda option: self._shown[option].question
        ):
            options.append(Option(Text(question), disabled=True))
            options += [Option(self._line_of(option), id=option) for option in group]
        self.options.clear_options()
        self.options.add_options(options)
        self.options.display = bool(options)
        empty = self.query_one("#no-proposals", Static)
        empty.display = not options
        empty.update(self._empty_text())
        if options:
            ids = [option for option, p in self._shown.items() if kept and p.name == kept.name]
            at = ids[0] if ids else next(iter(self._shown))
            self.options.highlighted = self.options.get_option_index(at)

    def _line_of(self, option: str) -> Content:
        proposal = self._shown[option]
        ticked = proposal in self._ticked
        return Content.assemble(
            (
                f"{'[x]' if ticked else '[ ]'} {proposal.name:<{PROPOSAL_NAME_WIDTH}} ",
                "b" if ticked else "",
            ),
            proposal.because,
        )

    def _empty_text(self) -> str:
        if self._query:
            return f"Nothing here has '{self._query}'. Esc shows everything."
        return "Nothing to propose for this network. Change it in Compose (1) and record it (r)."
