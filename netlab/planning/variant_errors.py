"""Why a variant cannot be trained, at the line that is to be changed."""

from __future__ import annotations

from netlab.errors import BlockError, NetlabError, RecipeError
from netlab.recipe.recipe import Recipe
from netlab.recipe.study import BASELINE


def variant_error(recipe: Recipe, name: str, error: NetlabError) -> RecipeError:
    """`error` of the variant called `name`, at its line; of the baseline at that of the block.

    A block that a variant breaks is named with the line where the network has it.
    """
    message = f"variant '{name}': {error}"
    row = error.row if isinstance(error, BlockError) else None
    block = () if row is None else ("network", "blocks", row - 1)
    if name == BASELINE:
        field = error.field if isinstance(error, BlockError) else None
        return recipe.document.error(message, (*block, *([field] if field else [])))
    if isinstance(error, BlockError) and block in recipe.document.locations:
        line = recipe.document.locations[block][1]
        message = message.replace(f"({error.kind})", f"({error.kind}, line {line})", 1)
    for part in ("variants", "factors"):
        if ("study", part, name) in recipe.document.locations:
            return recipe.document.error(message, ("study", part, name))
    return recipe.document.error(message, ("study", "factors"))
