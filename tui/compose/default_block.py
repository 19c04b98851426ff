"""A new block from the palette: fields without a default get fitting values."""

from __future__ import annotations

from typing import Any

from netlab.blocks import KINDS, BlockSpec, Shape
from netlab.blocks.parsing import parse_block
from netlab.recipe.network import Network
from tui.compose.field_validation import nearest_valid, problems
from tui.compose.form_fields import FormField, fields_of

DEFAULT_LAYERS = 4
"""The value of a required field that does not count channels, such as `layers`."""


def default_block(network: Network, at: int, kind: str, in_shape: Shape | None) -> BlockSpec:
    """A block of `kind` to insert as row `at` of `network`; `in_shape` is its input, if known."""
    channels = in_shape[0] if in_shape and len(in_shape) == 3 else 64
    needed = [field for field in fields_of(KINDS[kind]) if field.required]
    spec = parse_block(
        {"block": kind, **{f.name: _default_value(f, needed, channels) for f in needed}}
    )
    return _adjusted_to(network, at, spec, in_shape) if in_shape else spec


def _default_value(field: FormField, needed: list[FormField], channels: int) -> Any:
    if field.kind == "nested":
        half = {"block": "conv", "channels": max(1, channels // 2)}
        return [
            {"name": "1x1", "blocks": [half | {"kernel": 1}]},
            {"name": "3x3", "blocks": [half]},
        ]
    if field.kind in ("choice", "switch"):
        return field.choices[0]
    if not field.counts_channels:
        return DEFAULT_LAYERS
    share = sum(other.counts_channels for other in needed)
    channels_each = max(1, channels // share)
    return max(int(field.low or 1), channels_each)


def _adjusted_to(network: Network, at: int, spec: BlockSpec, in_shape: Shape) -> BlockSpec:
    """`spec` with as many invalid fields as possible changed to values valid for `in_shape`."""
    by_name = {field.name: field for field in fields_of(type(spec))}
    for _field in by_name:
        trial = network.with_blocks((*network.blocks[: at - 1], spec, *network.blocks[at - 1 :]))
        problem = next(problems(trial, at, in_shape), None)
        if problem is None or problem.field not in by_name:
            return spec
        field = by_name[problem.field]
        value = nearest_valid(trial, at, in_shape, field, getattr(spec, field.name))
        if value is None:
            return spec
        spec = spec.model_copy(update={field.name: value})
    return spec
