"""Costs and faults of a network, read from the analyser's answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from netlab.recipe.network import Network


@dataclass(frozen=True)
class RowCost:
    """Shapes and costs of one row."""

    row: int
    in_shape: tuple[int, ...]
    out_shape: tuple[int, ...]
    params: int
    macs: int
    activations: int


@dataclass(frozen=True)
class Fault:
    """Why a row cannot be built, or (`trainable_only`) why the network cannot be trained."""

    message: str
    row: int | None
    kind: str | None
    field: str | None
    valid_values: tuple[Any, ...]
    trainable_only: bool = False


@dataclass(frozen=True)
class Costs:
    """The costs of all rows of `network`, or of the rows before the faulty one."""

    network: Network
    rows: tuple[RowCost, ...]
    params: int
    macs: int
    macs_with_bias: int
    activations: int
    forward_backward_mb: float
    fault: Fault | None

    @classmethod
    def from_answer(cls, network: Network, answer: dict[str, Any]) -> Costs:
        """Reads the analyser's answer. Raises `KeyError`, `TypeError` or `ValueError`."""
        if len(answer["rows"]) > len(network.blocks):
            raise ValueError("more rows than the network has")
        fault = answer["fault"]
        return cls(
            network=network,
            rows=tuple(
                RowCost(
                    **{
                        **row,
                        "in_shape": tuple(row["in_shape"]),
                        "out_shape": tuple(row["out_shape"]),
                    }
                )
                for row in answer["rows"]
            ),
            fault=Fault(**{**fault, "valid_values": tuple(fault["valid_values"])})
            if fault
            else None,
            **answer["total"],
        )

    def in_shape(self, row: int) -> tuple[int, ...] | None:
        if row == 1:
            return self.network.input
        return self.rows[row - 2].out_shape if row - 2 < len(self.rows) else None


@dataclass(frozen=True)
class PreparedCosts:
    """What a variant costs as it will be trained: repaired, and scaled to a cost if requested."""

    costs: Costs
    adjustments: tuple[str, ...]
    """Descriptions of the changes by repairs and scaling, without the variant's edits."""

    @classmethod
    def from_answer(cls, answer: dict[str, Any]) -> PreparedCosts:
        """Reads the analyser's answer. Raises `KeyError`, `TypeError` or `ValueError`."""
        network = Network.model_validate(answer["network"])
        return cls(Costs.from_answer(network, answer), tuple(map(str, answer["descriptions"])))


def known_in_shape(network: Network, row: int, costs: Costs | None) -> tuple[int, ...] | None:
    """The input shape of `row`; None if `costs` is of a network with other rows before it."""
    if row == 1:
        return network.input
    if row == 0 or costs is None:
        return None
    before = network.with_blocks(network.blocks[: row - 1])
    known = costs.network.with_blocks(costs.network.blocks[: row - 1])
    return costs.in_shape(row) if before == known else None
