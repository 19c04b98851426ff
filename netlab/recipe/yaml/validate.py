"""A document as a pydantic model, with every fault at its line."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from netlab.errors import one_or_all
from netlab.recipe.yaml.document import YamlDocument
from netlab.recipe.yaml.validation_messages import validation_messages

M = TypeVar("M", bound=BaseModel)


def validate_document(model: type[M], document: YamlDocument) -> M:
    """`document` as a `model`. Raises `RecipeError`, or `InvalidRecipeError` for several faults."""
    try:
        return model.model_validate(document.values)
    except ValidationError as error:
        found = validation_messages(error, model, document.values)
        raise one_or_all([document.error(message, path) for path, message in found]) from None
