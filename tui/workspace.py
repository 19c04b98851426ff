"""The base class of the app: the state that all screens share.

Screens use `Workspace` as the type of the app, so they never import `NetlabApp`. `NetlabApp`
imports the screens, and an import in the other direction would be circular.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from textual.app import App
from textual.dom import DOMNode
from textual.message_pump import MessagePump
from textual.reactive import var
from textual.widget import Widget

from netlab.errors import EditError
from netlab.recipe.edits import Edit
from netlab.recipe.study_draft import StudyDraft
from tui.background.jobs import run_in_background
from tui.background.netlab_command import NetlabCommand
from tui.background.start_study import StartOptions, run_detached
from tui.config.actions import Action
from tui.config.key_names import format_keys
from tui.config.settings import Settings
from tui.model.analyser import Analyser, AnalyserState
from tui.model.analyser_requests import AnalyserFailure, AnalyserRequest, AnswerT, CostsRequest
from tui.model.costs import Costs
from tui.model.network_document import NetworkDocument, PendingText
from tui.model.study_history import StudyHistory
from tui.model.templates import TEMPLATES
from tui.model.tour_step import Tour


@dataclass(frozen=True)
class GuideTiming:
    """A guide whose speed is being measured, and the command that measures it."""

    name: str
    command: NetlabCommand


class Workspace(App[int], inherit_bindings=False):
    """One document, one study, one lab, and the analyser that computes costs.

    Screens watch `document`, which has the network, and edit it with `edit`, `undo` and `redo`.
    `costs` are updated when the analyser answers. They are stale, and shown dimmed, while
    `costs.network` differs from `document.network`.
    """

    document: var[NetworkDocument] = var(NetworkDocument.of(TEMPLATES["residual-14"][1]))
    costs: var[Costs | None] = var(None)
    baseline_costs: var[Costs | None] = var(None)
    analyser_state: var[AnalyserState] = var("starting")
    costs_error: var[str] = var("")
    """Why the analyser gave no costs of the document; empty if it did."""
    pending_text: var[PendingText | None] = var(None)
    """Text edited in the YAML tab that is not applied to the document yet."""
    study: var[StudyDraft] = var(StudyDraft())
    starting: var[tuple[str, ...]] = var(())
    """Names of studies that are being started; their runs may not be in the lab yet."""
    tour: var[Tour] = var(())
    """The steps of the tour; empty if no tour is on."""
    timing: GuideTiming | None = None

    def __init__(
        self,
        lab: Path,
        actions: Mapping[str, Action],
        settings: Settings,
        tour_line: Callable[[str], Widget],
        *,
        analyser: Analyser | None = None,
        ansi_color: bool | None = None,
    ) -> None:
        super().__init__(ansi_color=ansi_color)
        self.lab_path = lab
        self.actions = actions
        self.settings = settings
        self.tour_line = tour_line
        """Makes the widget with the tour's next key, for the screen of the given mode."""
        self.study_history = StudyHistory()
        """The undo and redo steps of `study`. Set it first: watchers of `study` read it."""
        self.analyser = analyser or Analyser(self.set_analyser_state)

    def keys_of(self, action: str) -> str:
        """The keys of the action with id `action`: Textual key names, separated by commas."""
        return self.settings.keys.get(action, self.actions[action].keys)

    def first_key(self, action: str) -> str:
        """The first key of the action with id `action`, formatted for display."""
        return format_keys(self.keys_of(action).partition(",")[0])

    # The document

    def edit(self, edit: Edit) -> bool:
        """Apply `edit` to the document. If it fails, show why and return False."""
        try:
            self.document = self.document.edited(edit)
        except EditError as error:
            self.notify(str(error), severity="error", markup=False)
            return False
        return True

    def undo(self) -> None:
        self.document = self.document.undone()

    def redo(self) -> None:
        self.document = self.document.redone()

    # Training

    def start_study(self, recipe: str, options: StartOptions | None = None) -> None:
        """Start training `recipe` (a file or a saved name) in the background; open Train."""
        self.starting = (*self.starting, Path(recipe).stem)
        self.switch_mode("train")
        run_in_background(
            lambda: run_detached(self.lab_path, recipe, options or StartOptions()), self
        )

    # Costs

    def watch_document(self, document: NetworkDocument) -> None:
        self.analyser.ask(CostsRequest(document.network), "document", self._receive_costs)
        if self.baseline_costs is None or self.baseline_costs.network != document.baseline:
            self.analyser.ask(CostsRequest(document.baseline), "baseline", self._receive_baseline)

    def _receive_costs(self, answer: Costs | AnalyserFailure) -> None:
        if isinstance(answer, AnalyserFailure):
            self.costs_error = answer.message
        else:
            self.costs_error, self.costs = "", answer

    def _receive_baseline(self, answer: Costs | AnalyserFailure) -> None:
        if not isinstance(answer, AnalyserFailure):
            self.baseline_costs = answer

    def ask(
        self,
        request: AnalyserRequest[AnswerT],
        slot: str,
        asker: MessagePump,
        then: Callable[[AnswerT | AnalyserFailure], None],
    ) -> None:
        """Send `request` to the analyser; `asker` calls `then` with the answer in its message queue.

        A newer request of the same kind and `slot` replaces an older one that has no answer yet.
        """
        self.analyser.ask(request, slot, lambda answer: asker.call_later(then, answer))

    def set_analyser_state(self, state: AnalyserState) -> None:
        self.analyser_state = state


def workspace_of(node: DOMNode) -> Workspace:
    """The workspace that a widget or screen belongs to."""
    app = node.app
    assert isinstance(app, Workspace)
    return app
