"""One block with other fields, and one block in a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from netlab.blocks import KINDS, BlockSpec
from netlab.blocks.parsing import parse_block
from netlab.errors import BlockError, EditError
from netlab.recipe.yaml.validation_messages import validation_messages


def with_fields(spec: BlockSpec, fields: Mapping[str, Any], kind: str | None = None) -> BlockSpec:
    """`spec` with other values in `fields`, perhaps as another `kind`, which keeps what it has too.

    Raises `EditError` that names the field at fault.
    """
    kind = kind or spec.block
    known = KINDS[kind].model_fields
    kept = {name: value for name, value in spec.fields().items() if name in known}
    values = {"block": kind, **kept, **fields}
    try:
        return parse_block(values)
    except ValidationError as error:
        found = validation_messages(error, KINDS[kind], values)
        path, message = next((f for f in found if f[0] and f[0][0] in fields), found[0])
        raise EditError(f"{kind}: {message}", str(path[0]) if path else None) from None
    except BlockError as error:
        raise EditError(str(error), error.field) from None


def describe_block(spec: BlockSpec) -> str:
    """`basic ×2 (channels 16, stride 2)`; `basic 'late' (channels 64)` where it has a name."""
    fields = {name: value for name, value in spec.field_texts().items() if name != "repeat"}
    times = f" ×{spec.repeat}" if spec.repeat > 1 else ""
    inside = ", ".join(f"{name} {value}" for name, value in fields.items())
    name = f" '{spec.name}'" if spec.name else ""
    return f"{spec.block}{name}{times}" + (f" ({inside})" if inside else "")
