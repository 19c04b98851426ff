"""A whole network, row by row: shapes and costs, without allocating any weights."""

from __future__ import annotations

from dataclasses import dataclass

from netlab.analysis.cost import Cost, row_cost, total_cost
from netlab.blocks import BlockSpec, Shape
from netlab.errors import BlockError
from netlab.format import format_shape
from netlab.modules.build import with_row
from netlab.recipe.edits import SetFields
from netlab.recipe.network import Network


@dataclass(frozen=True)
class RowAnalysis:
    """One row, from 1: its block as written, its shapes, and its cost."""

    number: int
    spec: BlockSpec
    in_shape: Shape
    out_shape: Shape
    cost: Cost


@dataclass(frozen=True)
class Analysis:
    """All rows of a network that can be built."""

    network: Network
    rows: tuple[RowAnalysis, ...]

    @property
    def cost(self) -> Cost:
        return total_cost(row.cost for row in self.rows)

    @property
    def output(self) -> Shape:
        """The network's output shape, without the batch."""
        return self.rows[-1].out_shape


@dataclass(frozen=True)
class AdjustedNetwork:
    """A network that can be built after automatic `edits`, each with its description."""

    analysis: Analysis
    edits: tuple[SetFields, ...] = ()
    descriptions: tuple[str, ...] = ()

    @property
    def network(self) -> Network:
        return self.analysis.network


def analyse(network: Network) -> Analysis:
    """Shapes and costs of all rows. Raises `BlockError` with the row that cannot be built."""
    rows: list[RowAnalysis] = []
    in_shape: Shape = network.input
    for number, spec in enumerate(network.blocks, start=1):
        try:
            cost, out_shape = row_cost(network.resolved(spec), in_shape)
        except BlockError as error:
            raise with_row(error, number) from None
        rows.append(RowAnalysis(number, spec, in_shape, out_shape, cost))
        in_shape = out_shape
    return Analysis(network, tuple(rows))


def check_trainable(analysis: Analysis) -> None:
    """Raise `BlockError` if the network does not end in one score per class."""
    network, last = analysis.network, analysis.rows[-1]
    own_classes = getattr(last.spec, "classes", None)
    if own_classes is not None and last.out_shape == (own_classes,) != (network.classes,):
        raise BlockError(
            f"this head scores {own_classes} classes, but the network has {network.classes}: "
            "leave its 'classes' out, and set them once, for the network",
            row=last.number,
            kind=last.spec.block,
            field="classes",
        )
    if last.out_shape != (network.classes,):
        raise BlockError(
            f"the network ends in {format_shape(last.out_shape)}, but training needs "
            f"{network.classes} class scores: end it with 'block: classifier'",
            row=last.number,
            kind=last.spec.block,
        )
