"""What makes one network another: the fewest plain edits, each of which a recipe can write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby

from netlab.blocks import BlockSpec
from netlab.errors import EditError
from netlab.recipe.edits import (
    NETWORK_SETTINGS,
    Edit,
    Insert,
    Move,
    Remove,
    SetFields,
    Swap,
    apply_all,
)
from netlab.recipe.network import Network

RECIPE_EDITS = (SetFields, Swap, Remove, Insert, Move)


def difference(old: Network, new: Network, made: Sequence[Edit] = ()) -> tuple[Edit, ...]:
    """Edits that turn `old` into `new`: those that were `made`, or fewer that do the same.

    Raises `EditError` where no variant can say the difference: input and classes are the same for
    every network of a study.
    """
    if (old.input, old.classes) != (new.input, new.classes):
        raise EditError("every variant takes the input and tells the classes of its baseline")
    found = tuple(_settings_edits(old, new)) + tuple(_row_edits(old.blocks, new.blocks))
    found = _merge_by_kind(old, new, found)
    if made and len(made) <= len(found) and all(isinstance(edit, RECIPE_EDITS) for edit in made):
        return tuple(made)
    return found


def _settings_edits(old: Network, new: Network) -> Iterator[Edit]:
    changed = {
        name: getattr(new, name)
        for name in NETWORK_SETTINGS
        if getattr(old, name) != getattr(new, name)
    }
    if changed:
        yield SetFields("network", changed)


def _row_edits(old: Sequence[BlockSpec], new: Sequence[BlockSpec]) -> Iterator[Edit]:
    """Edits from the last row to the first, so that the numbers of those before them hold."""
    matcher = SequenceMatcher(None, [_key(s) for s in old], [_key(s) for s in new], autojunk=False)
    for tag, low, high, first, last in reversed(matcher.get_opcodes()):
        if tag == "equal":
            continue
        both = min(high - low, last - first)
        for offset in reversed(range(both, last - first)):
            yield Insert(low + both + 1, new[first + offset])
        for row in reversed(range(low + both, high)):
            yield Remove(row + 1)
        for offset in reversed(range(both)):
            yield _row_edit(low + offset + 1, old[low + offset], new[first + offset])


def _row_edit(row: int, old: BlockSpec, new: BlockSpec) -> Edit:
    after = new.fields()
    if old.block != new.block:
        names = type(new).model_fields
        kept = {name for name in old.fields() if name in names}
        return Swap(row, new.block, {n: getattr(new, n) for n in {*after, *kept} - {"block"}})
    changed = [name for name in old.field_names() if getattr(old, name) != getattr(new, name)]
    return SetFields(row, {name: after.get(name, getattr(new, name)) for name in changed})


def _merge_by_kind(old: Network, new: Network, edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """One edit of the kind in place of those that set the same on all of its rows."""
    sets = [edit for edit in edits if isinstance(edit, SetFields) and edit.where != "network"]
    for kind, same in groupby(sets, key=lambda edit: old.blocks[int(edit.where) - 1].block):
        rows = list(same)
        if len(rows) < 2 or any(edit.fields != rows[0].fields for edit in rows):
            continue
        shorter = [edit for edit in edits if edit not in rows]
        candidate = (*shorter, SetFields(kind, rows[0].fields))
        try:
            if apply_all(old, candidate)[0] == new:
                edits = candidate
        except EditError:
            continue
    return edits


def _key(spec: BlockSpec) -> str:
    return spec.model_dump_json()
