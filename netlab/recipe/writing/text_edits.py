"""Changing the text of a recipe at the very places where its network is written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from ruamel.yaml import YAML
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, SequenceNode

from netlab.blocks import BlockSpec
from netlab.recipe.yaml.format import flow_yaml, row_text

TextEdit = tuple[int, int, str]
"""Start, end and replacement; offsets into the text."""


class CannotEditInPlace(Exception):  # noqa: N818
    """The text is laid out so that the change cannot be made in place."""


def edit_network_in_place(
    text: str,
    settings: Mapping[str, str],
    old: Sequence[BlockSpec],
    new: Sequence[BlockSpec],
) -> str:
    """`text` with these `settings` of its network, and its rows `old` turned into `new`.

    Raises `CannotEditInPlace`.
    """
    text = text if text.endswith("\n") else text + "\n"
    network = entries_of(root_of(text)).get("network")
    if network is None:
        lines = [f"  {name}: {value}\n" for name, value in settings.items()]
        if tuple(old) != tuple(new):
            lines += ["  blocks:\n", *(f"    - {row_text(spec)}\n" for spec in new)]
        return text + "".join(["network:\n", *lines]) if lines else text
    if not isinstance(network[1], MappingNode):
        raise CannotEditInPlace
    splices = list(_key_edits(text, network[1], settings))
    if tuple(old) != tuple(new):
        splices += _block_edits(text, network[1], old, new)
    return apply_text_edits(text, splices)


def without_network(text: str) -> str:
    """`text` without the lines of its network. Raises `CannotEditInPlace`."""
    network = entries_of(root_of(text)).get("network")
    if network is None:
        return text
    key, value = network
    return text[: line_start(text, key.start_mark.index)] + text[line_end(text, end_of(value)) :]


def root_of(text: str) -> MappingNode:
    """The top level of a recipe, where it is laid out in lines. Raises `CannotEditInPlace`."""
    root = YAML(typ="rt", pure=True).compose(text)
    if not isinstance(root, MappingNode) or root.flow_style:
        raise CannotEditInPlace
    return root


def _block_edits(
    text: str,
    network: MappingNode,
    old: Sequence[BlockSpec],
    new: Sequence[BlockSpec],
) -> Iterator[TextEdit]:
    blocks = entries_of(network).get("blocks")
    if blocks is None:
        rows = "".join(f"\n    - {row_text(spec)}" for spec in new)
        yield from _key_edits(text, network, {"blocks": rows})
        return
    rows_node = blocks[1]
    if not isinstance(rows_node, SequenceNode) or rows_node.flow_style:
        raise CannotEditInPlace
    if len(rows_node.value) != len(old):
        raise CannotEditInPlace
    yield from _Rows(text, rows_node, old).edits_to(new)


class _Rows:
    """A block-style sequence of rows, and what turns it into another."""

    def __init__(self, text: str, node: SequenceNode, old: Sequence[BlockSpec]) -> None:
        self.text = text
        self.nodes: list[Node] = list(node.value)
        self.old = old
        self.indent = " " * node.start_mark.column

    def edits_to(self, new: Sequence[BlockSpec]) -> Iterator[TextEdit]:
        matcher = SequenceMatcher(
            None, [_identity(s) for s in self.old], [_identity(s) for s in new], autojunk=False
        )
        opcodes = matcher.get_opcodes()
        freed: dict[str, str] = {}
        """The lines of rows that go, so that a row that only moves keeps its comment."""
        for _tag, low, high, first, last in opcodes:
            for row in range(low + min(high - low, last - first), high):
                freed[_identity(self.old[row])] = self.lines(row)
        for tag, low, high, first, last in opcodes:
            if tag == "equal":
                continue
            both = min(high - low, last - first)
            for offset in range(both):
                yield from self.row_edits(low + offset, new[first + offset])
            for row in range(low + both, high):
                yield (*self.span(row), "")
            added = "".join(
                freed.get(_identity(spec)) or f"{self.indent}- {row_text(spec)}\n"
                for spec in new[first + both : last]
            )
            if added:
                place = self.span(low + both - 1)[1] if low + both else self.span(0)[0]
                yield (place, place, added)

    def row_edits(self, row: int, spec: BlockSpec) -> Iterator[TextEdit]:
        """The row made one of `spec`, field by field where the kind stays."""
        node, old = self.nodes[row], self.old[row]
        if old.block != spec.block or not isinstance(node, MappingNode):
            yield (node.start_mark.index, end_of(node), row_text(spec))
            return
        before, after = old.fields(), spec.fields()
        yield from _key_edits(
            self.text,
            node,
            {
                name: flow_yaml(after[name]) if name in after else None
                for name in {**before, **after}
                if before.get(name) != after.get(name) or (name in before) != (name in after)
            },
        )

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
    for name, value in values.items():
        if name in entries:
            key, old = entries[name]
            if value is not None:
                yield (old.start_mark.index, end_of(old), value)
            elif node.flow_style:
                yield _remove_key(node, key)
            else:
                start = line_start(text, key.start_mark.index)
                yield (start, line_end(text, end_of(old)), "")
    added = {n: v for n, v in values.items() if n not in entries and v is not None}
    if added and node.flow_style:
        place = end_of(node.value[-1][1])
        yield (place, place, "".join(f", {name}: {value}" for name, value in added.items()))
    elif added:
        key, old = next(
            (key, value)
            for key, value in reversed(node.value)
            if "\n" not in text[key.start_mark.index : end_of(value)]
        )
        place = line_end(text, end_of(old))
        indent = " " * node.start_mark.column
        yield (place, place, "".join(f"{indent}{name}: {v}\n" for name, v in added.items()))


def _remove_key(node: MappingNode, key: Node) -> TextEdit:
    """A flow mapping without one of its keys and the comma beside it."""
    index = next(i for i, (k, _value) in enumerate(node.value) if k is key)
    if index:
        return (end_of(node.value[index - 1][1]), end_of(node.value[index][1]), "")
    if len(node.value) == 1:
        return (key.start_mark.index, end_of(node.value[0][1]), "")
    return (key.start_mark.index, node.value[1][0].start_mark.index, "")


def entries_of(node: MappingNode) -> dict[str, tuple[Node, Node]]:
    """Key and value by the key's name."""
    return {str(key.value): (key, value) for key, value in node.value}


def end_of(node: Node) -> int:
    """The offset after the last character of a node, without what follows in block style."""
    if not isinstance(node, CollectionNode) or node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return end_of(last[1] if isinstance(node, MappingNode) else last)


def line_start(text: str, place: int) -> int:
    """The beginning of the line that `place` is in."""
    return text.rfind("\n", 0, place) + 1


def line_end(text: str, place: int) -> int:
    """After the line feed of the line that `place` is in."""
    return text.find("\n", place) + 1


def apply_text_edits(text: str, splices: list[TextEdit]) -> str:
    """`text` with all replacements, which must not overlap."""
    for start, end, replacement in sorted(splices, key=lambda s: (s[0], s[1]), reverse=True):
        text = text[:start] + replacement + text[end:]
    return text


def _identity(spec: BlockSpec) -> str:
    return json.dumps({"block": spec.block, **spec.fields()}, sort_keys=True, default=str)
