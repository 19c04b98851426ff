"""Shapes and rows as short text."""

from __future__ import annotations

from netlab.blocks import BlockSpec
from netlab.format import format_shape
from netlab.recipe.network import Network
from netlab.sanitize import sanitize

EIGHTHS = " ▏▎▍▌▋▊▉█"


def bar(share: float, width: int) -> str:
    """A bar of `width` cells, filled by `share` (0 to 1) to an eighth of a cell."""
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    if share > 0 and eighths == 0:
        eighths = 1
    whole, rest = divmod(eighths, 8)
    return ("█" * whole + (EIGHTHS[rest] if rest else "")).ljust(width)


def key_fields(spec: BlockSpec) -> str:
    """The fields of a row, the channels first: `32 · stride 2 · groups 4`."""
    parts: list[str] = []
    for name, value in spec.fields().items():
        if name == "repeat":
            continue
        if name == "channels":
            parts.insert(0, str(value))
        elif isinstance(value, bool):
            parts.append(name if value else f"no {name}")
        elif isinstance(value, list):
            parts.append(sanitize(spec.field_texts()[name]))
        else:
            parts.append(f"{name} {value}")
    return " · ".join(part.replace("_", " ") for part in parts)


def network_line(network: Network) -> str:
    """`3×32×32 · 10 classes · norm batch · relu`."""
    parts = [
        format_shape(network.input),
        f"{network.classes} classes",
        f"norm {network.norm}",
        network.activation,
    ]
    if network.width != 1:
        parts.append(f"width {network.width:g}")
    if network.init != "default":
        parts.append(f"init {network.init}")
    return " · ".join(parts)
