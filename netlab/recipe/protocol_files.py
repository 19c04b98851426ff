"""Protocols by name or file, and recipes that name one or change one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from netlab.blocks.value_text import format_scalar
from netlab.errors import RecipeError
from netlab.recipe.library import find_protocol
from netlab.recipe.protocol import Protocol
from netlab.recipe.yaml.document import YamlDocument, YamlPath, read_document
from netlab.recipe.yaml.field_examples import example_line
from netlab.recipe.yaml.validation_messages import unknown_field_message, validate_document

DEFAULT_PROTOCOL = "standard"


def load_protocol(argument: str) -> Protocol:
    """The protocol of that name or file. Raises `RecipeError`."""
    return validate_document(Protocol, _read(find_protocol(argument)))


def expand_protocols(document: YamlDocument, folder: Path) -> YamlDocument:
    """A recipe with its protocol written out, and that of its short form.

    Files that it names lie beside it in `folder`. Raises `RecipeError`.
    """
    protocol = document.values.get("protocol", DEFAULT_PROTOCOL)
    document = _expand(document, folder, protocol, ("protocol",))
    quick = document.values.get("quick")
    if isinstance(quick, dict) and "protocol" in quick:
        document = _expand(document, folder, quick["protocol"], ("quick", "protocol"))
    return document


def _expand(document: YamlDocument, folder: Path, written: Any, path: YamlPath) -> YamlDocument:
    """Replace the name of a protocol, or lay what is written over the protocol that it extends."""
    changes = dict(written) if isinstance(written, dict) else {}
    name = changes.pop("extends", None) if isinstance(written, dict) else written
    if name is None:
        return document
    if not isinstance(name, str):
        line = example_line("protocol", None, written)
        raise document.error(f"name a protocol, or write one out, such as '{line}'", path)
    try:
        file = find_protocol(name, beside=folder)
    except RecipeError as error:
        raise document.error(error.message, path) from None
    base = _read(file)
    values = base.values
    if isinstance(written, dict):
        label = ", ".join(f"{key} {format_scalar(value)}" for key, value in _flattened(changes))
        changed = YamlDocument("", {**changes, "changed": label})
        values = changed.merged_over(base).values
    locations = {(*path, *inner): location for inner, location in base.locations.items()}
    return YamlDocument(
        document.file,
        _with_value(document.values, path, values),
        {**locations, **document.locations},
    )


def _read(path: Path) -> YamlDocument:
    """A protocol file, called by the name of its file unless it has its own."""
    document = read_document(path)
    for key, value in document.values.items():
        if key not in Protocol.model_fields:
            message = unknown_field_message(key, value, Protocol, document.values)
            raise document.error(message, (key,))
    values = {"name": path.stem, **document.values}
    return YamlDocument(document.file, values, document.locations)


def _with_value(values: dict[str, Any], path: YamlPath, value: Any) -> dict[str, Any]:
    """`values` with `value` at `path`; the mappings above it exist."""
    first, *rest = path
    inner = _with_value(values[str(first)], tuple(rest), value) if rest else value
    return {**values, str(first): inner}


def _flattened(values: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _flattened(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value
