"""The short form of a recipe: what `--quick` trains instead."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from netlab.datasets.data_spec import Data
from netlab.recipe.protocol import Protocol
from netlab.recipe.study import Seeds


class Quick(BaseModel):
    """What a first look trains with instead; what is left out stays as in the recipe."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: Data | None = None
    protocol: Protocol | None = None
    seeds: Seeds | None = Field(None, description="one run of each variant each")
    epochs: Annotated[int, Field(strict=True, ge=1, le=100_000)] | None = Field(
        None, description="in place of the protocol's"
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("the short form is empty: give it data, protocol, seeds or epochs")
        return self
