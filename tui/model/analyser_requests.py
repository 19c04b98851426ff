"""What the analyser can be asked, and what each question is answered with."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

from netlab.recipe.edit_trace import RequestedFields
from netlab.recipe.network import Network
from netlab.recipe.study import Match
from tui.model.costs import Costs, PreparedCosts

AnswerT = TypeVar("AnswerT")


@dataclass(frozen=True)
class AnalyserFailure:
    """Why there is no answer."""

    message: str


class AnalyserRequest(ABC, Generic[AnswerT]):
    """A question with the type of its answer."""

    ask: str
    """What is asked, as the analyser names it."""

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """The details of the question as JSON values."""

    @abstractmethod
    def read(self, reply: dict[str, Any]) -> AnswerT:
        """The answer in a reply. Raises `KeyError`, `TypeError` or `ValueError` for any other."""


@dataclass(frozen=True)
class CostsRequest(AnalyserRequest[Costs]):
    """What a network costs."""

    network: Network
    ask: str = field(default="costs", init=False)

    def to_dict(self) -> dict[str, Any]:
        return {"network": self.network.model_dump(mode="json")}

    def read(self, reply: dict[str, Any]) -> Costs:
        return Costs.from_answer(self.network, reply)


@dataclass(frozen=True)
class PreparedCostsRequest(AnalyserRequest[PreparedCosts]):
    """What a variant costs as it will be trained."""

    network: Network
    requested: RequestedFields = field(hash=False)
    match: Match | None
    baseline: Network
    ask: str = field(default="prepare", init=False)

    def to_dict(self) -> dict[str, Any]:
        match = self.match
        return {
            "network": self.network.to_dict(),
            "requests": [{name: list(one) for name, one in row.items()} for row in self.requested],
            "match": match.model_dump(mode="json", exclude_none=True) if match else None,
            "baseline": self.baseline.to_dict(),
        }

    def read(self, reply: dict[str, Any]) -> PreparedCosts:
        return PreparedCosts.from_answer(reply)


@dataclass(frozen=True)
class TextRequest(AnalyserRequest[str]):
    """The tree of layers, or the PyTorch code, of a network that is called `name`."""

    ask: Literal["tree", "code"]
    network: Network
    name: str

    def to_dict(self) -> dict[str, Any]:
        return {"network": self.network.model_dump(mode="json"), "name": self.name}

    def read(self, reply: dict[str, Any]) -> str:
        if not isinstance(reply["text"], str):
            raise TypeError("the text is none")
        return reply["text"]
