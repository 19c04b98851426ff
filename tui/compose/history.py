"""A document with its history, and a study, as JSON and back: what autosave keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields as dataclass_fields
from typing import Any

from netlab.blocks import BlockSpec
from netlab.blocks.parsing import parse_block
from netlab.recipe.edits import Edit, Insert, Move, Remove, SetFields, Swap
from netlab.recipe.network import Network
from tui.compose.edits import Rewrite, SetInput
from tui.document import Document
from tui.draft import StudyDraft, VariantDraft

VERSION = 1
"""Of the layout of what is kept; another version is not read."""


class NotKept(Exception):  # noqa: N818
    """What was kept cannot be read: another version, or damaged."""


def document_to_json(document: Document) -> dict[str, Any]:
    """The network that the history starts from, and every edit, done and undone."""
    start = document.past[0].before if document.past else document.network
    return {
        "start": told_network(start),
        "edits": [told_edit(step.edit, step.before) for step in document.past],
        "undone": [told_edit(step.edit, step.before) for step in reversed(document.future)],
        "baseline": told_network(document.baseline),
        "saved": told_network(document.saved) if document.saved else None,
    }


def document_from_json(told: Any) -> Document:
    """The document with its whole history. Raises `NotKept`."""
    try:
        saved = told["saved"]
        document = Document(
            heard_network(told["start"]),
            baseline=heard_network(told["baseline"]),
            saved=heard_network(saved) if saved else None,
        )
        for edit in (*told["edits"], *told["undone"]):
            document = document.edited(heard_edit(edit))
        for _edit in told["undone"]:
            document = document.undone()
    except Exception as error:
        raise NotKept(str(error)) from error
    return document


def study_to_json(study: StudyDraft) -> dict[str, Any]:
    """The study with its variants."""
    told = {field.name: getattr(study, field.name) for field in dataclass_fields(StudyDraft)}
    told["variants"] = [
        {
            **{
                field.name: getattr(variant, field.name) for field in dataclass_fields(VariantDraft)
            },
            "edits": [told_edit(edit, None) for edit in variant.edits],
        }
        for variant in study.variants
    ]
    return told


def study_from_json(told: Any) -> StudyDraft:
    """The study. Raises `NotKept`."""
    try:
        variants = tuple(
            VariantDraft(**{**variant, "edits": tuple(map(heard_edit, variant["edits"]))})
            for variant in told["variants"]
        )
        return StudyDraft(**{**told, "seeds": tuple(told["seeds"]), "variants": variants})
    except Exception as error:
        raise NotKept(str(error)) from error


def told_network(network: Network) -> dict[str, Any]:
    """A network as JSON values."""
    return {"input": list(network.input), "classes": network.classes, **network.identity()}


def heard_network(told: Any) -> Network:
    """A network from JSON values. Raises `ValueError`."""
    return Network.model_validate(told)


def told_edit(edit: Edit, before: Network | None) -> dict[str, Any]:
    """An edit as JSON values; one of an unknown class as what it makes of `before`."""
    for kind, (told, _heard) in _EDITS.items():
        if type(edit) is kind:
            return {"edit": kind.__name__, **told(edit)}
    if before is None:
        raise TypeError(f"{type(edit).__name__} is no edit that can be kept")
    return told_edit(Rewrite(edit.apply(before)), None)


def heard_edit(told: dict[str, Any]) -> Edit:
    """An edit from JSON values. Raises `KeyError` or `ValueError`."""
    values = dict(told)
    name = values.pop("edit")
    _told, heard = next(pair for kind, pair in _EDITS.items() if kind.__name__ == name)
    return heard(values)


def _told_block(block: BlockSpec) -> dict[str, Any]:
    return {"block": block.block, **block.fields()}


_EDITS: dict[type, tuple[Callable[[Any], dict[str, Any]], Callable[[dict[str, Any]], Edit]]] = {
    SetFields: (
        lambda edit: {"where": edit.where, "fields": dict(edit.fields)},
        lambda told: SetFields(**told),
    ),
    Swap: (
        lambda edit: {"where": edit.where, "kind": edit.kind, "fields": dict(edit.fields)},
        lambda told: Swap(**told),
    ),
    Remove: (lambda edit: {"where": edit.where}, lambda told: Remove(**told)),
    Insert: (
        lambda edit: {"at": edit.at, "block": _told_block(edit.block)},
        lambda told: Insert(told["at"], parse_block(told["block"])),
    ),
    Move: (lambda edit: {"where": edit.where, "to": edit.to}, lambda told: Move(**told)),
    SetInput: (lambda edit: {"fields": dict(edit.fields)}, lambda told: SetInput(**told)),
    Rewrite: (
        lambda edit: {"network": told_network(edit.network)},
        lambda told: Rewrite(heard_network(told["network"])),
    ),
}
"""Every edit that is kept by its class: how it is told and how it is heard."""
