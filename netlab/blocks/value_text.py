"""Values as text, in the notation of recipes and messages."""

from __future__ import annotations


def format_scalar(value: object) -> str:
    """A value in the notation of recipes and messages: true, false, unset, 0.5, silu."""
    if isinstance(value, bool) or value is None:
        return "unset" if value is None else str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def quote_input(given: object, max_chars: int = 60) -> str:
    """A value from a recipe, quoted if it is text, in at most `max_chars` characters."""
    text = f"'{given}'" if isinstance(given, str) else _format_value(given)
    return text if len(text) <= max_chars else f"{text[: max_chars - 1]}…"


def _format_value(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_format_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_format_value, value)) + "]"
    return "null" if value is None else format_scalar(value)
