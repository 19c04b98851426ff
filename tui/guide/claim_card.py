"""One claim of a guide: what the source says, what the user expects, what came out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Static

from netlab.report.verdicts.verdict import PREDICTION_WORDS
from netlab.sanitize import sanitize
from netlab.suggest import with_lab
from tui.guide.guide_text import guess_result, prediction_time
from tui.widgets.definition_list import Definition, DefinitionBlock, DefinitionList
from tui.workspace import workspace_of

if TYPE_CHECKING:
    from netlab.report.guide_status import ClaimOutcome
    from netlab.report.guides import GuideQuestion
    from netlab.report.verdicts.verdict import VerdictKind

CLAIM_LABEL_WIDTH = 9


class ClaimKeys(NamedTuple):
    """The keys of the actions on a claim, as they are shown to people."""

    holds: str
    fails: str
    no_guess: str
    time: str


@dataclass(frozen=True)
class ClaimStatus:
    """Everything that a card shows."""

    number: int
    outcome: ClaimOutcome
    pending: bool = False
    """Whether the prediction is still being written to the lab."""


class GuessChoice(Static):
    """One possible prediction for a claim; a click chooses it."""

    DEFAULT_CSS = """
    GuessChoice { width: auto; height: 1; padding: 0 2 0 0; }
    GuessChoice:hover { background: $panel; }
    """

    @dataclass
    class Chosen(Message):
        """The user chose this prediction; None is no guess."""

        guess: VerdictKind | None

    def __init__(self, guess: VerdictKind | None, key: str) -> None:
        super().__init__(markup=False)
        self.guess = guess
        self.key = key

    def show(self, predicted: VerdictKind | None) -> None:
        """Show a mark if `predicted` is this choice."""
        own = self.guess == predicted
        text = Text(f"{'●' if own else '○'} {PREDICTION_WORDS[self.guess]}", "bold" if own else "")
        self.update(text.append(f" ({self.key})", "not bold dim"))

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.post_message(self.Chosen(self.guess))


class ClaimCard(Vertical, can_focus=True):
    """A claim. The arrow keys go to the next or previous claim; each choice shows its key."""

    HELP: ClassVar[str] = (
        "A claim of the source, and how it is checked here. Say what you expect before anything\n"
        "runs: it is written down with the time. What is written after runs have started counts\n"
        "as late. Claims about counts need no run, so there is nothing to guess about them."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "go(1)", "Next claim", show=False),
        Binding("up,k", "go(-1)", "Previous claim", show=False),
    ]
    DEFAULT_CSS = """
    ClaimCard { height: auto; margin-top: 1; border-left: blank; padding-left: 1; }
    ClaimCard:focus { border-left: thick $accent; }
    ClaimCard > .expect { height: auto; layout: horizontal; }
    ClaimCard > .expect > .label { width: 9; height: 1; color: $text-muted; }
    ClaimCard > .expect > .when { width: 1fr; height: auto; color: $text-muted; }
    ClaimCard > .when { height: auto; padding-left: 9; color: $text-muted; }
    """

    @dataclass
    class Moved(Message):
        """The focus should move on by `steps` cards (negative: back)."""

        card: ClaimCard
        steps: int

    @dataclass
    class Guessed(Message):
        """The user expects this of the claim; None is no guess."""

        card: ClaimCard
        guess: VerdictKind | None

    def __init__(self, question: GuideQuestion, keys: ClaimKeys, *, ascii: bool):  # noqa: A002
        super().__init__()
        self.question = question
        self._keys = keys
        self._ascii = ascii
        self._status: ClaimStatus | None = None

    def compose(self) -> ComposeResult:
        yield DefinitionList(CLAIM_LABEL_WIDTH)
        if not self.question.static:
            with Horizontal(classes="expect"):
                yield Static("expect", classes="label", markup=False)
                for guess, key in zip(PREDICTION_WORDS, self._keys[:3], strict=True):
                    yield GuessChoice(guess, key)
            yield Static(classes="when", markup=False)
        yield DefinitionList(CLAIM_LABEL_WIDTH)

    def show_status(self, status: ClaimStatus) -> None:
        """Show `status`; draw nothing if it is unchanged."""
        if status == self._status:
            return
        self._status = status
        claim, found = self.query(DefinitionList)
        claim.show([_claim(status, self.question, self._keys.time)])
        lines = tuple(_found(status.outcome, workspace_of(self).lab_path, ascii=self._ascii))
        found.show([DefinitionBlock(lines=lines)])
        found.display = bool(lines)
        for choice in self.query(GuessChoice):
            choice.show(status.outcome.predicted)
        for when in self.query(".when").results(Static):
            text = "writing it down …" if status.pending else prediction_time(status.outcome)
            when.update(text)
            when.display = bool(text)

    def action_go(self, steps: int) -> None:
        self.post_message(self.Moved(self, steps))

    def on_guess_choice_chosen(self, message: GuessChoice.Chosen) -> None:
        message.stop()
        self.focus()
        self.post_message(self.Guessed(self, message.guess))


def _claim(status: ClaimStatus, question: GuideQuestion, time_key: str) -> DefinitionBlock:
    figure = sanitize(question.figure) or "no figure"
    source = f" ({sanitize(question.source)})" if question.source else ""
    lines: list[Definition] = [("source", f"{figure}{source}"), ("check", sanitize(question.check))]
    if question.static:
        lines.append(("expect", "nothing to guess: it is counted, without a run"))
    elif question.from_timing:
        lines.append(("needs", f"rounds of timing besides the runs: {time_key} takes them"))
    return DefinitionBlock(f"{status.number}. {sanitize(question.says)}", lines=tuple(lines))


def _found(one: ClaimOutcome, lab: Path, *, ascii: bool) -> Iterator[Definition]:  # noqa: A002
    verdict = one.verdict
    if verdict is None:
        return
    explanation = with_lab(sanitize(verdict.explanation), lab)
    yield "verdict", f"{verdict.label(ascii_only=ascii)}: {explanation}"
    if one.predicted is not None:
        yield "guess", guess_result(one)
