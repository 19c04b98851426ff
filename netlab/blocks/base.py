"""What every block spec has: typed fields with bounds, a purpose, a source, and its own checks.

A spec says what a block is; `netlab.modules` says how it is built. Specs are immutable values
without torch, so recipes, forms, help pages and the JSON schema all read the same definition.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator

Shape = tuple[int, ...]
"""What flows between blocks, without the batch: (channels, height, width), or (features,)."""

Norm = Literal["batch", "group", "none"]
"""batch: per channel over the batch; group: over groups of 32 channels, or of as many as divide."""
Activation = Literal["relu", "relu6", "leaky-relu", "silu", "gelu", "hardswish", "none"]

Init = Literal["default", "kaiming", "xavier"]
"""default: torch's own, uniform by fan-in; kaiming: normal by fan-out (He et al., 2015); xavier:
uniform by both (Glorot and Bengio, 2010). The last two start biases at 0."""

RESERVED_NAMES = ("network", "stage")
"""Words that mean something else where a change names the blocks that it meets."""

Channels = Annotated[int, Field(strict=True, ge=1, le=65536)]
Count = Annotated[int, Field(strict=True, ge=1, le=1024)]
Kernel = Annotated[int, Field(strict=True, ge=1, le=31)]
Stride = Annotated[int, Field(strict=True, ge=1, le=8)]
Flag = Annotated[bool, Field(strict=True)]
"""true or false, and not a word that may mean it."""


@dataclass(frozen=True)
class Paper:
    """Where a block comes from."""

    title: str
    authors: str
    year: int
    url: str

    def __str__(self) -> str:
        return f"{self.authors} ({self.year}), {self.title}, {self.url}"


@dataclass(frozen=True)
class Problem:
    """Why a block cannot take what arrives: the field at fault and values that would work."""

    field: str
    message: str
    valid_values: tuple[object, ...] = ()


class BlockSpec(BaseModel):
    """One row of a network: a kind of block and its fields.

    Subclasses set `block: Literal["kind"] = "kind"` and the class attributes below; that alone
    registers them. Fields that are left out and that the network has as settings (`classes`,
    and those of `StyledBlock`) are then the network's.
    """

    # A kind is built when the first block of it is: few networks have more than a handful.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    family: ClassVar[str]
    """The heading under which palettes and lists show the block."""
    purpose: ClassVar[str]
    """What the block is for, in one line."""
    cost: ClassVar[str]
    """What it costs and why, in words that a learner understands."""
    paper: ClassVar[Paper | None] = None
    widths: ClassVar[tuple[str, ...]] = ("channels",)
    """The fields that a network's width multiplier scales, where the block has them."""

    block: str
    repeat: Count = Field(1, description="how many such blocks follow one another")
    name: Annotated[str, Field(max_length=40, pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")] | None = Field(
        None, description="what changes may call the block; means nothing to what it computes"
    )

    @field_validator("name")
    @classmethod
    def _name_is_free(cls, name: str | None) -> str | None:
        if name in RESERVED_NAMES or name in registry():
            raise ValueError(f"'{name}' means something else already: call the block otherwise")
        return name

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        kind = cls.model_fields["block"].default
        if isinstance(kind, str):
            register(kind, cls)

    def check(self, in_shape: Shape) -> Iterator[Problem]:
        """Every reason why this block cannot take `arrives`; nothing where it can."""
        yield from check_is_map(in_shape)

    def unrolled(self) -> tuple[Self, ...]:
        """The block once per repeat; only the first carries the stride."""
        rest: dict[str, object] = {"repeat": 1}
        first = self.model_copy(update=rest)
        if "stride" in type(self).model_fields:
            rest["stride"] = 1
        return (first, *(self.model_copy(update=rest) for _ in range(self.repeat - 1)))

    def scaled_by(self, width: float, multiple: int = 8) -> Self:
        """The block with its `widths` scaled, rounded as MobileNetV2 rounds; itself for 1.

        `multiple` is what the scaled widths are multiples of.
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
        """The block with what it leaves open filled in from the network's `settings`.

        It has no name any more: two blocks that compute the same are then equal.
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
        """The block without a name of its own."""
        return self if self.name is None else self.model_copy(update={"name": None})

    def fields(self) -> dict[str, Any]:
        """The fields that differ from their defaults, in the order of `field_names`."""
        given = self.model_dump(exclude_defaults=True, exclude={"block"})
        return {name: given[name] for name in self.field_names() if name in given}

    def identity(self) -> dict[str, Any]:
        """What the block computes: its kind and `fields`, whatever it is called."""
        return {"block": self.block, **self.unnamed().fields()}

    def field_texts(self) -> dict[str, str]:
        """The same fields in few words, for one line that tells the block; not its name."""
        return {n: format_scalar(value) for n, value in self.fields().items() if n != "name"}

    @classmethod
    def field_names(cls) -> tuple[str, ...]:
        """The names of all fields but `block`: the block's own first, then those it shares."""
        shared = [*BlockSpec.model_fields, *StyledBlock.model_fields]
        own = [name for name in cls.model_fields if name not in shared]
        common = dict.fromkeys(name for name in shared if name in cls.model_fields)
        return (*own, *(name for name in common if name not in ("block", "name")), "name")


class StyledBlock(BlockSpec):
    """A block of convolutions, whose norm, activation and initialisation may be its own."""

    norm: Norm | None = Field(None, description="normalisation; left out, the network's")
    activation: Activation | None = Field(None, description="nonlinearity; left out, the network's")
    init: Init | None = Field(None, description="initial weights; left out, the network's")
    norm_eps: Annotated[float, Field(strict=True, gt=0, lt=1)] | None = Field(
        None, description="added to variances where they divide; left out, the network's"
    )


class DuplicateBlockError(Exception):
    """Two specs claim one kind; a fault in the code, so not for people who write recipes."""


_REGISTRY: dict[str, type[BlockSpec]] = {}


def register(kind: str, spec: type[BlockSpec]) -> None:
    """Enter `spec` under `kind`; raise `DuplicateBlockError`, naming both places, if taken."""
    other = _REGISTRY.get(kind)
    if other is not None and other.__qualname__ != spec.__qualname__:
        places = " and ".join(f"{inspect.getsourcefile(c)} ({c.__name__})" for c in (other, spec))
        raise DuplicateBlockError(f"block '{kind}' is defined twice: {places}")
    _REGISTRY[kind] = spec


def registry() -> dict[str, type[BlockSpec]]:
    """All kinds of block, in the order in which their files define them."""
    return dict(_REGISTRY)


def check_is_map(in_shape: Shape) -> Iterator[Problem]:
    """A block that works on images cannot follow one that gives a vector."""
    if len(in_shape) != 3:
        yield Problem(
            "block",
            f"a vector of {in_shape[0]} features arrives, but this block needs a map "
            "(channels, height, width): move it before the classifier",
        )


def format_scalar(value: object) -> str:
    """A value as recipes and messages write it: true, false, unset, 0.5, silu."""
    if isinstance(value, bool) or value is None:
        return "unset" if value is None else str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def quote_input(given: object, max_chars: int = 60) -> str:
    """What was written, as recipes write it, in at most so many characters; text in quotes."""
    text = f"'{given}'" if isinstance(given, str) else _format_value(given)
    return text if len(text) <= max_chars else f"{text[: max_chars - 1]}…"


def _format_value(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_format_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_format_value, value)) + "]"
    return "null" if value is None else format_scalar(value)


def round_channels(multiple: int, channels: float) -> int:
    """The nearest multiple, at least one, and not below 90 % (Sandler et al., 2018, with 8)."""
    nearest_multiple = max(multiple, int(channels + multiple / 2) // multiple * multiple)
    return nearest_multiple if nearest_multiple >= 0.9 * channels else nearest_multiple + multiple


def divisors(number: int, limit: int | None = None) -> tuple[int, ...]:
    """The divisors of `number` up to `limit`, ascending."""
    return tuple(d for d in range(1, min(number, limit or number) + 1) if number % d == 0)


def nearest_values(values: tuple[int, ...], target: int, max_count: int = 6) -> tuple[int, ...]:
    """At most `most` of `values`, the nearest to `wanted`, ascending."""
    return tuple(sorted(sorted(values, key=lambda v: (abs(v - target), v))[:max_count]))


def check_divides(field: str, groups: int, **counts: int) -> Iterator[Problem]:
    """`groups` has to divide every one of `counts` (name of the count: its value)."""
    for name, count in counts.items():
        if count % groups:
            common = tuple(
                d for d in divisors(min(counts.values())) if not any(c % d for c in counts.values())
            )
            words = name.replace("_", " ")
            yield Problem(
                field,
                f"{field} {groups} does not divide the {count} {words}",
                nearest_values(common, groups),
            )
            return


def check_window_fits(
    in_shape: Shape, kernel: int, padding: int, dilation: int = 1, field: str = "kernel"
) -> Iterator[Problem]:
    """A window of `kernel` has to fit on the padded map."""
    smallest = min(in_shape[1:]) + 2 * padding
    extent = dilation * (kernel - 1) + 1
    if extent > smallest:
        largest = (smallest - 1) // dilation + 1
        yield Problem(
            field,
            f"a window of {extent} does not fit the {in_shape[1]}×{in_shape[2]} map that arrives",
            (largest,) if largest >= 1 else (),
        )


def check_stride(in_shape: Shape, stride: int, field: str = "stride") -> Iterator[Problem]:
    """A stride larger than the map leaves nothing that the network could still look at."""
    smallest = min(in_shape[1:])
    if stride > smallest:
        yield Problem(
            field,
            f"{field} {stride} shrinks the {in_shape[1]}×{in_shape[2]} map that arrives to nothing",
            tuple(range(1, smallest + 1))[-3:],
        )
