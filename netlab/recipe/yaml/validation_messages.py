"""Documents as pydantic models; pydantic's errors as sentences for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from netlab.blocks import KINDS
from netlab.blocks.base import BlockSpec
from netlab.blocks.value_text import quote_input
from netlab.errors import did_you_mean, one_or_all
from netlab.format import join_with_or
from netlab.recipe.yaml.field_examples import example_line, inner_model, suggest_nested_field

if TYPE_CHECKING:  # edits need these messages, too, but no YAML
    from netlab.recipe.yaml.document import YamlDocument

M = TypeVar("M", bound=BaseModel)
ErrorPath = tuple[int | str, ...]


_SHAPES = {
    "model_type": "a mapping of fields",
    "model_attributes_type": "a mapping of fields",
    "dict_type": "a mapping of names",
    "tuple_type": "a list",
    "list_type": "a list",
}
_EXPECTED = {
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "a whole number"),
    **dict.fromkeys(("float_type", "float_parsing"), "a number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "true or false"),
    "string_type": "text",
    **_SHAPES,
}
"""What should stand where something else does, by the type of pydantic's error."""

_BOUNDS = {
    "greater_than_equal": "{given} is below the minimum, {ge}",
    "greater_than": "{given} is not above {gt}",
    "less_than_equal": "{given} is above the maximum, {le}",
    "less_than": "{given} is not below {lt}",
    "too_short": "needs at least {min_length}, has {actual_length}",
    "too_long": "takes at most {max_length}, has {actual_length}",
}


def validate_document(model: type[M], document: YamlDocument) -> M:
    """`document` as a `model`. Raises `RecipeError`, or `InvalidRecipeError` for several faults."""
    try:
        return model.model_validate(document.values)
    except ValidationError as error:
        found = validation_messages(error, model, document.values)
        raise one_or_all([document.error(message, path) for path, message in found]) from None


def validation_messages(
    error: ValidationError, model: type[BaseModel], values: Any
) -> list[tuple[ErrorPath, str]]:
    """Every fault as (path, message), in the order in which the fields were written.

    `model` is what `values` was validated against.
    """
    found = []
    details = error.errors(include_url=False)
    for detail in details:
        loc = tuple(detail["loc"])
        if detail["type"] == "too_short" and len(details) > 1:
            continue  # the list looks short only because its items are at fault themselves
        found.append((loc, _message(detail, loc, model, values)))
    return found


def _message(detail: ErrorDetails, loc: ErrorPath, model: type[BaseModel], values: Any) -> str:
    kind, context, given = detail["type"], detail.get("ctx", {}), detail["input"]
    if kind == "extra_forbidden":
        here, inside = _model_at(model, loc[:-1], values)
        return unknown_field_message(str(loc[-1]), given, here, inside)
    if kind == "missing":
        return f"the field '{loc[-1]}' is missing" if isinstance(loc[-1], str) else "is missing"
    if kind == "literal_error":
        allowed = (
            str(context.get("expected", "")).replace("'", "").replace(" or ", ", ").split(", ")
        )
        return f"{quote_input(given)} is not one of {join_with_or(allowed)}"
    if kind in _EXPECTED:
        expected = f"{quote_input(given)} is not {_EXPECTED[kind]}"
        return expected + _example_for(kind, loc, model, values, given)
    if kind in _BOUNDS:
        return _BOUNDS[kind].format(given=quote_input(given), **context)
    if kind == "value_error":
        return str(context.get("error", detail["msg"]))
    if kind.startswith("block_"):
        return detail["msg"]
    return f"{quote_input(given)}: {detail['msg'][0].lower()}{detail['msg'][1:]}"


def unknown_field_message(name: str, given: Any, model: type[BaseModel] | None, values: Any) -> str:
    """That `model` has no field called `name`, with a field inside it, or the most similar one."""
    known = model.model_fields if model else ()
    beside = values if isinstance(values, dict) else {}
    nested = suggest_nested_field(model, name, given, beside) if model else ""
    return f"no field is called '{name}': {nested or did_you_mean(name, known)}"


def _example_for(kind: str, loc: ErrorPath, model: type[BaseModel], values: Any, given: Any) -> str:
    """How to write a field that should be a mapping or a list and is neither."""
    if kind not in _SHAPES or not loc or not isinstance(loc[-1], str):
        return ""
    line = example_line(loc[-1], _model_at(model, loc, values)[0], given)
    return f": write it as '{line}'" if line else ""


def _model_at(
    model: type[BaseModel], loc: ErrorPath, values: Any
) -> tuple[type[BaseModel] | None, Any]:
    """The model that stands at `loc` of `values`, and its values."""
    here: type[BaseModel] | None = model
    for step in loc:
        if isinstance(values, dict):
            values = values.get(step)
        elif isinstance(values, list) and isinstance(step, int):
            values = values[step]
        if isinstance(step, str) and here is not None:
            field = here.model_fields.get(step)
            here = inner_model(field.annotation) if field else None
        if here and issubclass(here, BlockSpec) and isinstance(values, dict):
            here = KINDS.get(str(values.get("block")), here)
    return here, values
