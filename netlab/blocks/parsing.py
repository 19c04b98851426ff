"""Parse the mapping of a block in a recipe into its spec."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, SerializeAsAny
from pydantic_core import PydanticCustomError

from netlab.blocks.base import BlockSpec, registry
from netlab.blocks.value_text import quote_input
from netlab.errors import did_you_mean


def parse_block(value: Any) -> BlockSpec:
    """A block spec from its mapping in a recipe. Faults become pydantic errors."""
    if isinstance(value, BlockSpec):
        return value
    if not isinstance(value, dict):
        raise PydanticCustomError(
            "block_mapping",
            "a block is a mapping such as {example}, not {given}",
            {"example": "{block: conv, channels: 16}", "given": quote_input(value)},
        )
    if "block" not in value:
        raise PydanticCustomError("block_missing", "say which block this is: 'block: KIND'")
    kind, kinds = value["block"], registry()
    if not isinstance(kind, str) or kind not in kinds:
        raise PydanticCustomError(
            "block_unknown",
            "no block is called '{kind}': {remedy}",
            {"kind": str(kind), "remedy": did_you_mean(str(kind), kinds)},
        )
    return kinds[kind].model_validate(value)


Block = Annotated[SerializeAsAny[BlockSpec], BeforeValidator(parse_block)]
"""Any kind of block, as a field of another model."""
