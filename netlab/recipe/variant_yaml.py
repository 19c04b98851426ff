"""The changes of a variant or factor in YAML: read as edits with their lines, and written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from netlab.blocks import KINDS
from netlab.blocks.parsing import parse_block
from netlab.blocks.value_text import format_scalar, quote_input
from netlab.errors import EditError, did_you_mean
from netlab.recipe.edits import Edit, Insert, Move, Remove, SetFields, Swap
from netlab.recipe.study import Match
from netlab.recipe.yaml.document import YamlDocument, YamlPath
from netlab.recipe.yaml.validation_messages import validation_messages

REMARK_KEYS = ("because", "expect")
"""What a variant may say besides its changes: why it is tried, and what is expected of it."""

MATCH_KEY = "match"
"""What a variant may ask of its cost."""

LocatedEdit = tuple[YamlPath, Edit]
"""An edit and where in the document it was written."""


@dataclass(frozen=True)
class WrittenChange:
    """A variant or factor as it is written."""

    name: str
    located_edits: tuple[LocatedEdit, ...]
    because: str
    expect: str
    match: Match | None

    @property
    def edits(self) -> tuple[Edit, ...]:
        """Without their places."""
        return tuple(edit for _place, edit in self.located_edits)


def parse_change(
    document: YamlDocument, text: Any, path: YamlPath, match: Match | None
) -> WrittenChange:
    """A variant or factor; `match` holds where it says none of its own. Raises `RecipeError`."""
    if not isinstance(text, dict):
        raise document.error(
            "a variant is a mapping of changes such as {set: {basic: {groups: 2}}}", path
        )
    because, expect = (_remark(document, text, path, key) for key in REMARK_KEYS)
    if text.get(MATCH_KEY) is not None:
        match = _match(document, text[MATCH_KEY], (*path, MATCH_KEY))
    placed = tuple(parse_edits(document, text, path))
    return WrittenChange(str(path[-1]), placed, because, expect, match)


def edit_to_yaml(edit: Edit) -> tuple[str, Any]:
    """The key and value of an edit. Raises `EditError` for one that no variant can hold."""
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
    raise EditError(f"no variant of a recipe can hold a {type(edit).__name__}")


def _remark(document: YamlDocument, text: dict[str, Any], place: YamlPath, key: str) -> str:
    said = text.get(key)
    if isinstance(said, dict | list):
        raise document.error("write a sentence", (*place, key))
    return "" if said is None else said if isinstance(said, str) else format_scalar(said)


def _match(document: YamlDocument, text: Any, place: YamlPath) -> Match:
    try:
        return Match.model_validate(text)
    except ValidationError as error:
        where, sentence = validation_messages(error, Match, text)[0]
        raise document.error(sentence, (*place, *where)) from None


def parse_edits(
    document: YamlDocument, text: dict[str, Any], path: YamlPath
) -> Iterator[LocatedEdit]:
    """The edits of one variant in the order of writing. Raises `RecipeError`."""
    for key, value in text.items():
        spot = (*path, key)
        if key in _EDIT_PARSERS:
            yield from _EDIT_PARSERS[key](document, value, spot)
        elif key == "edits":
            for index, item in enumerate(_list(document, value, spot)):
                yield from parse_edits(
                    document, _mapping(document, item, (*spot, index)), (*spot, index)
                )
        elif key not in (*REMARK_KEYS, MATCH_KEY):
            known = [*_EDIT_PARSERS, "edits", *REMARK_KEYS, MATCH_KEY]
            raise document.error(
                f"no change is called '{key}': {did_you_mean(str(key), known)}", spot
            )


def _set(document: YamlDocument, value: Any, place: YamlPath) -> Iterator[LocatedEdit]:
    for where, fields in _mapping(document, value, place).items():
        spot = (*place, where)
        yield spot, SetFields(where, _mapping(document, fields, spot))


def _swap(document: YamlDocument, value: Any, place: YamlPath) -> Iterator[LocatedEdit]:
    for where, new in _mapping(document, value, place).items():
        spot = (*place, where)
        if isinstance(new, str):
            yield spot, Swap(where, new)
        else:
            fields = dict(_mapping(document, new, spot))
            kind = fields.pop("block", None)
            if kind is None:
                raise document.error("say which block comes instead: 'block: KIND'", spot)
            yield spot, Swap(where, str(kind), fields)


def _remove(document: YamlDocument, value: Any, place: YamlPath) -> Iterator[LocatedEdit]:
    for where in value if isinstance(value, list) else [value]:
        if isinstance(where, bool) or not isinstance(where, str | int):
            raise document.error("name a kind of block or a row number to remove", place)
        yield place, Remove(where)


def _insert(document: YamlDocument, value: Any, place: YamlPath) -> Iterator[LocatedEdit]:
    for item, spot in _one_or_many(document, value, place):
        fields = dict(item)
        at = _row_number(document, fields.pop("at", None), (*spot, "at"), "at")
        try:
            block = parse_block(fields)
        except PydanticCustomError as error:
            raise document.error(error.message(), (*spot, "block")) from None
        except ValidationError as error:
            where, sentence = validation_messages(error, KINDS[fields["block"]], fields)[0]
            raise document.error(sentence, (*spot, *where)) from None
        yield spot, Insert(at, block)


def _move(document: YamlDocument, value: Any, place: YamlPath) -> Iterator[LocatedEdit]:
    for where, to in _mapping(document, value, place).items():
        spot = (*place, where)
        yield spot, Move(where, _row_number(document, to, spot, "to"))


_EDIT_PARSERS: dict[str, Callable[[YamlDocument, Any, YamlPath], Iterator[LocatedEdit]]] = {
    "set": _set,
    "swap": _swap,
    "remove": _remove,
    "insert": _insert,
    "move": _move,
}


def _mapping(document: YamlDocument, value: Any, place: YamlPath) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise document.error(f"{quote_input(value)} is not a mapping", place)
    return value


def _list(document: YamlDocument, value: Any, place: YamlPath) -> list[Any]:
    if not isinstance(value, list):
        raise document.error(f"{quote_input(value)} is not a list of changes", place)
    return value


def _one_or_many(
    document: YamlDocument, value: Any, place: YamlPath
) -> Iterator[tuple[dict[str, Any], YamlPath]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield _mapping(document, item, (*place, index)), (*place, index)
    else:
        yield _mapping(document, value, place), place


def _row_number(document: YamlDocument, value: Any, place: YamlPath, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise document.error(f"'{name}' needs a row number, counted from 1", place)
    return value
