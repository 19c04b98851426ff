"""Writing networks into recipe files: only what changed is changed, comments and order stay."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from ruamel.yaml.nodes import ScalarNode

from netlab.errors import NetlabError, RecipeError
from netlab.recipe.library import find_recipe, is_shipped
from netlab.recipe.loader import load_network, load_recipe
from netlab.recipe.network import Network
from netlab.recipe.writing.replace_recipe import replace_recipe
from netlab.recipe.writing.text_edits import (
    CannotEditInPlaceError,
    edit_network_in_place,
    end_of,
    entries_of,
    root_of,
    without_network,
)
from netlab.recipe.yaml.yaml_text import flow_yaml, network_text


def edit_network_text(text: str, old: Network, new: Network) -> str:
    """The recipe `text`, which means `old`, changed so that it means `new`.

    What cannot be changed in place is laid out anew, the rest of the file stays as it is.
    """
    changes = {
        name: flow_yaml(getattr(new, name))
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

    def check(file: Path) -> None:
        with contextlib.suppress(NetlabError):
            if load_network(file) == network:
                return
        raise RecipeError(
            "the network cannot be written into this recipe: save it under another name",
            file=str(file),
        )

    drafts = _drafts(origin, path, network) if origin else iter([network_text(network)])
    replace_recipe(path, drafts, check)
    try:
        load_recipe(path)
    except NetlabError as error:
        return str(error).replace(str(path), path.name)
    return None


def make_base_absolute(text: str, source: Path) -> str:
    """`text` with the base that it extends named so that it is found from any folder."""
    try:
        entry = entries_of(root_of(text)).get("extends")
    except CannotEditInPlaceError:
        return text
    if entry is None or not isinstance(entry[1], ScalarNode):
        return text
    node = entry[1]
    name = str(node.value)
    if is_shipped(name) or Path(name).is_absolute():
        return text
    found = find_recipe(name, beside=source.parent).resolve()
    return f"{text[: node.start_mark.index]}{flow_yaml(str(found))}{text[end_of(node) :]}"


def _drafts(origin: Path, path: Path, network: Network) -> Iterator[str]:
    """Candidate texts, the least changed first."""
    with origin.open(encoding="utf-8", newline="") as file:
        raw = file.read()
    line_feed = "\r\n" if "\r\n" in raw else "\n"
    text = raw.replace("\r\n", "\n")
    if origin.parent != path.parent:
        text = make_base_absolute(text, origin)
    with contextlib.suppress(CannotEditInPlaceError):
        yield edit_network_text(text, load_network(origin), network).replace("\n", line_feed)
    with contextlib.suppress(CannotEditInPlaceError):
        anew = f"{without_network(text).rstrip()}\n\n{network_text(network)}"
        yield anew.replace("\n", line_feed)
