"""YAML files as plain values that remember the file and line of every field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedBase, CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.scalarbool import ScalarBoolean

from netlab.blocks.value_text import format_scalar
from netlab.errors import RecipeError
from netlab.recipe.yaml.syntax_messages import syntax_message

YamlPath = tuple[str | int, ...]
"""The way to a value inside a document: keys and list indices, outermost first."""

FORBIDDEN_CHARS = re.compile("[\0\ud800-\udfff]")
"""What neither a file name nor a table can hold."""


@dataclass(frozen=True)
class YamlDocument:
    """Plain values, and where each of them was written."""

    file: str
    values: dict[str, Any]
    locations: Mapping[YamlPath, tuple[str, int]] = field(default_factory=dict)

    def error(self, message: str, path: YamlPath = ()) -> RecipeError:
        """A `RecipeError` at the innermost part of `path` that was written down."""
        parts = (path[:length] for length in range(len(path), -1, -1))
        known = (self.locations[part] for part in parts if part in self.locations)
        file, line = next(known, (self.file, 1))
        return RecipeError(message, file=file, line=line, field=format_path(path) or None)

    def merged_over(self, base: YamlDocument) -> YamlDocument:
        """This document laid over `base`: mappings merge key by key, all else replaces."""
        values = _merge(base.values, self.values)
        return YamlDocument(self.file, values, {**base.locations, **self.locations})


def format_path(path: YamlPath) -> str:
    """`network.blocks[3].groups`; lists count from 1, as people do."""
    name = ""
    for step in path:
        name += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if name else step
    return name


def read_document(path: Path) -> YamlDocument:
    """Read a YAML file whose top level is a mapping. Raises `RecipeError`."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise RecipeError(f"not a text file in UTF-8 ({error.reason})", file=str(path)) from None
    except OSError as error:
        raise RecipeError(f"cannot be read: {error.strerror}", file=str(path)) from None
    return parse_document(text, str(path))


def parse_document(text: str, file: str) -> YamlDocument:
    """The mapping that `text` writes in YAML. Raises `RecipeError` with the line at fault."""
    tree = _parse(text, file)
    if not isinstance(tree, CommentedMap):
        kind = {type(None): "empty", CommentedSeq: "a list"}.get(type(tree), "a single value")
        raise RecipeError(
            f"a recipe is a mapping such as 'network: …', but this file is {kind}", file=file
        )
    locations: dict[YamlPath, tuple[str, int]] = {(): (file, 1)}
    locations |= {path: (file, line) for path, line in _line_numbers(tree, ())}
    return YamlDocument(file, _Plain(file, locations).mapping(tree, ()), locations)


def _parse(text: str, file: str) -> Any:
    try:
        return YAML(typ="rt", pure=True).load(text)
    except DuplicateKeyError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        key = str(error.problem).removeprefix("found ").split(" with ")[0]
        raise RecipeError(f"{key}: every name may stand once", file=file, line=line) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f" at column {mark.column + 1}" if mark else ""
        raise RecipeError(
            f"not valid YAML{where}: {syntax_message(error, text)}",
            file=file,
            line=mark.line + 1 if mark else None,
        ) from None
    except TypeError:  # ruamel hashes names, and a name may hold a list or mapping
        raise RecipeError(
            "a name is text, not a list or mapping: put it in quotes", file=file
        ) from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise RecipeError(f"not valid YAML: {error}", file=file) from None


def _line_numbers(node: Any, path: YamlPath) -> Iterator[tuple[YamlPath, int]]:
    if isinstance(node, CommentedMap):
        for key, value in node.items():
            mark = node.lc.data.get(key) if node.lc.data else None
            if mark is not None:
                yield (*path, str(key)), mark[0] + 1
            yield from _line_numbers(value, (*path, str(key)))
    elif isinstance(node, CommentedSeq):
        for index, value in enumerate(node):
            # A list with a tag does not know the lines of what is in it.
            if node.lc.data:
                yield (*path, index), node.lc.item(index)[0] + 1
            yield from _line_numbers(value, (*path, index))


class _Plain:
    """Turns ruamel's nodes into plain values. Raises `RecipeError` for what no recipe holds."""

    def __init__(self, file: str, locations: Mapping[YamlPath, tuple[str, int]]) -> None:
        self._document = YamlDocument(file, {}, locations)

    def value(self, node: Any, path: YamlPath) -> Any:
        if isinstance(node, CommentedBase) and node.tag.value is not None:
            raise self._document.error(
                f"the tag '{node.tag.value}' has no meaning here: a recipe is plain data", path
            )
        if isinstance(node, CommentedMap):
            return self.mapping(node, path)
        if isinstance(node, CommentedSeq):
            return [self.value(item, (*path, index)) for index, item in enumerate(node)]
        if isinstance(node, str):
            if FORBIDDEN_CHARS.search(node):
                raise self._document.error(
                    "contains a NUL or half of a surrogate pair: remove that character", path
                )
            return str(node)
        if isinstance(node, ScalarBoolean):
            return bool(node)
        for plain in (bool, int, float):
            if isinstance(node, plain):
                return plain(node)
        if node is None:
            return None
        raise self._document.error(
            "this is neither text nor a number, list or mapping: put it in quotes to make it text",
            path,
        )

    def mapping(self, node: CommentedMap, path: YamlPath) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key, item in node.items():
            if isinstance(key, bool | ScalarBoolean) or not isinstance(key, str | int):
                raise self._not_a_name(key, path)
            name = str(self.value(key, path))
            if name in values:
                raise self._document.error(
                    f'"{name}" stands twice, with quotes and without: every name may stand once',
                    (*path, name),
                )
            values[name] = self.value(item, (*path, name))
        return values

    def _not_a_name(self, key: Any, path: YamlPath) -> RecipeError:
        kind = "null" if key is None else "a list or mapping"
        if isinstance(key, bool | ScalarBoolean | float):
            kind = format_scalar(bool(key) if isinstance(key, ScalarBoolean) else key)
        error = self._document.error(
            f"a name is text, not {kind}: put it in quotes", (*path, str(key))
        )
        return RecipeError(
            error.message, file=error.file, line=error.line, field=format_path(path) or None
        )


def _merge(base: Any, over: Any) -> Any:
    if not (isinstance(base, dict) and isinstance(over, dict)):
        return over
    merged = {
        key: _merge(base[key], value) if key in base else value for key, value in over.items()
    }
    return {**base, **merged}
