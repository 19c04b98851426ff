"""Writing networks into recipe files: only what changed is changed, comments and order stay."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import Any

from ruamel.yaml.nodes import ScalarNode

from netlab.errors import NetlabError, RecipeError
from netlab.recipe.layout import flow, network_text
from netlab.recipe.library import find_recipe, saved
from netlab.recipe.network import Network
from netlab.recipe.recipe import load_network, load_recipe
from netlab.recipe.splicing import (
    Unspliceable,
    end_of,
    entries_of,
    root_of,
    splice_network,
    without_network,
)


def rewritten(text: str, old: Network, new: Network) -> str:
    """The recipe `text`, which means `old`, changed so that it means `new`.

    What cannot be changed in place is laid out anew, the rest of the file stays as it is.
    """
    changes = {
        name: flow(_plain(getattr(new, name)))
        for name in Network.model_fields
        if name != "blocks" and getattr(new, name) != getattr(old, name)
    }
    return splice_network(text, changes, old.blocks, new.blocks)


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
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.yaml")
    try:
        for draft in drafts:
            temporary.write_text(draft, encoding="utf-8", newline="")
            if _means(temporary, network):
                break
        else:
            raise RecipeError(
                "the network cannot be written into this recipe: save it under another name",
                file=str(path),
            )
        if path.is_file():
            shutil.copymode(path, temporary)
        warning = _fault(temporary, path)
        temporary.replace(path)
    except OSError as error:
        raise RecipeError(f"cannot be written: {error.strerror}", file=str(path)) from None
    finally:
        temporary.unlink(missing_ok=True)
    return warning


def absolute_base(text: str, source: Path) -> str:
    """`text` with a base that lies beside `source` named so that it is found from elsewhere."""
    base = named_base(text)
    if base is None:
        return text
    name, start, end = base
    if is_saved(name) or Path(name).is_absolute():
        return text
    found = find_recipe(name, beside=source.parent).resolve()
    return f"{text[:start]}{flow(str(found))}{text[end:]}"


def named_base(text: str) -> tuple[str, int, int] | None:
    """What a recipe extends, and where its name begins and ends; None if it extends nothing."""
    try:
        entry = entries_of(root_of(text)).get("extends")
    except Unspliceable:
        return None
    if entry is None or not isinstance(entry[1], ScalarNode):
        return None
    node = entry[1]
    return str(node.value), node.start_mark.index, end_of(node)


def is_saved(name: str) -> bool:
    """Whether a recipe or network of this name comes with netlab."""
    return name in saved() or name in saved("networks")


def _drafts(origin: Path, path: Path, network: Network) -> list[str]:
    """Texts that may do, the least changed first."""
    with origin.open(encoding="utf-8", newline="") as file:
        raw = file.read()
    text = raw.replace("\r\n", "\n")
    if origin.parent != path.parent:
        text = absolute_base(text, origin)
    drafts = []
    with contextlib.suppress(Unspliceable):
        drafts.append(rewritten(text, load_network(origin), network))
    with contextlib.suppress(Unspliceable):
        drafts.append(f"{without_network(text).rstrip()}\n\n{network_text(network)}")
    return [draft.replace("\n", "\r\n") if "\r\n" in raw else draft for draft in drafts]


def _means(file: Path, network: Network) -> bool:
    try:
        return load_network(file) == network
    except NetlabError:
        return False


def _fault(file: Path, path: Path) -> str | None:
    try:
        load_recipe(file)
    except NetlabError as error:
        return str(error).replace(str(file), path.name)
    return None


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
