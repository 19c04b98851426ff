"""The document of the app, and what the analyser tells of it and of other networks."""

from __future__ import annotations

from typing import Any

from textual.message import Message
from textual.reactive import var

from netlab.recipe.network import Network
from tui.analyser import Analyser, Answer, NonsenseError, State
from tui.costs import Costs, Settled
from tui.document import TEMPLATE, Document
from tui.styling import Styling


class CostsFound(Message):
    """The costs of another network than the document's, for the screen that asked about it."""

    def __init__(self, about: str, costs: Costs) -> None:
        super().__init__()
        self.about = about
        self.costs = costs


class SettledFound(Message):
    """What a variant costs as it will be trained, or why that is not known."""

    def __init__(self, context: object, settled: Settled | str) -> None:
        super().__init__()
        self.context = context
        self.settled = settled


class Costing(Styling, inherit_bindings=False):
    """An app whose `costs` follow its `document` as the analyser answers.

    While `costs.network` is not the document's, the figures are stale and shown dimmed.
    """

    analyser: Analyser
    """Set before the app starts."""
    document: var[Document] = var(Document.of(TEMPLATE))
    costs: var[Costs | None] = var(None)
    baseline_costs: var[Costs | None] = var(None)
    analyser_state: var[State] = var("starting")
    answer: var[Answer | None] = var(None)
    """The newest answer to anything but costs, and to costs that could not be told."""

    def watch_document(self, document: Document) -> None:
        """Ask for the costs of what the document holds now."""
        self.ask_costs("document", document.network)
        if self.baseline_costs is None or self.baseline_costs.network != document.baseline:
            self.ask_costs("baseline", document.baseline)

    def ask_costs(self, about: str, network: Network) -> None:
        """Ask about `network`. The screen gets `CostsFound` with the same `about`."""
        self.analyser.ask("costs", about, network, network=network.model_dump(mode="json"))

    def ask_settled(self, about: str, context: object, **question: Any) -> None:
        """Ask what a variant costs as it will be trained. The screen gets `SettledFound`."""
        self.analyser.ask("settle", about, context, **question)

    def _settled(self, answer: Answer) -> None:
        if answer.value is None:
            found: Settled | str = answer.error or ""
        else:
            try:
                found = Settled.from_answer(answer.value)
            except (KeyError, TypeError, ValueError) as error:
                raise NonsenseError from error
        self.screen_stack[0].post_message(SettledFound(answer.context, found))

    def _answered(self, answer: Answer) -> None:
        """Take an answer. Raises `NonsenseError` where it cannot be one."""
        if answer.ask == "settle":
            self._settled(answer)
            return
        if answer.value is None or answer.ask != "costs":
            if answer.value is not None and not isinstance(answer.value.get("text"), str):
                raise NonsenseError
            self.answer = answer
            return
        try:
            costs = Costs.from_answer(answer.context, answer.value)
        except (KeyError, TypeError, ValueError) as error:
            raise NonsenseError from error
        if answer.about == "document":
            self.costs = costs
        elif answer.about == "baseline":
            self.baseline_costs = costs
        else:
            self.screen_stack[0].post_message(CostsFound(answer.about, costs))

    def _analyser_changed(self, state: State) -> None:
        self.analyser_state = state
