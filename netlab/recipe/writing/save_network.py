"""Writing networks into recipe files: only what changed is changed, comments and order stay."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from ruamel.yaml.nodes import ScalarNode

from netlab.atomic_write import replacing
from netlab.errors import NetlabError, RecipeError
from netlab.recipe.library import bundled, find_recipe
from netlab.recipe.loader import load_network, load_recipe
from netlab.recipe.network import Network
from netlab.recipe.writing.text_edits import (
    CannotEditInPlace,
    edit_network_in_place,
    end_of,
    entries_of,
    root_of,
    without_network,
)
from netlab.recipe.yaml.format import flow_yaml, network_text


def edit_network_text(text: str, old: Network, new: Network) -> str:
    """The recipe `text`, which means `old`, changed so that it means `new`.

    What cannot be changed in place is laid out anew, the rest of the file stays as it is.
    """
    changes = {
        name: flow_yaml(_plain(getattr(new, name)))
        for name in Network.model_fields
        if name != "blocks" and getattr(new, name) != getattr(old, name)
    }
    return edit_network_in_place(text, changes, old.blocks, new.blocks)


def save_network(path: Path, network: Network, *, source: Path | None = None) -> str | None:
    """Make the recipe at `path` one of `network`; all else in it stays as it is.

    A file that is not there yet starts as a copy of `source`, if given, with its comments, data,
    protocol and study. The file is replaced in one step, so it is never half written. What comes
    back is None, or why the saved recipe as a whole cannot be used: a variant of its study, say,
    may no longer fit. Raises `RecipeError` where the file cannot be read or written.
    """
    path = path.resolve()
    origin = path if path.is_file() else source.resolve() if source else None
    drafts = [network_text(network)] if origin is None else _drafts(origin, path, network)
    try:
        with replacing(path, ".yaml") as temporary:
            for draft in drafts:
                temporary.write_text(draft, encoding="utf-8", newline="")
                if _reads_back(temporary, network):
                    return _recipe_problem(temporary, path)
            raise RecipeError(
                "the network cannot be written into this recipe: save it under another name",
                file=str(path),
            )
    except OSError as error:
        raise RecipeError(f"cannot be written: {error.strerror}", file=str(path)) from None


def make_base_absolute(text: str, source: Path) -> str:
    """`text` with a base that lies beside `source` named so that it is found from elsewhere."""
    base = find_base(text)
    if base is None:
        return text
    name, start, end = base
    if is_bundled(name) or Path(name).is_absolute():
        return text
    found = find_recipe(name, beside=source.parent).resolve()
    return f"{text[:start]}{flow_yaml(str(found))}{text[end:]}"


def find_base(text: str) -> tuple[str, int, int] | None:
    """What a recipe extends, and where its name begins and ends; None if it extends nothing."""
    try:
        entry = entries_of(root_of(text)).get("extends")
    except CannotEditInPlace:
        return None
    if entry is None or not isinstance(entry[1], ScalarNode):
        return None
    node = entry[1]
    return str(node.value), node.start_mark.index, end_of(node)


def is_bundled(name: str) -> bool:
    """Whether a recipe or network of this name comes with netlab."""
    return name in bundled() or name in bundled("networks")


def _drafts(origin: Path, path: Path, network: Network) -> list[str]:
    """Texts that may do, the least changed first."""
    with origin.open(encoding="utf-8", newline="") as file:
        raw = file.read()
    text = raw.replace("\r\n", "\n")
    if origin.parent != path.parent:
        text = make_base_absolute(text, origin)
    drafts = []
    with contextlib.suppress(CannotEditInPlace):
        drafts.append(edit_network_text(text, load_network(origin), network))
    with contextlib.suppress(CannotEditInPlace):
        drafts.append(f"{without_network(text).rstrip()}\n\n{network_text(network)}")
    return [draft.replace("\n", "\r\n") if "\r\n" in raw else draft for draft in drafts]


def _reads_back(file: Path, network: Network) -> bool:
    try:
        return load_network(file) == network
    except NetlabError:
        return False


def _recipe_problem(file: Path, path: Path) -> str | None:
    try:
        load_recipe(file)
    except NetlabError as error:
        return str(error).replace(str(file), path.name)
    return None


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
