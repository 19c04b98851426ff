"""The document of the app, and what the analyser tells of it and of other networks."""

from __future__ import annotations

from typing import Any

from textual.message import Message
from textual.reactive import var

from netlab.recipe.network import Network
from tui.model.analyser import Analyser, AnalyserState, InvalidReplyError, Reply
from tui.model.costs import Costs, PreparedCosts
from tui.model.network_document import DEFAULT_NETWORK, NetworkDocument
from tui.shell.css_cache import CssCache


class CostsFound(Message):
    """The costs of another network than the document's, for the screen that asked about it."""

    def __init__(self, about: str, costs: Costs) -> None:
        super().__init__()
        self.about = about
        self.costs = costs


class SettledFound(Message):
    """What a variant costs as it will be trained, or why that is not known."""

    def __init__(self, context: object, settled: PreparedCosts | str) -> None:
        super().__init__()
        self.context = context
        self.costs = settled


class Workspace(CssCache, inherit_bindings=False):
    """An app whose `costs` follow its `document` as the analyser answers.

    While `costs.network` is not the document's, the figures are stale and shown dimmed.
    """

    analyser: Analyser
    """Set before the app starts."""
    document: var[NetworkDocument] = var(NetworkDocument.of(DEFAULT_NETWORK))
    costs: var[Costs | None] = var(None)
    baseline_costs: var[Costs | None] = var(None)
    analyser_state: var[AnalyserState] = var("starting")
    answer: var[Reply | None] = var(None)
    """The newest answer to anything but costs, and to costs that could not be told."""

    def watch_document(self, document: NetworkDocument) -> None:
        """Ask for the costs of what the document holds now."""
        self.request_costs("document", document.network)
        if self.baseline_costs is None or self.baseline_costs.network != document.baseline:
            self.request_costs("baseline", document.baseline)

    def request_costs(self, about: str, network: Network) -> None:
        """Ask about `network`. The screen gets `CostsFound` with the same `about`."""
        self.analyser.ask("costs", about, network, network=network.model_dump(mode="json"))

    def request_prepared_costs(self, about: str, context: object, **question: Any) -> None:
        """Ask what a variant costs as it will be trained. The screen gets `SettledFound`."""
        self.analyser.ask("settle", about, context, **question)

    def _receive_prepared(self, answer: Reply) -> None:
        if answer.value is None:
            found: PreparedCosts | str = answer.error or ""
        else:
            try:
                found = PreparedCosts.from_answer(answer.value)
            except (KeyError, TypeError, ValueError) as error:
                raise InvalidReplyError from error
        self.screen_stack[0].post_message(SettledFound(answer.context, found))

    def receive_reply(self, answer: Reply) -> None:
        """Take an answer. Raises `InvalidReplyError` where it cannot be one."""
        if answer.ask == "settle":
            self._receive_prepared(answer)
            return
        if answer.value is None or answer.ask != "costs":
            if answer.value is not None and not isinstance(answer.value.get("text"), str):
                raise InvalidReplyError
            self.answer = answer
            return
        try:
            costs = Costs.from_answer(answer.context, answer.value)
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidReplyError from error
        if answer.about == "document":
            self.costs = costs
        elif answer.about == "baseline":
            self.baseline_costs = costs
        else:
            self.screen_stack[0].post_message(CostsFound(answer.about, costs))

    def set_analyser_state(self, state: AnalyserState) -> None:
        """Keep what the analyser process is doing now."""
        self.analyser_state = state
