"""A whole network, row by row: shapes and costs, without allocating a single weight."""

from __future__ import annotations

from dataclasses import dataclass

from netlab.analysis.cost import Cost, row_cost, total_cost
from netlab.blocks import BlockSpec, Shape
from netlab.errors import BlockError
from netlab.modules.build import with_row
from netlab.recipe.network import Network


@dataclass(frozen=True)
class RowAnalysis:
    """One row: its block as written, the shapes on both sides of it, and its cost."""

    number: int
    spec: BlockSpec
    in_shape: Shape
    out_shape: Shape
    cost: Cost


@dataclass(frozen=True)
class Analysis:
    """Every row of a network that can be built."""

    network: Network
    rows: tuple[RowAnalysis, ...]

    @property
    def cost(self) -> Cost:
        """The whole network's cost for one image."""
        return total_cost(row.cost for row in self.rows)

    @property
    def output(self) -> Shape:
        """The shape that leaves the network, without the batch."""
        return self.rows[-1].out_shape


def analyse(network: Network) -> Analysis:
    """Shapes and costs of all rows. Raises `BlockError`, naming the row, where one cannot be."""
    rows: list[RowAnalysis] = []
    arrives: Shape = network.input
    for number, spec in enumerate(network.blocks, start=1):
        try:
            cost, leaves = row_cost(network.resolved(spec), arrives)
        except BlockError as error:
            raise with_row(error, number) from None
        rows.append(RowAnalysis(number, spec, arrives, leaves, cost))
        arrives = leaves
    return Analysis(network, tuple(rows))


def check_trainable(analysis: Analysis) -> None:
    """A network can be trained if it ends in one score per class. Raises `BlockError` if not."""
    network, last = analysis.network, analysis.rows[-1]
    own = getattr(last.spec, "classes", None)
    if own is not None and last.out_shape == (own,) != (network.classes,):
        raise BlockError(
            f"this head scores {own} classes, but the network is to tell {network.classes} apart: "
            "leave its 'classes' out, and set them once, for the network",
            row=last.number,
            kind=last.spec.block,
            field="classes",
        )
    if last.out_shape != (network.classes,):
        raise BlockError(
            f"the network ends in {shape_text(last.out_shape)}, but training needs "
            f"{network.classes} class scores: end it with 'block: classifier'",
            row=last.number,
            kind=last.spec.block,
        )


def shape_text(shape: Shape) -> str:
    """`16×32×32`, as people write shapes."""
    return "×".join(str(side) for side in shape)
