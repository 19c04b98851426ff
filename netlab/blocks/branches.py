"""Split–transform–merge: any blocks, in parallel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, field_validator

from netlab.blocks.base import BlockSpec
from netlab.blocks.parsing import Block
from netlab.blocks.types import Paper, StrictModel


class Branch(StrictModel):
    """One of the paths from the input to the merge."""

    name: Annotated[str, Field(min_length=1, max_length=40)] = Field(
        description="the name of the branch in messages"
    )
    blocks: tuple[Block, ...] = Field((), description="empty: the input, unchanged")


class Branches(BlockSpec):
    """concat(f_1(x), f_2(x), …) or f_1(x) + f_2(x) + …, each f_i a list of blocks."""

    family: ClassVar[str] = "Branches"
    purpose: ClassVar[str] = (
        "split–transform–merge: apply several lists of blocks to the same map, then merge their "
        "outputs"
    )
    cost: ClassVar[str] = (
        "the sum of its blocks; merging adds no MACs, but every branch keeps its maps "
        "for the backward pass"
    )
    paper: ClassVar[Paper | None] = Paper(
        "Going deeper with convolutions", "Szegedy et al.", 2014, "https://arxiv.org/abs/1409.4842"
    )

    block: Literal["branches"] = "branches"
    branches: tuple[Branch, ...] = Field(
        min_length=2, description="a name and a list of blocks for each: {name: a, blocks: […]}"
    )
    merge: Literal["concat", "sum"] = Field(
        "concat",
        description="concat: channels side by side, maps of one size; sum: maps of one shape",
    )

    @field_validator("branches", mode="after")
    @classmethod
    def _names_differ(cls, branches: tuple[Branch, ...]) -> tuple[Branch, ...]:
        names = [branch.name for branch in branches]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two branches are called '{name}'")
        return branches

    def unrolled(self) -> tuple[Self, ...]:
        """The block once per repeat; in all but the first every stride is 1."""
        first = self.model_copy(update={"repeat": 1})
        rest = first.with_each(_without_stride)
        return (first, *([rest] * (self.repeat - 1)))

    def scaled_by(self, width: float, multiple: int = 8) -> Self:
        return self if width == 1 else self.with_each(lambda spec: spec.scaled_by(width, multiple))

    def resolved(self, settings: Mapping[str, Any]) -> Self:
        return super().unnamed().with_each(lambda spec: spec.resolved(settings))

    def unnamed(self) -> Self:
        return super().unnamed().with_each(lambda spec: spec.unnamed())

    def fields(self) -> dict[str, Any]:
        """As in `BlockSpec`; each inner block has its kind and the fields that are not defaults."""
        given = super().fields()
        given["branches"] = [
            {
                "name": branch.name,
                "blocks": [{"block": spec.block, **spec.fields()} for spec in branch.blocks],
            }
            for branch in self.branches
        ]
        return given

    def field_texts(self) -> dict[str, str]:
        """As in `BlockSpec`; each branch has its name and the kinds of its blocks."""
        branches = (
            f"{branch.name}: {' → '.join(spec.block for spec in branch.blocks) or 'unchanged'}"
            for branch in self.branches
        )
        return {**super().field_texts(), "branches": "; ".join(branches)}

    def with_each(self, change: Callable[[BlockSpec], BlockSpec]) -> Self:
        branches = tuple(
            branch.model_copy(update={"blocks": tuple(change(spec) for spec in branch.blocks)})
            for branch in self.branches
        )
        return self.model_copy(update={"branches": branches})


def _without_stride(spec: BlockSpec) -> BlockSpec:
    if isinstance(spec, Branches):
        return spec.with_each(_without_stride)
    return spec.model_copy(update={"stride": 1}) if "stride" in type(spec).model_fields else spec
