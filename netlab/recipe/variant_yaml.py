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

OTHER_KEYS = ("edits", "because", "expect", "match")
"""A list of edits, the reason, the expectation, a cost to match."""

LocatedEdit = tuple[YamlPath, Edit]


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
        return tuple(edit for _path, edit in self.located_edits)


def parse_change(
    document: YamlDocument, text: Any, path: YamlPath, match: Match | None
) -> WrittenChange:
    """A variant or factor; `match` holds where it has none of its own. Raises `RecipeError`."""
    parser = _Parser(document)
    if not isinstance(text, dict):
        raise document.error(
            "a variant is a mapping of changes such as {set: {basic: {groups: 2}}}", path
        )
    because, expect = (parser.remark(text, path, key) for key in ("because", "expect"))
    if text.get("match") is not None:
        match = parser.match(text["match"], (*path, "match"))
    return WrittenChange(str(path[-1]), tuple(parser.edits(text, path)), because, expect, match)


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


class _Parser:
    """Reads the parts of a variant; each method gets a value and its path in the document."""

    def __init__(self, document: YamlDocument) -> None:
        self.error = document.error
        self._readers: dict[str, Callable[[Any, YamlPath], Iterator[LocatedEdit]]] = {
            "set": self._set,
            "swap": self._swap,
            "remove": self._remove,
            "insert": self._insert,
            "move": self._move,
        }

    def edits(self, text: dict[str, Any], path: YamlPath) -> Iterator[LocatedEdit]:
        for key, value in text.items():
            here = (*path, key)
            if key in self._readers:
                yield from self._readers[key](value, here)
            elif key == "edits":
                if not isinstance(value, list):
                    raise self.error(f"{quote_input(value)} is not a list of changes", here)
                for item, item_path in self._mappings(value, here):
                    yield from self.edits(item, item_path)
            elif key not in OTHER_KEYS:
                remedy = did_you_mean(str(key), [*self._readers, *OTHER_KEYS])
                raise self.error(f"no change is called '{key}': {remedy}", here)

    def remark(self, text: dict[str, Any], path: YamlPath, key: str) -> str:
        remark = text.get(key)
        if isinstance(remark, dict | list):
            raise self.error("write a sentence", (*path, key))
        return "" if remark is None else format_scalar(remark)

    def match(self, value: Any, path: YamlPath) -> Match:
        try:
            return Match.model_validate(value)
        except ValidationError as error:
            inner, message = validation_messages(error, Match, value)[0]
            raise self.error(message, (*path, *inner)) from None

    def _set(self, value: Any, path: YamlPath) -> Iterator[LocatedEdit]:
        for where, fields, here in self._entries(value, path):
            yield here, SetFields(where, self._mapping(fields, here))

    def _swap(self, value: Any, path: YamlPath) -> Iterator[LocatedEdit]:
        for where, new, here in self._entries(value, path):
            fields = {"block": new} if isinstance(new, str) else dict(self._mapping(new, here))
            kind = fields.pop("block", None)
            if kind is None:
                raise self.error("say which block comes instead: 'block: KIND'", here)
            yield here, Swap(where, str(kind), fields)

    def _remove(self, value: Any, path: YamlPath) -> Iterator[LocatedEdit]:
        for where in value if isinstance(value, list) else [value]:
            if isinstance(where, bool) or not isinstance(where, str | int):
                raise self.error("name a kind of block or a row number to remove", path)
            yield path, Remove(where)

    def _insert(self, value: Any, path: YamlPath) -> Iterator[LocatedEdit]:
        for item, here in self._mappings(value, path):
            fields = dict(item)
            at = self._row_number("at", fields.pop("at", None), (*here, "at"))
            try:
                block = parse_block(fields)
            except PydanticCustomError as error:
                raise self.error(error.message(), (*here, "block")) from None
            except ValidationError as error:
                inner, message = validation_messages(error, KINDS[fields["block"]], fields)[0]
                raise self.error(message, (*here, *inner)) from None
            yield here, Insert(at, block)

    def _move(self, value: Any, path: YamlPath) -> Iterator[LocatedEdit]:
        for where, to, here in self._entries(value, path):
            yield here, Move(where, self._row_number("to", to, here))

    def _entries(self, value: Any, path: YamlPath) -> Iterator[tuple[str, Any, YamlPath]]:
        for key, item in self._mapping(value, path).items():
            yield key, item, (*path, key)

    def _mappings(self, value: Any, path: YamlPath) -> Iterator[tuple[dict[str, Any], YamlPath]]:
        if not isinstance(value, list):
            yield self._mapping(value, path), path
            return
        for index, item in enumerate(value):
            yield self._mapping(item, (*path, index)), (*path, index)

    def _mapping(self, value: Any, path: YamlPath) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.error(f"{quote_input(value)} is not a mapping", path)
        return value

    def _row_number(self, name: str, value: Any, path: YamlPath) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.error(f"'{name}' needs a row number, counted from 1", path)
        return value
