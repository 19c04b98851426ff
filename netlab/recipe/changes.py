"""From the text of a variant or factor to edits, each with its place in the document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from netlab.blocks import KINDS
from netlab.blocks.base import shown, word
from netlab.blocks.parsing import parse_block
from netlab.errors import did_you_mean
from netlab.recipe.document import Document, Place
from netlab.recipe.edits import Edit, Insert, Move, Remove, SetFields, Swap
from netlab.recipe.faults import faults
from netlab.recipe.study import Match

REMARKS = ("because", "expect")
"""What a variant may say besides its changes: why it is tried, and what is expected of it."""

MATCH = "match"
"""What a variant may ask of its cost."""

Placed = tuple[Place, Edit]
"""An edit and where in the document it was written."""


@dataclass(frozen=True)
class Change:
    """A variant or factor as it is written."""

    name: str
    placed: tuple[Placed, ...]
    because: str
    expect: str
    match: Match | None

    @property
    def edits(self) -> tuple[Edit, ...]:
        """Without their places."""
        return tuple(edit for _place, edit in self.placed)


def read_change(document: Document, text: Any, place: Place, match: Match | None) -> Change:
    """A variant or factor; `match` holds where it says none of its own. Raises `RecipeError`."""
    if not isinstance(text, dict):
        raise document.error(
            "a variant is a mapping of changes such as {set: {basic: {groups: 2}}}", place
        )
    because, expect = (_remark(document, text, place, key) for key in REMARKS)
    if text.get(MATCH) is not None:
        match = _match(document, text[MATCH], (*place, MATCH))
    placed = tuple(parse_edits(document, text, place))
    return Change(str(place[-1]), placed, because, expect, match)


def _remark(document: Document, text: dict[str, Any], place: Place, key: str) -> str:
    said = text.get(key)
    if isinstance(said, dict | list):
        raise document.error("write a sentence", (*place, key))
    return "" if said is None else said if isinstance(said, str) else word(said)


def _match(document: Document, text: Any, place: Place) -> Match:
    try:
        return Match.model_validate(text)
    except ValidationError as error:
        where, sentence = faults(error, Match, text)[0]
        raise document.error(sentence, (*place, *where)) from None


def parse_edits(document: Document, text: dict[str, Any], place: Place) -> Iterator[Placed]:
    """The edits of one variant in the order of writing. Raises `RecipeError`."""
    for key, value in text.items():
        spot = (*place, key)
        if key in _EDITS:
            yield from _EDITS[key](document, value, spot)
        elif key == "edits":
            for index, item in enumerate(_list(document, value, spot)):
                yield from parse_edits(
                    document, _mapping(document, item, (*spot, index)), (*spot, index)
                )
        elif key not in (*REMARKS, MATCH):
            known = [*_EDITS, "edits", *REMARKS, MATCH]
            raise document.error(
                f"no change is called '{key}': {did_you_mean(str(key), known)}", spot
            )


def _set(document: Document, value: Any, place: Place) -> Iterator[Placed]:
    for where, fields in _mapping(document, value, place).items():
        spot = (*place, where)
        yield spot, SetFields(where, _mapping(document, fields, spot))


def _swap(document: Document, value: Any, place: Place) -> Iterator[Placed]:
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


def _remove(document: Document, value: Any, place: Place) -> Iterator[Placed]:
    for where in value if isinstance(value, list) else [value]:
        if isinstance(where, bool) or not isinstance(where, str | int):
            raise document.error("name a kind of block or a row number to remove", place)
        yield place, Remove(where)


def _insert(document: Document, value: Any, place: Place) -> Iterator[Placed]:
    for item, spot in _one_or_many(document, value, place):
        fields = dict(item)
        at = _row(document, fields.pop("at", None), (*spot, "at"), "at")
        try:
            block = parse_block(fields)
        except PydanticCustomError as error:
            raise document.error(error.message(), (*spot, "block")) from None
        except ValidationError as error:
            where, sentence = faults(error, KINDS[fields["block"]], fields)[0]
            raise document.error(sentence, (*spot, *where)) from None
        yield spot, Insert(at, block)


def _move(document: Document, value: Any, place: Place) -> Iterator[Placed]:
    for where, to in _mapping(document, value, place).items():
        spot = (*place, where)
        yield spot, Move(where, _row(document, to, spot, "to"))


_EDITS: dict[str, Callable[[Document, Any, Place], Iterator[Placed]]] = {
    "set": _set,
    "swap": _swap,
    "remove": _remove,
    "insert": _insert,
    "move": _move,
}


def _mapping(document: Document, value: Any, place: Place) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise document.error(f"{shown(value)} is not a mapping", place)
    return value


def _list(document: Document, value: Any, place: Place) -> list[Any]:
    if not isinstance(value, list):
        raise document.error(f"{shown(value)} is not a list of changes", place)
    return value


def _one_or_many(
    document: Document, value: Any, place: Place
) -> Iterator[tuple[dict[str, Any], Place]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield _mapping(document, item, (*place, index)), (*place, index)
    else:
        yield _mapping(document, value, place), place


def _row(document: Document, value: Any, place: Place, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise document.error(f"'{name}' needs a row number, counted from 1", place)
    return value
