"""Whether the planned study is saved, looked up in the background."""

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
"""All that a recipe says: a study without its device, and its baseline."""


@dataclass
class SavedStateFound(Message):
    """What files say of a study."""

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
        """None while it is not known."""
        known = self._found is not None and self._found[0] == self._written()
        return self._found[1] if known and self._found else None

    @property
    def saved(self) -> bool:
        """Whether the study's file is known to say what the study says."""
        return self.state is not None and self.state.saved

    @property
    def protocol(self) -> str:
        """The protocol with its epochs, or its name while the rest is not known."""
        return self.state.protocol if self.state else self._planner.study.protocol

    @property
    def data_problem(self) -> str | None:
        """Why the data cannot be trained on; None while that is not known, too."""
        return self.state.data_problem if self.state else None

    def check(self, *, again: bool = False) -> None:
        """Find out, unless that is under way, or known and not wanted `again`."""
        written = self._written()
        if again or (self.state is None and written != self._requested):
            self._requested = written
            run_in_background(lambda: SavedStateFound(written, saved_state(*written)), self._screen)

    def receive(self, message: SavedStateFound) -> None:
        """Keep what was found, unless the study was changed meanwhile."""
        self._requested = None
        if message.written == self._written():
            self._found = message.written, message.state

    def set_saved(self, study: StudyDraft, baseline: Network) -> None:
        """`study` has just been written to its file."""
        self._found = (
            (_without_device(study), baseline),
            SavedState(True, self.protocol, self.data_problem),
        )

    def _written(self) -> Written:
        return _without_device(self._planner.study), self._planner.baseline


def _without_device(study: StudyDraft) -> StudyDraft:
    return replace(study, device=StudyDraft.device)
