"""The requests to the analyser and the types of their answers."""

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
    """A request whose answer has type `AnswerT`."""

    ask: str
    """The analyser's name for this kind of request."""

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """The fields of the request as JSON values."""

    @abstractmethod
    def read(self, reply: dict[str, Any]) -> AnswerT:
        """The answer in `reply`. Raises `KeyError`, `TypeError` or `ValueError` if it is invalid."""


@dataclass(frozen=True)
class CostsRequest(AnalyserRequest[Costs]):
    """Asks for the costs of a network."""

    network: Network
    ask: str = field(default="costs", init=False)

    def to_dict(self) -> dict[str, Any]:
        return {"network": self.network.model_dump(mode="json")}

    def read(self, reply: dict[str, Any]) -> Costs:
        return Costs.from_answer(self.network, reply)


@dataclass(frozen=True)
class PreparedCostsRequest(AnalyserRequest[PreparedCosts]):
    """Asks for the costs of a variant as it will be trained."""

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
    """Asks for the layer tree or PyTorch code of `network`, under the name `name`."""

    ask: Literal["tree", "code"]
    network: Network
    name: str

    def to_dict(self) -> dict[str, Any]:
        return {"network": self.network.model_dump(mode="json"), "name": self.name}

    def read(self, reply: dict[str, Any]) -> str:
        if not isinstance(reply["text"], str):
            raise TypeError("the text is none")
        return reply["text"]
