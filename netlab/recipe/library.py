"""Finding recipes, networks and protocols by path or by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from netlab.errors import RecipeError, did_you_mean, nearest_name
from netlab.paths import shipped_recipes

RECIPE_SUFFIXES = (".yaml", ".yml")


def shipped(folder: str = "") -> dict[str, Path]:
    """The recipes that come with netlab in `folder` ("", "networks", "protocols"), by name."""
    return {path.stem: path for path in sorted((shipped_recipes() / folder).glob("*.yaml"))}


def is_shipped(name: str) -> bool:
    """Whether a recipe or network of this name comes with netlab."""
    return name in shipped() or name in shipped("networks")


def is_file(path: Path) -> bool:
    """Whether there is a file at `path`. Raises `RecipeError` for what can be no file's name."""
    try:
        return path.is_file()
    except OSError as error:
        raise RecipeError(f"cannot be read: {error.strerror}", file=_shortened(str(path))) from None
    except ValueError:
        raise RecipeError("is no file name", file=_shortened(str(path))) from None


def _shortened(name: str) -> str:
    return name if len(name) <= 80 else f"{name[:79]}…"


def find_recipe(argument: str, beside: Path | None = None) -> Path:
    """The file that `argument` means: a path (also relative to `beside`), or a saved name.

    Raises `RecipeError` with the nearest name where there is none.
    """
    for folder in (beside, Path()) if beside else (Path(),):
        for path in (folder / argument, folder / f"{argument}.yaml"):
            if is_file(path):
                return path
    known = {**shipped("networks"), **shipped()}
    if argument in known:
        return known[argument]
    if Path(argument).is_dir():
        raise RecipeError("is a folder: name a recipe file in it", file=argument)
    remedy = _suggestion(argument, known, _recipes_in((beside or Path()) / Path(argument).parent))
    raise RecipeError(
        f"no such file, and no saved recipe or network has that name: {remedy}", file=argument
    )


def _recipes_in(folder: Path) -> dict[str, str]:
    """The names of the recipe files in a folder, by their names without the suffix."""
    try:
        files = sorted(path.name for path in folder.iterdir() if path.suffix in RECIPE_SUFFIXES)
    except OSError:
        return {}
    return {Path(name).stem: name for name in files}


def _suggestion(argument: str, known: Iterable[str], files: Mapping[str, str]) -> str:
    """A likely correction: for a path a file beside it, for a name the most similar name."""
    path = Path(argument)
    is_path = "/" in argument or argument.endswith(RECIPE_SUFFIXES)
    word = path.stem if is_path else argument
    candidates = files if is_path else {*files, *known}
    near = word if word in files else nearest_name(word, candidates, 0.6)
    near = near or nearest_name(word, known, 0.6)
    if near is None:
        return "resnet14-ablation is one, and `netlab networks` lists networks"
    return f"did you mean '{path.parent / files[near] if near in files else near}'?"


def find_protocol(argument: str, beside: Path | None = None) -> Path:
    """The file of the protocol called `argument`, or at that path. Raises `RecipeError`."""
    known = shipped("protocols")
    if argument in known:
        return known[argument]
    for folder in (beside, Path()) if beside else (Path(),):
        if is_file(folder / argument):
            return folder / argument
    raise RecipeError(f"no protocol is called '{argument}': {did_you_mean(argument, known)}")
