"""Values and networks as YAML text: values on one line, a network with one block a line."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from netlab.blocks import BlockSpec
from netlab.recipe.network import Network

UNQUOTED_TEXT = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
YAML_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
INVISIBLE_CHARS = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
"""Characters that YAML refuses or editors hide, beside those that JSON escapes."""


def flow_yaml(value: Any) -> str:
    """A value as YAML on one line: `{block: conv, channels: 16}`."""
    if isinstance(value, Mapping):
        items = ", ".join(f"{flow_yaml(key)}: {flow_yaml(item)}" for key, item in value.items())
        return f"{{{items}}}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow_yaml(item) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, str):
        if UNQUOTED_TEXT.fullmatch(value) and value.lower() not in YAML_WORDS:
            return value
        quoted = json.dumps(value, ensure_ascii=False)
        return INVISIBLE_CHARS.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)
    return repr(value)


def row_text(spec: BlockSpec) -> str:
    """One row as a recipe writes it."""
    return flow_yaml({"block": spec.block, **spec.fields()})


def written_settings(network: Network) -> dict[str, Any]:
    """Input, classes, and the settings that differ from their defaults."""
    given = network.model_dump(mode="json", exclude_defaults=True, exclude={"blocks"})
    return {"input": list(network.input), "classes": network.classes, **given}


def network_text(network: Network) -> str:
    """The `network:` part of a recipe, one block a line."""
    lines = ["network:"]
    lines += [f"  {name}: {flow_yaml(value)}" for name, value in written_settings(network).items()]
    lines.append("  blocks:")
    lines += [f"    - {row_text(spec)}" for spec in network.blocks]
    return "\n".join(lines) + "\n"
