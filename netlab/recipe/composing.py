"""A study written as a recipe of its own, from the values that a recipe is read into."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from netlab.errors import NetlabError, RecipeError
from netlab.recipe.data import Data
from netlab.recipe.edits import Edit, Insert, Move, Remove, SetFields, Swap
from netlab.recipe.layout import flow, network_text
from netlab.recipe.network import Network
from netlab.recipe.recipe import Recipe, load_protocol, load_recipe


@dataclass(frozen=True)
class NewVariant:
    """A variant as it is to be written."""

    name: str
    edits: tuple[Edit, ...]
    because: str = ""
    expect: str = ""


@dataclass(frozen=True)
class NewStudy:
    """A study as it is to be written; without a name it is called by its file."""

    network: Network
    variants: tuple[NewVariant, ...]
    name: str | None = None
    question: str = ""
    seeds: tuple[int, ...] = (0,)
    protocol: str = "standard"
    """The name of a saved protocol, or the path of one."""
    data: str = "fashion-mini"
    """The name of a data set, or `folder:PATH`."""


def study_text(study: NewStudy) -> str:
    """The recipe. Raises `TypeError` for an edit that no recipe can write."""
    lines = [
        network_text(study.network),
        f"data: {_text(study.data)}",
        f"protocol: {_text(study.protocol)}",
        "",
        "study:",
        *([f"  name: {_text(study.name)}"] if study.name else []),
        *([f"  question: {_text(study.question)}"] if study.question else []),
        f"  seeds: {flow(study.seeds)}",
        "  variants:" if study.variants else "  variants: {}",
    ]
    for variant in study.variants:
        lines.append(f"    {_text(variant.name)}:")
        lines += [f"      {line}" for line in _variant(variant)]
    return "\n".join(lines) + "\n"


def save_study(path: Path, study: NewStudy) -> Recipe:
    """Write the recipe to `path` in one step, and give it as it is read back.

    A file that is there is replaced, and only by a recipe that means the same as `study`.
    Raises `RecipeError` where the file cannot be written or the study is no recipe.
    """
    path = path.absolute()
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.yaml")
    try:
        temporary.write_text(study_text(study), encoding="utf-8")
        recipe = load_recipe(temporary)
        if not means(recipe, study):
            raise RecipeError("does not read back as it was planned", file=str(path))
        temporary.replace(path)
    except OSError as error:
        raise RecipeError(f"cannot be written: {error.strerror}", file=str(path)) from None
    except NetlabError as error:
        raise RecipeError(str(error).replace(str(temporary), path.name)) from None
    finally:
        temporary.unlink(missing_ok=True)
    return load_recipe(path)


def means(recipe: Recipe, study: NewStudy) -> bool:
    """Whether a recipe that was read says what `study` says, however it is laid out."""
    told = [(v.name, v.because, v.expect, v.network) for v in recipe.variants[1:]]
    meant = [(v.name, v.because, v.expect, _network(study, v)) for v in study.variants]
    return (
        recipe.network == study.network
        and told == meant
        and (study.name in (None, recipe.name))
        and recipe.question == study.question
        and recipe.seeds == study.seeds
        and recipe.protocol == load_protocol(study.protocol)
        and _same_data(recipe.data, study.data)
    )


def _network(study: NewStudy, variant: NewVariant) -> Network:
    network = study.network
    for edit in variant.edits:
        network = edit.apply(network)
    return network


def _same_data(data: Data, written: str) -> bool:
    try:
        meant = Data.model_validate(written)
    except ValidationError:
        return False
    if data.path and meant.path:
        return data.path == meant.path or data.path.endswith(f"/{meant.path}")
    return data == meant


def _variant(variant: NewVariant) -> Iterator[str]:
    changes = [_change(edit) for edit in variant.edits]
    groups = list(_grouped(changes))
    if not groups:
        yield "edits: []"
    elif len({key for key, _value in groups}) == len(groups):
        yield from (f"{key}: {_flow(value)}" for key, value in groups)
    else:
        yield "edits:"
        yield from (f"  - {_flow({key: value})}" for key, value in groups)
    for key, text in (("because", variant.because), ("expect", variant.expect)):
        if text:
            yield f"{key}: {_text(text)}"


def _change(edit: Edit) -> tuple[str, Any]:
    match edit:
        case SetFields(where, fields):
            return "set", {str(where): dict(fields)}
        case Swap(where, kind, fields):
            return "swap", {str(where): {"block": kind, **fields} if fields else kind}
        case Remove(where):
            return "remove", [where]
        case Insert(at, block):
            return "insert", [{"at": at, "block": block.block, **block.fields()}]
        case Move(where, to):
            return "move", {str(where): to}
    raise TypeError(f"{type(edit).__name__} is no edit that a recipe can write")


def _grouped(changes: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Neighbours of one sort as one, where no name would then stand twice."""
    last: tuple[str, Any] | None = None
    for key, value in changes:
        if last and last[0] == key and isinstance(value, list):
            last = (key, [*last[1], *value])
        elif last and last[0] == key and not last[1].keys() & value.keys():
            last = (key, {**last[1], **value})
        else:
            if last:
                yield last
            last = (key, value)
    if last:
        yield last


_UNSEEN = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


def _text(text: str) -> str:
    """Any text as YAML on one line: plain where it can be, else quoted, nothing unseen in it."""
    plain = flow(text)
    if not plain.startswith('"'):
        return plain
    return _UNSEEN.sub(lambda m: f"\\u{ord(m[0]):04x}", json.dumps(text, ensure_ascii=False))


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(str(k))}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return _text(value) if isinstance(value, str) else flow(value)
