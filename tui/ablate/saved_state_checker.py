"""Find out, in the background, whether the planned study is saved."""

from __future__ import annotations

from dataclasses import dataclass, replace

from textual.message import Message
from textual.message_pump import MessagePump

from netlab.recipe.network import Network
from netlab.recipe.study_draft import StudyDraft
from tui.ablate.study_planner import StudyPlanner
from tui.background.jobs import run_in_background
from tui.model.study_file import SavedState, saved_state

Written = tuple[StudyDraft, Network]
"""All that a recipe contains: a study without its device, and its baseline."""


@dataclass
class SavedStateFound(Message):
    """The result of comparing a study with its file."""

    written: Written
    state: SavedState


class SavedStateChecker:
    """Compares the study with its file. `screen` gets `SavedStateFound`."""

    def __init__(self, screen: MessagePump, planner: StudyPlanner) -> None:
        self._screen = screen
        self._planner = planner
        self._found: tuple[Written, SavedState] | None = None
        self._requested: Written | None = None

    @property
    def state(self) -> SavedState | None:
        """What was found about the current study; None if it is not known yet."""
        known = self._found is not None and self._found[0] == self._written()
        return self._found[1] if known and self._found else None

    @property
    def saved(self) -> bool:
        """Whether the file is known to contain the current study."""
        return self.state is not None and self.state.saved

    @property
    def protocol(self) -> str:
        """The protocol with its epochs; only its name until the epochs are known."""
        return self.state.protocol if self.state else self._planner.study.protocol

    @property
    def data_problem(self) -> str | None:
        """Why training on the data is impossible; None if it is possible or not known yet."""
        return self.state.data_problem if self.state else None

    def check(self, *, again: bool = False) -> None:
        """Start a check if the result is unknown and none is under way; with `again`, always."""
        written = self._written()
        if again or (self.state is None and written != self._requested):
            self._requested = written
            run_in_background(lambda: SavedStateFound(written, saved_state(*written)), self._screen)

    def receive(self, message: SavedStateFound) -> None:
        """Keep the result, unless the study has changed since the check started."""
        self._requested = None
        if message.written == self._written():
            self._found = message.written, message.state

    def set_saved(self, study: StudyDraft, baseline: Network) -> None:
        """Note that `study` has just been written to its file."""
        self._found = (
            (_without_device(study), baseline),
            SavedState(True, self.protocol, self.data_problem),
        )

    def _written(self) -> Written:
        return _without_device(self._planner.study), self._planner.baseline


def _without_device(study: StudyDraft) -> StudyDraft:
    return replace(study, device=StudyDraft.device)
