"""The values that specs share: shapes, choices, bounded numbers, papers, problems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Shape = tuple[int, ...]
"""The shape between blocks, without the batch: (channels, height, width), or (features,)."""

Norm = Literal["batch", "group", "none"]
"""batch: per channel over the batch; group: over at most 32 groups of channels."""
Activation = Literal["relu", "relu6", "leaky-relu", "silu", "gelu", "hardswish", "none"]

Init = Literal["default", "kaiming", "xavier"]
"""default: torch's own, uniform by fan-in; kaiming: normal by fan-out (He et al., 2015); xavier:
uniform by both (Glorot and Bengio, 2010). The last two start biases at 0."""

Channels = Annotated[int, Field(strict=True, ge=1, le=65536)]
Count = Annotated[int, Field(strict=True, ge=1, le=1024)]
Kernel = Annotated[int, Field(strict=True, ge=1, le=31)]
Stride = Annotated[int, Field(strict=True, ge=1, le=8)]
StrictBool = Annotated[bool, Field(strict=True)]
"""true or false; no other spelling."""


class StrictModel(BaseModel):
    """Immutable, strict about unknown keys, and without infinite numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True)
class Paper:
    """The publication that introduced a block."""

    title: str
    authors: str
    year: int
    url: str

    def __str__(self) -> str:
        return f"{self.authors} ({self.year}), {self.title}, {self.url}"


@dataclass(frozen=True)
class Problem:
    """Why a block cannot take its input: the field at fault and its valid values."""

    field: str
    message: str
    valid_values: tuple[object, ...] = ()
