"""Finding recipes, networks and protocols by path or by name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

from netlab.errors import RecipeError, did_you_mean
from netlab.paths import saved_recipes


def saved(folder: str = "") -> dict[str, Path]:
    """The recipes that come with netlab in `folder` ("", "networks", "protocols"), by name."""
    return {path.stem: path for path in sorted((saved_recipes() / folder).glob("*.yaml"))}


def is_file(path: Path) -> bool:
    """Whether there is a file at `path`. Raises `RecipeError` for what can be no file's name."""
    try:
        return path.is_file()
    except OSError as error:
        raise RecipeError(f"cannot be read: {error.strerror}", file=_short(str(path))) from None
    except ValueError:
        raise RecipeError("is no file name", file=_short(str(path))) from None


def _short(name: str) -> str:
    return name if len(name) <= 80 else f"{name[:79]}…"


def find_recipe(argument: str, beside: Path | None = None) -> Path:
    """The file that `argument` means: a path (also relative to `beside`), or a saved name.

    Raises `RecipeError` with the nearest name where there is none.
    """
    for folder in (beside, Path()) if beside else (Path(),):
        for path in (folder / argument, folder / f"{argument}.yaml"):
            if is_file(path):
                return path
    known = {**saved("networks"), **saved()}
    if argument in known:
        return known[argument]
    if Path(argument).is_dir():
        raise RecipeError("is a folder: name a recipe file in it", file=argument)
    looks_like_path = "/" in argument or argument.endswith((".yaml", ".yml"))
    word = Path(argument).stem if looks_like_path else argument
    raise RecipeError(
        f"no such file, and no saved recipe or network has that name: {_remedy(word, known)}",
        file=argument,
    )


def _remedy(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.5)
    if near:
        return f"did you mean '{near[0]}'?"
    return "resnet14-ablation is one, and `netlab networks` lists networks"


def find_protocol(argument: str, beside: Path | None = None) -> Path:
    """The file of the protocol called `argument`, or at that path. Raises `RecipeError`."""
    known = saved("protocols")
    if argument in known:
        return known[argument]
    for folder in (beside, Path()) if beside else (Path(),):
        if is_file(folder / argument):
            return folder / argument
    raise RecipeError(f"no protocol is called '{argument}': {did_you_mean(argument, known)}")
