"""What every block spec has: typed fields with bounds, a purpose, a paper, and its own checks.

A spec says what a block is; `netlab.modules` says how it is built. Specs are immutable values
without torch, so recipes, forms, help pages and the JSON schema all read the same definition.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator

from netlab.blocks.arithmetic import round_channels
from netlab.blocks.shape_checks import check_stride
from netlab.blocks.types import Activation, Count, Init, Norm, Paper, Problem, Shape
from netlab.blocks.value_text import format_scalar

RESERVED_NAMES = ("network", "stage")
"""Words with another meaning in the selectors of changes."""


class BlockSpec(BaseModel):
    """One row of a network: a kind of block and its fields.

    Subclasses set `block: Literal["kind"] = "kind"` and the class attributes below; this registers
    them. A field that is left out and that is also a setting of the network (`classes`, and those
    of `StyledBlock`) takes the network's value.
    """

    # Validators of a kind are built for its first block: few networks use more than a handful.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    family: ClassVar[str]
    """The block's heading in lists and palettes."""
    purpose: ClassVar[str]
    """What the block is for, in one line."""
    cost: ClassVar[str]
    """What it costs and why, for learners."""
    paper: ClassVar[Paper | None] = None
    widths: ClassVar[tuple[str, ...]] = ("channels",)
    """The fields that a network's width multiplier scales, if the block has them."""

    block: str
    repeat: Count = Field(1, description="how many such blocks follow one another")
    name: Annotated[str, Field(max_length=40, pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")] | None = Field(
        None, description="a name for the block in changes; does not affect what it computes"
    )

    @field_validator("name")
    @classmethod
    def _name_is_free(cls, name: str | None) -> str | None:
        if name in RESERVED_NAMES or name in registry():
            raise ValueError(f"'{name}' has another meaning already: choose another name")
        return name

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        kind = cls.model_fields["block"].default
        if isinstance(kind, str):
            register(kind, cls)

    def check(self, in_shape: Shape) -> Iterator[Problem]:
        """Every reason why this block cannot take `in_shape`; nothing if it can."""
        if len(in_shape) == 3:
            yield from self.check_map(in_shape)
            yield from check_stride(in_shape, getattr(self, "stride", 1))
            return
        yield Problem(
            "block",
            f"the input is a vector of {in_shape[0]} features, but this block needs a map "
            "(channels, height, width): move it before the classifier",
        )

    def check_map(self, in_shape: Shape) -> Iterator[Problem]:  # noqa: ARG002
        """Every reason, except its stride, why this block cannot take a map of `in_shape`."""
        yield from ()

    def unrolled(self) -> tuple[Self, ...]:
        """The block once per repeat; only the first has the stride."""
        rest: dict[str, object] = {"repeat": 1}
        first = self.model_copy(update=rest)
        if "stride" in type(self).model_fields:
            rest["stride"] = 1
        return (first, *(self.model_copy(update=rest) for _ in range(self.repeat - 1)))

    def scaled_by(self, width: float, multiple: int = 8) -> Self:
        """The block with its `widths` scaled and rounded to `multiple`, as in MobileNetV2.

        A width of 1 changes nothing.
        """
        if width == 1:
            return self
        return self.model_copy(
            update={
                name: round_channels(multiple, getattr(self, name) * width)
                for name in self.widths
                if isinstance(getattr(self, name, None), int)
            }
        )

    def resolved(self, settings: Mapping[str, Any]) -> Self:
        """The block with its open fields filled in from the network's `settings`.

        Its name is dropped, so that two blocks that compute the same are equal.
        """
        names = type(self).model_fields
        changed = {
            name: value
            for name, value in settings.items()
            if name in names and getattr(self, name) is None
        }
        unnamed = self.unnamed()
        return unnamed.model_copy(update=changed) if changed else unnamed

    def unnamed(self) -> Self:
        return self if self.name is None else self.model_copy(update={"name": None})

    def fields(self) -> dict[str, Any]:
        """The fields that differ from their defaults, in the order of `field_names`."""
        given = self.model_dump(exclude_defaults=True, exclude={"block"})
        return {name: given[name] for name in self.field_names() if name in given}

    def identity(self) -> dict[str, Any]:
        """What the block computes: its kind and `fields`, without its name."""
        return {"block": self.block, **self.unnamed().fields()}

    def field_texts(self) -> dict[str, str]:
        """The fields of `fields` as short texts for one line, without the name."""
        return {n: format_scalar(value) for n, value in self.fields().items() if n != "name"}

    @classmethod
    def field_names(cls) -> tuple[str, ...]:
        """The names of all fields but `block`: the block's own first, then those it shares."""
        shared = [*BlockSpec.model_fields, *StyledBlock.model_fields]
        own = [name for name in cls.model_fields if name not in shared]
        common = dict.fromkeys(name for name in shared if name in cls.model_fields)
        return (*own, *(name for name in common if name not in ("block", "name")), "name")


class StyledBlock(BlockSpec):
    """A block of convolutions that can have its own norm, activation and initialisation."""

    norm: Norm | None = Field(None, description="normalisation; left out, the network's")
    activation: Activation | None = Field(None, description="nonlinearity; left out, the network's")
    init: Init | None = Field(None, description="initial weights; left out, the network's")
    norm_eps: Annotated[float, Field(strict=True, gt=0, lt=1)] | None = Field(
        None, description="epsilon of the normalisation; left out, the network's"
    )


class DuplicateBlockError(Exception):
    """Two specs have the same kind: a mistake in the code, not in a recipe."""


_REGISTRY: dict[str, type[BlockSpec]] = {}


def register(kind: str, spec: type[BlockSpec]) -> None:
    """Register `spec` under `kind`. Raises `DuplicateBlockError`, naming both files, if taken."""
    other = _REGISTRY.get(kind)
    if other is not None and other.__qualname__ != spec.__qualname__:
        files = " and ".join(f"{inspect.getsourcefile(c)} ({c.__name__})" for c in (other, spec))
        raise DuplicateBlockError(f"block '{kind}' is defined twice: {files}")
    _REGISTRY[kind] = spec


def registry() -> dict[str, type[BlockSpec]]:
    """All kinds of block, in the order of their definition."""
    return dict(_REGISTRY)
