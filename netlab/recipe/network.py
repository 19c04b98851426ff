"""A network as a value: the input it takes, and a list of blocks."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SerializeAsAny
from pydantic_core import PydanticCustomError

from netlab.blocks import KINDS, BlockSpec
from netlab.blocks.base import Activation, Norm
from netlab.errors import did_you_mean

Side = Annotated[int, Field(strict=True, ge=1, le=4096)]


def parse_block(value: Any) -> BlockSpec:
    """A block spec from its mapping in a recipe. Faults become pydantic errors."""
    if isinstance(value, BlockSpec):
        return value
    if not isinstance(value, dict):
        raise PydanticCustomError(
            "block_mapping",
            "a block is a mapping such as {example}, not {given}",
            {"example": "{block: conv, channels: 16}", "given": repr(value)},
        )
    if "block" not in value:
        raise PydanticCustomError("block_missing", "say which block this is: 'block: KIND'")
    kind = value["block"]
    if not isinstance(kind, str) or kind not in KINDS:
        raise PydanticCustomError(
            "block_unknown",
            "no block is called '{kind}': {remedy}",
            {"kind": str(kind), "remedy": did_you_mean(str(kind), KINDS)},
        )
    return KINDS[kind].model_validate(value)


Block = Annotated[SerializeAsAny[BlockSpec], BeforeValidator(parse_block)]


class Network(BaseModel):
    """Input shape, classes and blocks; immutable, so an edit gives a new network."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: tuple[Side, Side, Side] = Field(description="channels, height and width of one image")
    classes: int = Field(10, strict=True, ge=2, le=100_000, description="classes to tell apart")
    norm: Norm = Field("batch", description="normalisation of every block that names none")
    activation: Activation = Field("relu", description="nonlinearity of blocks that name none")
    blocks: tuple[Block, ...] = Field(min_length=1, description="from the image to the classes")

    def resolved(self, spec: BlockSpec) -> BlockSpec:
        """`spec` with what it leaves to the network filled in."""
        ours = {"norm": self.norm, "activation": self.activation, "classes": self.classes}
        names = type(spec).model_fields
        missing = {k: v for k, v in ours.items() if k in names and getattr(spec, k) is None}
        return spec.model_copy(update=missing) if missing else spec

    def stack(self) -> tuple[BlockSpec, ...]:
        """All blocks with what they leave to the network filled in, as modules are built from."""
        return tuple(self.resolved(spec) for spec in self.blocks)

    def identity(self) -> dict[str, Any]:
        """What the network is, without the defaults: a new field with a default changes no hash."""
        return {
            **self.model_dump(mode="json", exclude_defaults=True, exclude={"blocks"}),
            "blocks": [{"block": spec.block, **spec.fields()} for spec in self.blocks],
        }

    def with_blocks(self, blocks: tuple[BlockSpec, ...]) -> Self:
        """The same network with other blocks."""
        return self.model_copy(update={"blocks": blocks})
