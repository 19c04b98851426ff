"""The data of a recipe, checked once; its errors name the line or option that chose the data."""

from __future__ import annotations

from pathlib import Path

from netlab.datasets.catalogue import CATALOGUE
from netlab.datasets.check import CheckedData, check_data
from netlab.errors import DataError
from netlab.paths import is_shipped_recipe
from netlab.recipe.library import shipped
from netlab.recipe.loader import load_network
from netlab.recipe.recipe import Recipe
from netlab.recipe.yaml.document import YamlPath
from netlab.suggest import suggest


def check_recipe_data(recipe: Recipe, source: YamlPath) -> tuple[CheckedData, DataError | None]:
    """The data of `recipe`, and why it cannot be trained on now, if so.

    `source` is what chose the data: a path in the recipe, or an option (`--data`). Raises
    `DataError` where that cannot be trained on at all; a named data set need not be here yet.
    """
    try:
        found = check_data(recipe.data)
    except DataError as error:
        raise _placed(recipe, str(error), source) from None
    wrong = found.wrong_classes(recipe.network.classes)
    if wrong is None:
        missing = found.missing
        hint = _short_form_hint(recipe)
        return found, missing and DataError(f"{missing}{hint}", brief=missing.brief)
    if is_shipped_recipe(Path(recipe.file)):
        problem = DataError(_about_shipped_recipe(recipe, str(wrong), found.classes, source))
    else:
        problem = _placed(recipe, f"{wrong}: set 'classes: {found.classes}'", source)
    # A network that names no data can be planned for its costs, whatever its classes.
    if source == ("data",) and "data" not in recipe.document.values:
        return found, problem
    raise problem


def _short_form_hint(recipe: Recipe) -> str:
    """A hint at the short form, where its data is here."""
    data = recipe.quick.data if recipe.quick else None
    if data is None or data == recipe.data or data.name not in CATALOGUE:
        return ""
    here = CATALOGUE[data.name].is_present()
    return f"; `--quick` trains the short form on {data.label}, which is here" if here else ""


def _placed(recipe: Recipe, message: str, source: YamlPath) -> DataError:
    option = _option(source)
    if option:
        return DataError(f"{recipe.file}: {option}{message}")
    return DataError(str(recipe.document.error(message, source)))


def _about_shipped_recipe(recipe: Recipe, problem: str, classes: int, source: YamlPath) -> str:
    """What to do instead of changing a recipe that comes with netlab."""
    name, network = Path(recipe.file).stem, recipe.network
    small = f"cifar-{name}"
    remedies = [
        f"take `--data {data.name}`"
        for data in CATALOGUE.values()
        if (data.classes, data.shape) == (network.classes, network.input)
    ]
    if small in shipped("networks") and load_network(small).classes == classes:
        remedies.append(f"take {small} (its form for images of 32×32)")
    copy = suggest("new", "mine", "--from", name)
    remedies.append(f"make a copy with {copy} and set 'classes: {classes}' in it")
    return f"{name}: {_option(source)}{problem}: {', or '.join(remedies)}"


def _option(source: YamlPath) -> str:
    return f"{source[0]}: " if str(source[0]).startswith("--") else ""
