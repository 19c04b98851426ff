"""A network as a value: the input it takes, and a list of blocks."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, PlainSerializer

from netlab.blocks import BlockSpec
from netlab.blocks.parsing import Block
from netlab.blocks.types import Activation, Init, Norm, StrictModel

Side = Annotated[int, Field(strict=True, ge=1, le=4096)]


class Network(StrictModel):
    """Input shape, classes and blocks; immutable, so an edit gives a new network."""

    input: tuple[Side, Side, Side] = Field(description="channels, height and width of one image")
    classes: int = Field(10, strict=True, ge=2, le=100_000, description="classes to tell apart")
    norm: Norm = Field("batch", description="normalisation of every block that names none")
    activation: Activation = Field("relu", description="nonlinearity of blocks that name none")
    init: Init = Field("default", description="initial weights of every block that names none")
    norm_eps: Annotated[float, Field(strict=True, gt=0, lt=1)] = Field(
        1e-5, description="added to variances where they divide"
    )
    width: Annotated[float, Field(strict=True, gt=0, le=16)] = Field(
        1.0, description="scales the channels of every block; they are rounded where it is not 1"
    )
    width_multiple: Annotated[int, Field(strict=True, ge=1, le=1024)] = Field(
        8, description="what scaled channels are rounded to a multiple of"
    )
    blocks: tuple[Block, ...] = Field(min_length=1, description="from the image to the classes")

    def resolved(self, spec: BlockSpec) -> BlockSpec:
        """`spec` scaled by the network's width, with what it leaves to the network filled in."""
        inherited = ("norm", "activation", "init", "norm_eps", "classes")
        settings = {name: getattr(self, name) for name in inherited}
        return spec.scaled_by(self.width, self.width_multiple).resolved(settings)

    def resolved_blocks(self) -> tuple[BlockSpec, ...]:
        """All blocks with what they leave to the network filled in, as modules are built from."""
        return tuple(self.resolved(spec) for spec in self.blocks)

    def identity(self) -> dict[str, Any]:
        """What the network is, without the defaults: a new field with a default changes no hash."""
        return {**self._settings(), "blocks": [spec.identity() for spec in self.blocks]}

    def to_dict(self) -> dict[str, Any]:
        """The network as JSON values without the defaults, the names of its blocks included."""
        rows = [{"block": spec.block, **spec.fields()} for spec in self.blocks]
        return {**self._settings(), "blocks": rows}

    def _settings(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude_defaults=True, exclude={"blocks"})

    def with_blocks(self, blocks: tuple[BlockSpec, ...]) -> Self:
        return self.model_copy(update={"blocks": blocks})


StoredNetwork = Annotated[Network, PlainSerializer(Network.to_dict)]
"""A network, in JSON without the defaults."""
