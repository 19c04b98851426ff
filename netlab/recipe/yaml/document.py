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
        """A `RecipeError` at the innermost part of `place` that was written down."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.locations:
                file, line = self.locations[path[:length]]
                break
        else:
            file, line = self.file, 1
        return RecipeError(message, file=file, line=line, field=format_path(path) or None)

    def merged_over(self, base: YamlDocument) -> YamlDocument:
        """This document laid over `base`: mappings merge key by key, all else replaces."""
        return YamlDocument(
            self.file, _merge(base.values, self.values), {**base.locations, **self.locations}
        )


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
    try:
        tree = YAML(typ="rt", pure=True).load(text)
    except DuplicateKeyError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        words = str(error.problem).removeprefix("found ").split(" with ")[0]
        raise RecipeError(f"{words}: every name may stand once", file=file, line=line) from None
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
    if not isinstance(tree, CommentedMap):
        kind = {type(None): "empty", CommentedSeq: "a list"}.get(type(tree), "a single value")
        raise RecipeError(
            f"a recipe is a mapping such as 'network: …', but this file is {kind}", file=file
        )
    lines = dict(_line_numbers(tree, ()))
    values = _to_plain(tree, (), _Source(file, lines))
    return YamlDocument(file, values, {(): (file, 1), **{p: (file, n) for p, n in lines.items()}})


@dataclass(frozen=True)
class _Source:
    file: str
    lines: Mapping[YamlPath, int]

    def error(self, message: str, place: YamlPath, line: int | None = None) -> RecipeError:
        known = (place[:length] for length in range(len(place), 0, -1))
        line = line or next((self.lines[part] for part in known if part in self.lines), None)
        return RecipeError(message, file=self.file, line=line, field=format_path(place) or None)


def _line_numbers(node: Any, place: YamlPath) -> Iterator[tuple[YamlPath, int]]:
    if isinstance(node, CommentedMap):
        for key, value in node.items():
            spot = node.lc.data.get(key) if node.lc.data else None
            if spot is not None:
                yield (*place, str(key)), spot[0] + 1
            yield from _line_numbers(value, (*place, str(key)))
    elif isinstance(node, CommentedSeq):
        for index, value in enumerate(node):
            # A list with a tag does not know the lines of what is in it.
            if node.lc.data:
                yield (*place, index), node.lc.item(index)[0] + 1
            yield from _line_numbers(value, (*place, index))


def _to_plain(node: Any, place: YamlPath, source: _Source) -> Any:
    if isinstance(node, CommentedBase) and node.tag.value is not None:
        raise source.error(
            f"the tag '{node.tag.value}' has no meaning here: a recipe is plain data", place
        )
    if isinstance(node, CommentedMap):
        return _plain_mapping(node, place, source)
    if isinstance(node, CommentedSeq):
        return [_to_plain(value, (*place, index), source) for index, value in enumerate(node)]
    if isinstance(node, str):
        if FORBIDDEN_CHARS.search(node):
            raise source.error("this text has characters in it that no text has", place)
        return str(node)
    for plain in (bool, int, float):
        if isinstance(node, plain):
            return plain(node)
    if isinstance(node, ScalarBoolean):
        return bool(node)
    if node is None:
        return None
    raise source.error(
        "this is neither text nor a number, list or mapping: put it in quotes to make it text",
        place,
    )


def _plain_mapping(node: CommentedMap, place: YamlPath, source: _Source) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in node.items():
        if isinstance(key, bool | ScalarBoolean) or not isinstance(key, str | int):
            plain = key is None or isinstance(key, bool | ScalarBoolean | float)
            told = (
                "a list or mapping" if not plain else "null" if key is None else format_scalar(key)
            )
            spot = node.lc.data.get(key)
            raise source.error(
                f"a name is text, not {told}: put it in quotes",
                place,
                spot[0] + 1 if spot else None,
            )
        name = _to_plain(key, place, source)
        if str(name) in values:
            raise source.error(
                f'"{name}" stands twice, with quotes and without: every name may stand once',
                (*place, str(name)),
            )
        values[str(name)] = _to_plain(value, (*place, str(name)), source)
    return values


def _merge(base: Any, over: Any) -> Any:
    if isinstance(base, dict) and isinstance(over, dict):
        return {
            **base,
            **{
                key: _merge(base[key], value) if key in base else value
                for key, value in over.items()
            },
        }
    return over
