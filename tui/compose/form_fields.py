"""The fields of a form, from the schema of a block spec or of the network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from netlab.blocks import BlockSpec
from netlab.recipe.edits import INPUT_FIELDS
from netlab.recipe.network import Network

FieldKind = Literal["whole", "number", "choice", "switch", "text", "nested"]


class InvalidText(Exception):  # noqa: N818
    """The typed text is not a valid value; the message says what is expected."""


@dataclass(frozen=True)
class FormField:
    """A field of the form: its kind, bounds, choices and default."""

    name: str
    kind: FieldKind
    help: str = ""
    low: float | None = None
    high: float | None = None
    open_low: bool = False
    """Whether the bound `low` is exclusive; `open_high` is the same for `high`."""
    open_high: bool = False
    choices: tuple[Any, ...] = ()
    optional: bool = False
    """Whether it can be left out; the network or the block then sets its value."""
    default: Any = None
    required: bool = False
    counts_channels: bool = False
    """Whether the value is a number of channels, which changes in steps of eight."""

    @property
    def accepts(self) -> str:
        if self.kind in ("choice", "switch"):
            return " | ".join(format_value(choice) for choice in self.choices)
        if self.kind == "nested":
            return "branches, each a name and its blocks; enter opens them"
        if self.kind == "text":
            return "any words"
        low = "" if self.low is None else f"{'above ' if self.open_low else ''}{self.low:g}"
        high = "" if self.high is None else f"{'below ' if self.open_high else ''}{self.high:g}"
        return f"{low} to {high}" if low or high else "any number"

    def parse(self, text: str) -> Any:
        """The value of `text`; None if it is empty and optional. Raises `InvalidText`."""
        text = text.strip()
        if not text and self.optional:
            return None
        if self.kind in ("choice", "switch"):
            for choice in self.choices:
                if format_value(choice) == text.lower():
                    return choice
            raise InvalidText(f"'{text}' is not one of {self.accepts}")
        if self.kind == "text":
            return text
        try:
            return int(text) if self.kind == "whole" else float(text)
        except ValueError:
            expected = "a whole number" if self.kind == "whole" else "a number"
            raise InvalidText(
                f"'{text}' is not {expected}" if text else f"type {expected}"
            ) from None

    def in_bounds(self, value: float) -> bool:
        above = self.low is None or value > self.low or (value == self.low and not self.open_low)
        below = (
            self.high is None or value < self.high or (value == self.high and not self.open_high)
        )
        return above and below

    def steps(self, value: Any, direction: int, start: Any = None) -> Iterator[Any]:
        """The values after `value` in one direction (1 or -1), the nearest first.

        If `value` is None (the field is left out), the steps begin at `start`.
        """
        if self.kind in ("choice", "switch"):
            yield from self._choices_after(value, direction)
            return
        if self.kind in ("nested", "text"):
            return
        if value is None:
            value = start if start is not None else self.default or self.low or 0
        while self.in_bounds(value := self._next(value, direction)):
            yield value

    def _choices_after(self, value: Any, direction: int) -> Iterator[Any]:
        choices = (None, *self.choices) if self.optional else self.choices
        index = choices.index(value) if value in choices else 0
        for distance in range(1, len(choices)):
            yield choices[(index + direction * distance) % len(choices)]

    def _next(self, value: float, direction: int) -> float:
        if self.kind == "whole":
            if self.counts_channels and value + direction >= 8:
                return (value // 8 + 1) * 8 if direction > 0 else (value - 1) // 8 * 8
            return value + direction
        if value <= 1e-3 and self.high is not None and self.high <= 1 and self.open_low:
            return float(f"{value * (10.0 if direction > 0 else 0.1):.3g}")
        step = 0.1 if self.high is not None and self.high <= 1 else 0.25
        return round(value + direction * step, 6)


def format_value(value: Any) -> str:
    """`value` as text for the form."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


@cache
def fields_of(spec: type[BlockSpec]) -> tuple[FormField, ...]:
    """The form fields of a block kind: every field that has more than one valid value."""
    schema = spec.model_json_schema()
    required = set(schema.get("required", ()))
    made = (
        _form_field(name, schema["properties"][name], name in required, name in spec.widths)
        for name in spec.field_names()
    )
    return tuple(field for field in made if field is not None)


@cache
def network_fields() -> tuple[FormField, ...]:
    """The form fields of the network: input, classes and what the blocks inherit."""
    properties = Network.model_json_schema()["properties"]
    side = FormField("", "whole", "side of the images, in pixels", 1, 4096)
    fields = [replace(side, name=name) for name in INPUT_FIELDS]
    fields[0] = replace(fields[0], help="channels of one image: 3 for colour, 1 for grey")
    for name in Network.model_fields:
        if name not in ("input", "blocks"):
            field = _form_field(name, properties[name], required=False, width=False)
            assert field is not None
            fields.append(field)
    return tuple(fields)


BRANCH_FIELDS = (FormField("name", "text", "what the branch is called", required=True),)


def _form_field(name: str, schema: dict[str, Any], required: bool, width: bool) -> FormField | None:
    parts = schema.get("anyOf", [schema])
    part = next(part for part in parts if part.get("type") != "null")
    if "const" in part:
        return None
    low, high = part.get("minimum"), part.get("maximum")
    field = FormField(
        name,
        _kind(part),
        schema.get("description", ""),
        low=low if low is not None else part.get("exclusiveMinimum"),
        high=high if high is not None else part.get("exclusiveMaximum"),
        open_low=low is None,
        open_high=high is None,
        choices=tuple(part.get("enum", ())),
        optional=len(parts) > 1,
        default=schema.get("default"),
        required=required,
        counts_channels=width,
    )
    return replace(field, choices=(False, True)) if field.kind == "switch" else field


def _kind(schema: dict[str, Any]) -> FieldKind:
    if "enum" in schema:
        return "choice"
    kinds: dict[str, FieldKind] = {
        "boolean": "switch",
        "integer": "whole",
        "number": "number",
        "string": "text",
    }
    return kinds.get(str(schema.get("type")), "nested")
