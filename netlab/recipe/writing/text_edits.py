"""Changing the text of a recipe where a value is written; comments and layout around it stay.

Ruamel's own round trip would indent the whole file anew, and lose which comment belongs to a row or
variant that moves.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import TypeVar

from ruamel.yaml import YAML
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, SequenceNode

from netlab.blocks import BlockSpec
from netlab.recipe.yaml.yaml_text import flow_yaml, row_text

TextEdit = tuple[int, int, str]
"""Start, end and replacement; offsets into the text."""

N = TypeVar("N", MappingNode, SequenceNode)
KeyAndValue = tuple[Node, Node]


class CannotEditInPlaceError(Exception):
    """The text is laid out so that the change cannot be made in place."""


def edit_network_in_place(
    text: str, settings: Mapping[str, str], old: Sequence[BlockSpec], new: Sequence[BlockSpec]
) -> str:
    """`text` with these `settings` of its network, and its rows `old` turned into `new`.

    Raises `CannotEditInPlaceError`.
    """
    text = text if text.endswith("\n") else text + "\n"
    network = entries_of(root_of(text)).get("network")
    if network is None:
        lines = [f"  {name}: {value}\n" for name, value in settings.items()]
        if tuple(old) != tuple(new):
            lines += ["  blocks:\n", *(f"    - {row_text(spec)}\n" for spec in new)]
        return text + "".join(["network:\n", *lines]) if lines else text
    if not isinstance(network[1], MappingNode):
        raise CannotEditInPlaceError
    edits = list(_key_edits(text, network[1], settings))
    if tuple(old) != tuple(new):
        edits += _block_edits(text, network[1], old, new)
    return apply_text_edits(text, edits)


def without_network(text: str) -> str:
    """`text` without the lines of its network. Raises `CannotEditInPlaceError`."""
    network = entries_of(root_of(text)).get("network")
    if network is None:
        return text
    start, end = line_span(text, network)
    return text[:start] + text[end:]


def root_of(text: str) -> MappingNode:
    """The top level of a recipe, where it is laid out in lines. Raises `CannotEditInPlaceError`."""
    root = YAML(typ="rt", pure=True).compose(text)
    if not isinstance(root, MappingNode) or root.flow_style:
        raise CannotEditInPlaceError
    return root


def _block_edits(
    text: str, network: MappingNode, old: Sequence[BlockSpec], new: Sequence[BlockSpec]
) -> Iterator[TextEdit]:
    if "blocks" not in entries_of(network):
        rows = "".join(f"\n    - {row_text(spec)}" for spec in new)
        yield from _key_edits(text, network, {"blocks": rows})
        return
    _key, rows_node = in_lines(SequenceNode, network, "blocks")
    if len(rows_node.value) != len(old):
        raise CannotEditInPlaceError
    yield from _Rows(text, rows_node, old).edits_to(new)


class _Rows:
    """The rows of a network, one or more lines each, and what turns them into others."""

    def __init__(self, text: str, node: SequenceNode, old: Sequence[BlockSpec]) -> None:
        self.text = text
        self.nodes: list[Node] = list(node.value)
        self.old = old
        self.indent = " " * node.start_mark.column

    def edits_to(self, new: Sequence[BlockSpec]) -> Iterator[TextEdit]:
        """Rows that pair up change field by field; of the others the old go, the new come."""
        matcher = SequenceMatcher(
            None, [_identity(s) for s in self.old], [_identity(s) for s in new], autojunk=False
        )
        changes = [
            (range(low, high), list(new[first:last]))
            for tag, low, high, first, last in matcher.get_opcodes()
            if tag != "equal"
        ]
        # A row that only moves takes its lines, and so its comment, along.
        removed_lines = {
            _identity(self.old[row]): self.lines(row)
            for rows, specs in changes
            for row in rows[len(specs) :]
        }
        for rows, specs in changes:
            for row, spec in zip(rows, specs, strict=False):
                yield from self.row_edits(row, spec)
            for row in rows[len(specs) :]:
                yield (*self.span(row), "")
            added = specs[len(rows) :]
            if added:
                lines = (
                    removed_lines.get(_identity(spec)) or f"{self.indent}- {row_text(spec)}\n"
                    for spec in added
                )
                yield self.insertion(rows.start + min(len(rows), len(specs)), "".join(lines))

    def insertion(self, row: int, lines: str) -> TextEdit:
        """`lines` put in so that they come before what is now `row`."""
        offset = self.span(row - 1)[1] if row else self.span(0)[0]
        return (offset, offset, lines)

    def row_edits(self, row: int, spec: BlockSpec) -> Iterator[TextEdit]:
        """The row made one of `spec`, field by field where the kind stays."""
        node, old = self.nodes[row], self.old[row]
        if old.block != spec.block or not isinstance(node, MappingNode):
            yield (node.start_mark.index, end_of(node), row_text(spec))
            return
        before, after = old.fields(), spec.fields()
        changed = {
            name: flow_yaml(after[name]) if name in after else None
            for name in {**before, **after}
            if (name in before, before.get(name)) != (name in after, after.get(name))
        }
        yield from _key_edits(self.text, node, changed)

    def span(self, row: int) -> tuple[int, int]:
        """Where the lines of a row begin and end, with the comment behind it."""
        node = self.nodes[row]
        return line_start(self.text, node.start_mark.index), line_end(self.text, end_of(node))

    def lines(self, row: int) -> str:
        start, end = self.span(row)
        return self.text[start:end]


def _key_edits(
    text: str, node: MappingNode, values: Mapping[str, str | None]
) -> Iterator[TextEdit]:
    """Give keys of a mapping these values; None takes the key out."""
    entries = entries_of(node)
    added: dict[str, str] = {}
    for name, value in values.items():
        if name not in entries:
            added |= {} if value is None else {name: value}
        elif value is not None:
            old = entries[name][1]
            yield (old.start_mark.index, end_of(old), value)
        elif node.flow_style:
            yield _flow_removal(node, name)
        else:
            key, old = entries[name]
            start = line_start(text, key.start_mark.index)
            yield (start, line_end(text, end_of(old)), "")
    if added and node.flow_style:
        offset = end_of(node.value[-1][1])
        yield (offset, offset, "".join(f", {name}: {value}" for name, value in added.items()))
    elif added:
        yield _line_addition(text, node, added)


def _flow_removal(node: MappingNode, name: str) -> TextEdit:
    """A key of a flow mapping taken out with the comma beside it."""
    index = [*entries_of(node)].index(name)
    key, value = node.value[index]
    if index:
        return (end_of(node.value[index - 1][1]), end_of(value), "")
    if len(node.value) == 1:
        return (key.start_mark.index, end_of(value), "")
    return (key.start_mark.index, node.value[1][0].start_mark.index, "")


def _line_addition(text: str, node: MappingNode, values: Mapping[str, str]) -> TextEdit:
    """New lines after the last key that has its value on its own line."""
    last = next(
        value
        for key, value in reversed(node.value)
        if "\n" not in text[key.start_mark.index : end_of(value)]
    )
    offset = line_end(text, end_of(last))
    indent = " " * node.start_mark.column
    return (offset, offset, "".join(f"{indent}{name}: {value}\n" for name, value in values.items()))


def entries_of(node: MappingNode) -> dict[str, KeyAndValue]:
    """Key and value by the key's name."""
    return {str(key.value): (key, value) for key, value in node.value}


def in_lines(node_type: type[N], node: MappingNode, name: str) -> tuple[Node, N]:
    """Key and value of an entry, one key or item a line. Raises `CannotEditInPlaceError`."""
    entry = entries_of(node).get(name)
    if entry is None or not isinstance(entry[1], node_type) or entry[1].flow_style:
        raise CannotEditInPlaceError
    return entry[0], entry[1]


def end_of(node: Node) -> int:
    """The offset after the last character of a node, without what follows in block style."""
    if not isinstance(node, CollectionNode) or node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return end_of(last[1] if isinstance(node, MappingNode) else last)


def line_start(text: str, offset: int) -> int:
    """The beginning of the line that `offset` is in."""
    return text.rfind("\n", 0, offset) + 1


def line_end(text: str, offset: int) -> int:
    """After the line feed of the line that `offset` is in."""
    return text.find("\n", offset) + 1


def line_span(text: str, entry: KeyAndValue) -> tuple[int, int]:
    """Where the lines of an entry begin and end."""
    key, value = entry
    start = key.start_mark.index
    # The mark at the end of a folded text is that of what follows it.
    end = start + len(text[start : end_of(value)].rstrip())
    return line_start(text, start), line_end(text, end)


def apply_text_edits(text: str, edits: Sequence[TextEdit]) -> str:
    """`text` with all replacements, which must not overlap."""
    for start, end, replacement in sorted(edits, key=lambda edit: edit[:2], reverse=True):
        text = text[:start] + replacement + text[end:]
    return text


def _identity(spec: BlockSpec) -> str:
    return json.dumps({"block": spec.block, **spec.fields()}, sort_keys=True, default=str)
