"""A document with its history, and a study, as JSON and back: what autosave keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields as dataclass_fields
from typing import Any

from netlab.blocks import BlockSpec
from netlab.blocks.parsing import parse_block
from netlab.recipe.edits import Edit, Insert, Move, Remove, SetFields, Swap
from netlab.recipe.network import Network
from tui.compose.branch_edits import SetBranches, Within
from tui.compose.network_edits import Rewrite, SetInput
from tui.model.network_document import NetworkDocument, PendingText
from tui.model.study_draft import StudyDraft, VariantDraft
from tui.model.study_history import StudyHistory, StudySnapshot

SESSION_VERSION = 1
"""Of the layout of what is kept; another version is not read."""


MAX_HISTORY_STEPS = 100
"""Of a study's past and of its future, how many are kept: each is a whole study."""


class SessionUnreadable(Exception):  # noqa: N818
    """What was kept cannot be read: another version, or damaged."""


def document_to_json(document: NetworkDocument) -> dict[str, Any]:
    """The network that the history starts from, and every edit, done and undone."""
    start = document.past[0].before if document.past else document.network
    return {
        "start": network_to_json(start),
        "edits": [edit_to_json(step.edit, step.before) for step in document.past],
        "undone": [edit_to_json(step.edit, step.before) for step in reversed(document.future)],
        "baseline": network_to_json(document.baseline),
        "saved": network_to_json(document.saved) if document.saved else None,
    }


def document_from_json(told: Any) -> NetworkDocument:
    """The document with its whole history. Raises `SessionUnreadable`."""
    try:
        saved = told["saved"]
        document = NetworkDocument(
            network_from_json(told["start"]),
            baseline=network_from_json(told["baseline"]),
            saved=network_from_json(saved) if saved else None,
        )
        for edit in (*told["edits"], *told["undone"]):
            document = document.edited(edit_from_json(edit))
        for _edit in told["undone"]:
            document = document.undone()
    except Exception as error:
        raise SessionUnreadable(str(error)) from error
    return document


def study_to_json(study: StudyDraft) -> dict[str, Any]:
    """The study with its variants."""
    told = {field.name: getattr(study, field.name) for field in dataclass_fields(StudyDraft)}
    told["variants"] = [
        {
            **{
                field.name: getattr(variant, field.name) for field in dataclass_fields(VariantDraft)
            },
            "edits": [edit_to_json(edit, None) for edit in variant.edits],
        }
        for variant in study.variants
    ]
    return told


def study_from_json(told: Any) -> StudyDraft:
    """The study. Raises `SessionUnreadable`."""
    try:
        variants = tuple(
            VariantDraft(**{**variant, "edits": tuple(map(edit_from_json, variant["edits"]))})
            for variant in told["variants"]
        )
        return StudyDraft(**{**told, "seeds": tuple(told["seeds"]), "variants": variants})
    except Exception as error:
        raise SessionUnreadable(str(error)) from error


def study_history_to_json(history: StudyHistory) -> dict[str, Any]:
    """The steps that lead to a study and on from it."""
    return {
        "past": [_snapshot_to_json(was) for was in history.past[-MAX_HISTORY_STEPS:]],
        "future": [_snapshot_to_json(was) for was in history.future[-MAX_HISTORY_STEPS:]],
    }


def study_history_from_json(told: Any, study: StudyDraft) -> StudyHistory:
    """The history of `study`; empty where none was kept. Raises `SessionUnreadable`."""
    if told is None:
        return StudyHistory(study)
    try:
        past, future = (tuple(map(_snapshot_from_json, told[name])) for name in ("past", "future"))
    except Exception as error:
        raise SessionUnreadable(str(error)) from error
    return StudyHistory(study, past, future)


def unapplied_to_json(unapplied: PendingText | None) -> dict[str, Any] | None:
    """A text that waits to be applied, if there is one."""
    if unapplied is None:
        return None
    return {"text": unapplied.text, "over": network_to_json(unapplied.based_on)}


def unapplied_from_json(told: Any) -> PendingText | None:
    """The text that waits to be applied; None where none was kept. Raises `SessionUnreadable`."""
    if told is None:
        return None
    try:
        text, over = told["text"], network_from_json(told["over"])
    except Exception as error:
        raise SessionUnreadable(str(error)) from error
    if not isinstance(text, str):
        raise SessionUnreadable("the text that waits to be applied is none")
    return PendingText(text, over)


def _snapshot_to_json(was: StudySnapshot) -> dict[str, Any]:
    baseline = network_to_json(was.baseline) if was.baseline else None
    return {"study": study_to_json(was.study), "baseline": baseline}


def _snapshot_from_json(told: Any) -> StudySnapshot:
    baseline = told["baseline"]
    return StudySnapshot(
        study_from_json(told["study"]), network_from_json(baseline) if baseline else None
    )


def network_to_json(network: Network) -> dict[str, Any]:
    """A network as JSON values."""
    return {"input": list(network.input), "classes": network.classes, **network.to_dict()}


def network_from_json(told: Any) -> Network:
    """A network from JSON values. Raises `ValueError`."""
    return Network.model_validate(told)


def edit_to_json(edit: Edit, before: Network | None) -> dict[str, Any]:
    """An edit as JSON values; one of an unknown class as what it makes of `before`."""
    for kind, (told, _heard) in _EDITS.items():
        if type(edit) is kind:
            return {"edit": kind.__name__, **told(edit)}
    if before is None:
        raise TypeError(f"{type(edit).__name__} is no edit that can be kept")
    return edit_to_json(Rewrite(edit.apply(before)), None)


def edit_from_json(told: dict[str, Any]) -> Edit:
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
        lambda edit: {"steps": edit.steps, "within": edit_to_json(edit.edit, None)},
        lambda told: Within(
            tuple((row, number) for row, number in told["steps"]), edit_from_json(told["within"])
        ),
    ),
    Rewrite: (
        lambda edit: {"network": network_to_json(edit.network)},
        lambda told: Rewrite(network_from_json(told["network"])),
    ),
}
"""Every edit that is kept by its class: how it is told and how it is heard."""
