"""What fields look like in a recipe, for whoever wrote something else there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from netlab.format import join_with_or
from netlab.recipe.library import shipped
from netlab.recipe.yaml.yaml_text import flow_yaml

MAX_EXAMPLE_CHARS = 60
"""Longest line that an error offers for pasting."""

ADAM_LR = {"adam": 0.001, "adamw": 0.001}
"""Learning rates for optimisers that do not train at the default, which is one for SGD."""

EXAMPLES: dict[str, Any] = {
    "network": {"input": [1, 28, 28], "blocks": [{"block": "classifier"}]},
    "input": [3, 32, 32],
    "blocks": [{"block": "conv", "channels": 16}, {"block": "classifier"}],
    "data": "fashion-mini",
    "protocol": {"extends": "standard", "epochs": 3},
    "optimizer": {"name": "sgd", "lr": 0.1},
    "betas": [0.9, 0.999],
    "schedule": {"name": "cosine"},
    "augmentation": {"flip": "random", "crop": 4},
    "study": {"variants": {"groups-2": {"set": {"basic": {"groups": 2}}}}},
    "seeds": [0, 1, 2],
    "factors": {"groups": {"set": {"basic": {"groups": 2}}}},
    "variants": {"groups-2": {"set": {"basic": {"groups": 2}}}},
    "match": {"macs": "3%"},
    "claims": [{"says": "Grouping helps", "check": "groups-2.accuracy > baseline.accuracy"}],
    "quick": {"data": "fashion-mini", "protocol": "smoke", "seeds": [0, 1, 2]},
}
"""A value that works for every field that is a list or has fields of its own."""


MERGED_FIELDS = {"protocol", "optimizer", "schedule", "augmentation"}
"""Fields that are merged with those of a saved protocol: a line for one loses no other."""


def example_line(name: str, model: type[BaseModel] | None, given: Any) -> str:
    """`optimizer: {name: adam, lr: 0.001}`: how the field `name` can be written; perhaps empty.

    Where what was given is the name of a choice of `model`, it is that choice.
    """
    if name not in EXAMPLES:
        return ""
    value = EXAMPLES[name]
    if isinstance(given, str) and model is not None and _is_choice(model, given):
        value = {"name": given, **({"lr": ADAM_LR[given]} if given in ADAM_LR else {})}
    return f"{name}: {flow_yaml(value)}"


def suggest_nested_field(
    model: type[BaseModel], name: str, given: Any, values: Mapping[str, Any]
) -> str:
    """A question and a line to paste where a field of `model` has a field called `name`; else empty.

    `values` are those of `model`: the line extends the protocol that they name.
    """
    homes = [
        outer
        for outer, field in model.model_fields.items()
        if (inner := inner_model(field.annotation, in_lists=False)) and name in inner.model_fields
    ]
    if not homes:
        return ""
    line = flow_yaml({homes[0]: {**_extended_protocol(homes[0], values), name: given}})[1:-1]
    fits = len(line) <= MAX_EXAMPLE_CHARS and (homes[0] in MERGED_FIELDS or homes[0] not in values)
    meant = join_with_or(f"{outer}.{name}" for outer in homes)
    return f"did you mean {meant}?" + (f" Write it as '{line}'" if fits else "")


def inner_model(annotation: Any, *, in_lists: bool = True) -> type[BaseModel] | None:
    """The model in an annotation such as `Model | None`, and in one such as `tuple[Model, ...]`."""
    if isinstance(annotation, type):
        return annotation if issubclass(annotation, BaseModel) else None
    if get_origin(annotation) in (tuple, list, dict) and not in_lists:
        return None
    found = (inner_model(part, in_lists=in_lists) for part in get_args(annotation))
    return next((model for model in found if model is not None), None)


def _is_choice(model: type[BaseModel], word: str) -> bool:
    field = model.model_fields.get("name")
    return field is not None and word in get_args(field.annotation)


def _extended_protocol(field: str, values: Mapping[str, Any]) -> dict[str, str]:
    """The protocol that a mapping must extend to keep what its name stood for."""
    if field != "protocol":
        return {}
    written = values.get(field)
    name = written.get("name") if isinstance(written, Mapping) else written
    return {"extends": name if name in shipped("protocols") else "standard"}
