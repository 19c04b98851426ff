"""`netlab blocks`."""

from __future__ import annotations

import shutil
import textwrap
from typing import TYPE_CHECKING, Any

import click

from netlab.cli.shared.command_options import json_option
from netlab.cli.shared.output import print_json, print_lines
from netlab.errors import NetlabError, did_you_mean

if TYPE_CHECKING:
    from netlab.blocks import BlockSpec


BRANCHES_EXAMPLE = (
    "- block: branches",
    "  branches:",
    "    - {name: 1x1, blocks: [{block: conv, channels: 16, kernel: 1}]}",
    "    - {name: 3x3, blocks: [{block: conv, channels: 16}]}",
)
"""Example of `branches`, the only block with a required field that is not a number."""


@click.command()
@click.argument("kind", required=False)
@json_option()
def blocks(kind: str | None, as_json: bool) -> None:
    """List all blocks by family, or describe the block KIND."""
    from netlab.blocks import KINDS

    if kind is not None and kind not in KINDS:
        raise NetlabError(f"no block is called '{kind}': {did_you_mean(kind, KINDS)}")
    chosen = {kind: KINDS[kind]} if kind else KINDS
    if as_json:
        print_json([block_as_dict(name, spec) for name, spec in chosen.items()])
    else:
        print_lines(block_page(kind, KINDS[kind]) if kind else blocks_table(KINDS))


def block_as_dict(kind: str, spec: type[BlockSpec]) -> dict[str, Any]:
    """One block as JSON values, its fields as a JSON schema."""
    return {
        "block": kind,
        "family": spec.family,
        "purpose": spec.purpose,
        "cost": spec.cost,
        "paper": str(spec.paper) if spec.paper else None,
        "schema": spec.model_json_schema(),
    }


def blocks_table(kinds: dict[str, type[BlockSpec]]) -> list[str]:
    """All blocks by family, one per line; long purposes are cut to the terminal's width."""
    lines: list[str] = []
    width = max(len(kind) for kind in kinds)
    space = shutil.get_terminal_size((100, 24)).columns - width - 4
    for family in sorted({spec.family for spec in kinds.values()}):
        lines += ["", family] if lines else [family]
        lines += [
            f"  {kind:<{width}}  {textwrap.shorten(spec.purpose, space, placeholder=' …')}"
            for kind, spec in kinds.items()
            if spec.family == family
        ]
    return [*lines, "", "`netlab blocks conv` describes one."]


def block_page(kind: str, spec: type[BlockSpec]) -> list[str]:
    """One block: purpose, formula, fields with bounds and defaults, cost, source."""
    lines = [f"{kind} ({spec.family})", "", *textwrap.wrap(spec.purpose, 78)]
    lines += textwrap.wrap((spec.__doc__ or "").splitlines()[0], 78)
    for name, default, allowed, meaning in field_rows(spec):
        lines += ["", *_indented(f"{name}: {allowed} ({default})", 2, 4), *_indented(meaning, 6, 6)]
    lines.append("")
    lines += textwrap.wrap(f"Cost: {spec.cost}.", 78)
    if spec.paper:
        lines += ["", *textwrap.wrap(f"Source: {spec.paper}", 78, break_on_hyphens=False)]
    example = (f"  {line}" for line in example_recipe(kind, spec))
    return [*lines, "", "A recipe to try:", "", *example]


STEM_CHANNELS = 48
"""Input channels of the block in its example; many numbers of groups divide them."""


def example_recipe(kind: str, spec: type[BlockSpec]) -> list[str]:
    """The lines of a small recipe with the block; only its required fields are given."""
    body = [f"    - {{{', '.join([f'block: {kind}', *required_fields(spec)])}}}"]
    if kind == "branches":
        body = [f"    {line}" for line in BRANCHES_EXAMPLE]
    head = [] if spec.family == "Heads" else ["    - {block: classifier}"]
    stem = f"    - {{block: conv, channels: {STEM_CHANNELS}}}"
    return ["network:", "  input: [3, 32, 32]", "  blocks:", stem, *body, *head]


def required_fields(spec: type[BlockSpec]) -> list[str]:
    """The required fields, with values that are valid together after the stem."""
    names = [name for name, field in spec.model_fields.items() if field.is_required()]
    from pydantic import ValidationError

    for value in (STEM_CHANNELS, 64, 96, 16, 4):
        fields = dict.fromkeys(names, value)
        try:
            if not any(spec.model_validate(fields).check((STEM_CHANNELS, 32, 32))):
                return [f"{name}: {value}" for name in names]
        except ValidationError:
            continue
    return [f"{name}: …" for name in names]


def field_rows(spec: type[BlockSpec]) -> list[list[str]]:
    """Name, default, allowed values and meaning of every field."""
    schema = spec.model_json_schema()
    required = set(schema.get("required", ()))
    rows = []
    for name in spec.field_names():
        field = schema["properties"][name]
        default = "required" if name in required else _describe_default(field.get("default"))
        rows.append([name, default, describe_values(field), field.get("description", "")])
    return rows


def describe_values(field: dict[str, Any]) -> str:
    """The values that a field of a JSON schema allows: `1–9`, `a | b`."""
    if "anyOf" in field:
        return " or ".join(
            describe_values(part) for part in field["anyOf"] if part.get("type") != "null"
        )
    if field.get("type") == "array":
        return "a list"
    if "enum" in field:
        return " | ".join(_format_value(value) for value in field["enum"])
    if "const" in field:
        return _format_value(field["const"])
    if field.get("type") == "boolean":
        return "true | false"
    low = field.get("minimum", field.get("exclusiveMinimum"))
    high = field.get("maximum", field.get("exclusiveMaximum"))
    if low is not None or high is not None:
        return f"{'' if low is None else low}–{'' if high is None else high}"
    return str(field.get("type", ""))


def _indented(text: str, first: int, others: int) -> list[str]:
    return textwrap.wrap(text, 78, initial_indent=" " * first, subsequent_indent=" " * others)


def _describe_default(value: Any) -> str:
    return "optional" if value is None else f"default {_format_value(value)}"


def _format_value(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
