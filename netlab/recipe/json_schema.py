"""The JSON schema of recipes, made from the models and block specs that read them.

Editors complete and check recipes with it. It is in draft 7, which they know best, and
separates kinds of block by `if`, so that an error is about the kind at hand alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from netlab.blocks import KINDS, BlockSpec
from netlab.datasets.catalogue import CATALOGUE
from netlab.datasets.data_spec import FOLDER
from netlab.recipe.edits import NETWORK_SETTINGS
from netlab.recipe.loader import RecipeFile
from netlab.recipe.study import BASELINE

Schema = dict[str, Any]

ROW_PATTERN = "[1-9][0-9]*"

NAME_PATTERN = "[A-Za-z][A-Za-z0-9_-]*"

INDEX_PATTERN = "\\[[0-9a-z ,-]+\\]"
"""Which rows of a kind or name: `[2]`, `[1-3]`, `[odd]` …"""

DATA_NAMES: tuple[Schema, ...] = (
    {"enum": [*CATALOGUE], "description": "a data set"},
    {"type": "string", "pattern": f"^{FOLDER}:.", "description": f"{FOLDER}:PATH"},
)


def recipe_schema() -> Schema:
    """The schema of a recipe file, as JSON values."""
    recipe, definitions = model_schema(RecipeFile)
    definitions |= block_definitions() | change_definitions()
    _adapt_data(definitions["Data"])
    _adapt_study(definitions["Study"])
    definitions["Match"] |= {"oneOf": [{"required": ["macs"]}, {"required": ["params"]}]}
    definitions["Protocol"]["properties"] |= {
        "extends": {"type": "string", "description": "a protocol by name or file, to be changed"}
    }
    trained = {
        "data": {"anyOf": [*DATA_NAMES, ref("Data")]},
        # Not `anyOf`: editors would then take a fault in the mapping for a bad name.
        "protocol": {
            "if": {"type": "string"},
            "then": {"description": "a name or a file"},
            "else": ref("Protocol"),
        },
    }
    definitions["Quick"]["properties"] |= trained
    definitions["Quick"]["minProperties"] = 1
    recipe["properties"] |= {
        "extends": {"type": "string", "description": "a recipe by name or file, to be changed"},
        **trained,
        "study": ref("Study"),
        "quick": {**ref("Quick")},
    }
    # A recipe that extends another may leave out what that has.
    del recipe["required"]
    whole = {
        "required": ["network"],
        "properties": {
            "network": {"required": definitions["Network"].pop("required")},
            "study": {"anyOf": [{"required": ["variants"]}, {"required": ["factors"]}]},
        },
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "netlab recipe",
        **recipe,
        "description": "A network, the data and protocol to train it with, and a study of variants",
        "if": {"not": {"required": ["extends"]}},
        "then": whole,
        "definitions": dict(sorted(definitions.items())),
    }


def block_definitions() -> dict[str, Schema]:
    """Every kind of block with its fields, and any of them as a row of a network."""
    definitions: dict[str, Schema] = {}
    required: dict[str, list[str]] = {}
    for kind, spec in KINDS.items():
        schema, inner = model_schema(spec)
        required[kind] = schema.pop("required", [])
        fields = {name: schema["properties"][name] for name in spec.field_names()}
        schema["properties"] = {"block": {"const": kind, "description": spec.purpose}, **fields}
        definitions |= inner | {f"block-{kind}": {**schema, "description": block_description(spec)}}
    definitions["block"] = one_of_kinds(
        {
            kind: {"allOf": [ref(f"block-{kind}")], "required": ["block", *required[kind]]}
            for kind in KINDS
        }
    )
    definitions["insertion"] = one_of_kinds(
        {
            kind: _some_fields(kind, {"at": _row_of("the row that it becomes"), "block": True})
            | {"required": ["at", "block", *required[kind]]}
            for kind in KINDS
        }
    )
    return definitions


def change_definitions() -> dict[str, Schema]:
    """What variants are made of, and how they name the rows that they change."""
    rows = f"^({ROW_PATTERN}|stage +{ROW_PATTERN}|{NAME_PATTERN}({INDEX_PATTERN})?)$"
    where = {
        "description": "a kind of block or a block's name, of these the second such as conv[2], "
        "or [2,4], [1-3], [odd], [even], [every 3]; a stage such as stage 2; or a row number",
        "type": ["string", "integer"],
        "pattern": rows,
        "minimum": 1,
    }
    kinds = "|".join(sorted(KINDS))
    fields = sorted({name for spec in KINDS.values() for name in spec.field_names()})
    settings = {
        name: {"$ref": f"#/definitions/Network/properties/{name}"} for name in NETWORK_SETTINGS
    }
    sets = {f"set-{kind}": _some_fields(kind, {}) for kind in KINDS}
    swap = {"anyOf": [{"enum": sorted(KINDS)}, ref("replacement")]}
    properties = {
        "because": {"type": "string", "description": "why this variant is worth a run"},
        "expect": {"type": "string", "description": "what is expected of it, beforehand"},
        "match": ref("Match"),
        "set": {
            "description": "give fields other values: {conv: {kernel: 5}}",
            "type": "object",
            "properties": {
                "network": closed_mapping(settings),
                **{kind: ref(f"set-{kind}") for kind in sorted(KINDS)},
            },
            "patternProperties": {
                # A number, a stage or a name may mean a block of any kind.
                f"^({ROW_PATTERN}|stage.*|(?!({kinds}|network)(\\[|$)){NAME_PATTERN}({INDEX_PATTERN})?)$": {
                    "type": "object",
                    "propertyNames": {"enum": fields},
                },
                **{f"^{kind}{INDEX_PATTERN}$": ref(f"set-{kind}") for kind in sorted(KINDS)},
            },
            "additionalProperties": False,
        },
        "swap": _by_row(rows, swap, "put another kind of block in place: {basic: dense-residual}"),
        "remove": one_or_many(ref("where"), "take rows out: basic, or [2, 3]"),
        "insert": one_or_many(ref("insertion"), "put a row in: {at: 2, block: conv, channels: 8}"),
        "move": _by_row(rows, _row_of("the row that it becomes"), "put a row elsewhere: {4: 2}"),
        "edits": {
            "description": "changes one after the other, each as above",
            "type": "array",
            "items": ref("variant"),
        },
    }
    return {
        "where": where,
        "replacement": one_of_kinds({kind: ref(f"block-{kind}") for kind in KINDS}),
        "variant": closed_mapping(properties),
        **sets,
    }


def block_description(spec: type[BlockSpec]) -> str:
    """What a kind of block is for, its formula, its cost and its source."""
    formula = (spec.__doc__ or "").splitlines()[0]
    parts = [spec.purpose, formula, f"Cost: {spec.cost}."]
    return "\n\n".join([*parts, str(spec.paper)] if spec.paper else parts)


def one_of_kinds(forms: Mapping[str, Schema]) -> Schema:
    """A mapping whose `block` says which of `forms` it has."""
    return {
        "type": "object",
        "required": ["block"],
        "properties": {"block": {"enum": sorted(forms), "description": "the kind of block"}},
        "allOf": [
            {"if": {"properties": {"block": {"const": kind}}, "required": ["block"]}, "then": form}
            for kind, form in sorted(forms.items())
        ],
    }


def one_or_many(item: Schema, description: str) -> Schema:
    """One `item`, or a list of them."""
    return {"description": description, "anyOf": [item, {"type": "array", "items": item}]}


def closed_mapping(properties: Mapping[str, Any]) -> Schema:
    """A mapping of these properties alone."""
    return {"type": "object", "properties": dict(properties), "additionalProperties": False}


def ref(name: str) -> Schema:
    """What the definition `name` says."""
    return {"$ref": f"#/definitions/{name}"}


def model_schema(model: type[BaseModel]) -> tuple[Schema, dict[str, Schema]]:
    """The schema of a model, and those of the models in it by name, as draft 7 has them."""
    schema = model.model_json_schema()
    definitions = schema.pop("$defs", {})
    definitions.pop(BlockSpec.__name__, None)
    return _draft7(schema), {name: _draft7(inner) for name, inner in definitions.items()}


def _draft7(value: Any) -> Any:
    """Pydantic's schema without titles, with draft 7's words, and null as one type of several."""
    if isinstance(value, list):
        return [_draft7(part) for part in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        return ref("block" if name == BlockSpec.__name__ else name)
    schema = {
        key: {name: _draft7(inner) for name, inner in part.items()}
        if key == "properties"
        else _draft7(part)
        for key, part in value.items()
        if key != "title" and not (key == "default" and (part is None or isinstance(part, dict)))
    }
    if "prefixItems" in schema:
        first, *others = schema.pop("prefixItems")
        assert all(other == first for other in others)
        schema["items"] = first
    return _nullable(schema) if "anyOf" in schema else schema


def _nullable(schema: Schema) -> Schema:
    """`anyOf: [a type, null]` as one schema."""
    some, *rest = schema["anyOf"]
    if rest != [{"type": "null"}] or "type" not in some:
        return schema
    others = {key: part for key, part in schema.items() if key != "anyOf"}
    choices = {"enum": [*some["enum"], None]} if "enum" in some else {}
    return {**some, "type": [some["type"], "null"], **choices, **others}


def _some_fields(kind: str, more: Mapping[str, Any]) -> Schema:
    where = f"#/definitions/block-{kind}/properties"
    fields = {name: {"$ref": f"{where}/{name}"} for name in KINDS[kind].field_names()}
    return closed_mapping({**more, **fields})


def _by_row(rows: str, value: Schema, description: str) -> Schema:
    names = {"propertyNames": {"pattern": rows}, "additionalProperties": value}
    return {"description": description, "type": "object", **names}


def _row_of(description: str) -> Schema:
    return {"type": "integer", "minimum": 1, "description": description}


def _adapt_data(data: Schema) -> None:
    """Names are those of known data sets; a folder, and nothing else, has a path."""
    data["properties"]["name"]["enum"] = [*CATALOGUE, FOLDER]
    is_folder: Schema = {"properties": {"name": {"const": FOLDER}}, "required": ["name"]}
    data |= {
        "if": is_folder,
        "then": {"required": ["path"]},
        "else": {"properties": {"path": {"type": "null"}}},
    }


def _adapt_study(study: Schema) -> None:
    for part in ("variants", "factors"):
        variants = study["properties"][part]
        variants["additionalProperties"] = ref("variant")
        variants["minProperties"] = 1
        variants["propertyNames"]["not"] = {"const": BASELINE}
    study["properties"]["match"] = ref("Match")
