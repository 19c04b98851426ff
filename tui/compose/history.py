"""A document with its history, and a study, as JSON and back: what autosave keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields as dataclass_fields
from typing import Any

from netlab.blocks import BlockSpec
from netlab.blocks.parsing import parse_block
from netlab.recipe.edits import Edit, Insert, Move, Remove, SetFields, Swap
from netlab.recipe.network import Network
from tui.compose.branches import SetBranches, Within
from tui.compose.edits import Rewrite, SetInput
from tui.document import Document, Unapplied
from tui.draft import StudyDraft, VariantDraft
from tui.past import StudyHistory, Was

VERSION = 1
"""Of the layout of what is kept; another version is not read."""


STEPS = 100
"""Of a study's past and of its future, how many are kept: each is a whole study."""


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


def past_to_json(history: StudyHistory) -> dict[str, Any]:
    """The steps that lead to a study and on from it."""
    return {
        "past": [_told_was(was) for was in history.past[-STEPS:]],
        "future": [_told_was(was) for was in history.future[-STEPS:]],
    }


def past_from_json(told: Any, study: StudyDraft) -> StudyHistory:
    """The history of `study`; empty where none was kept. Raises `NotKept`."""
    if told is None:
        return StudyHistory(study)
    try:
        past, future = (tuple(map(_heard_was, told[name])) for name in ("past", "future"))
    except Exception as error:
        raise NotKept(str(error)) from error
    return StudyHistory(study, past, future)


def unapplied_to_json(unapplied: Unapplied | None) -> dict[str, Any] | None:
    """A text that waits to be applied, if there is one."""
    if unapplied is None:
        return None
    return {"text": unapplied.text, "over": told_network(unapplied.over)}


def unapplied_from_json(told: Any) -> Unapplied | None:
    """The text that waits to be applied; None where none was kept. Raises `NotKept`."""
    if told is None:
        return None
    try:
        text, over = told["text"], heard_network(told["over"])
    except Exception as error:
        raise NotKept(str(error)) from error
    if not isinstance(text, str):
        raise NotKept("the text that waits to be applied is none")
    return Unapplied(text, over)


def _told_was(was: Was) -> dict[str, Any]:
    baseline = told_network(was.baseline) if was.baseline else None
    return {"study": study_to_json(was.study), "baseline": baseline}


def _heard_was(told: Any) -> Was:
    baseline = told["baseline"]
    return Was(study_from_json(told["study"]), heard_network(baseline) if baseline else None)


def told_network(network: Network) -> dict[str, Any]:
    """A network as JSON values."""
    return {"input": list(network.input), "classes": network.classes, **network.told()}


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
    SetBranches: (
        lambda edit: {"row": edit.row, "branches": list(edit.branches), "told": edit.told},
        lambda told: SetBranches(**told),
    ),
    Within: (
        lambda edit: {"steps": edit.steps, "within": told_edit(edit.edit, None)},
        lambda told: Within(
            tuple((row, number) for row, number in told["steps"]), heard_edit(told["within"])
        ),
    ),
    Rewrite: (
        lambda edit: {"network": told_network(edit.network)},
        lambda told: Rewrite(heard_network(told["network"])),
    ),
}
"""Every edit that is kept by its class: how it is told and how it is heard."""
