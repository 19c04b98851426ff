"""Replacing a recipe file by the first of several texts that reads back as it was meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from netlab.atomic_write import replacing
from netlab.errors import NetlabError, RecipeError


def replace_recipe(path: Path, drafts: Iterable[str], check: Callable[[Path], None]) -> None:
    """Write the first of `drafts` that passes `check` to `path`, in one step.

    `check` gets a file beside `path` that holds a draft, and raises `NetlabError` where it does not
    mean what it should. Raises `RecipeError`: the fault of the last draft, or why `path` cannot be
    written.
    """
    fault = ""
    try:
        with replacing(path, ".yaml") as file:
            for draft in drafts:
                file.write_text(draft, encoding="utf-8", newline="")
                try:
                    check(file)
                except NetlabError as error:
                    fault = str(error).replace(str(file), path.name)
                else:
                    return
            raise RecipeError(fault)
    except OSError as error:
        raise RecipeError(f"cannot be written: {error.strerror}", file=str(path)) from None
