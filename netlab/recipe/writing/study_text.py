"""A study as the text of a recipe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from netlab.datasets.data_spec import Data
from netlab.recipe.library import shipped
from netlab.recipe.protocol import Protocol
from netlab.recipe.protocol_files import load_protocol
from netlab.recipe.study import Quick
from netlab.recipe.study_draft import VariantDraft
from netlab.recipe.variant_yaml import edit_to_yaml
from netlab.recipe.writing.study_content import StudyContent
from netlab.recipe.yaml.yaml_text import flow_yaml, network_text


def study_text(content: StudyContent) -> str:
    """The recipe. Raises `EditError` for an edit that no recipe can write."""
    settings = settings_text(content)
    variants = content.draft.variants
    lines = [
        network_text(content.baseline),
        f"data: {settings.pop('data')}",
        f"protocol: {settings.pop('protocol')}",
        *([f"quick: {flow_yaml(_quick_values(content.quick))}"] if content.quick else []),
        "",
        "study:",
        *(f"  {name}: {value}" for name, value in settings.items() if value is not None),
        "  variants:" if variants else "  variants: {}",
        *(f"    {line}" for variant in variants for line in variant_lines(variant)),
        *_claim_lines(content),
    ]
    return "\n".join(lines) + "\n"


def settings_text(content: StudyContent) -> dict[str, str | None]:
    """Data, protocol, name, question, reason and seeds, each as YAML on one line."""
    draft = content.draft
    return {
        "data": flow_yaml(_data_value(content.data)),
        "protocol": flow_yaml(_protocol_value(content.protocol)),
        "name": flow_yaml(content.name) if content.name else None,
        "question": flow_yaml(draft.question) if draft.question else None,
        "why": flow_yaml(content.why) if content.why else None,
        "seeds": flow_yaml(draft.seeds),
    }


def variant_lines(variant: VariantDraft) -> list[str]:
    """The lines of a variant, its name first, as they stand below `variants:`."""
    return [f"{flow_yaml(variant.name)}:", *(f"  {line}" for line in _variant_body(variant))]


def _variant_body(variant: VariantDraft) -> Iterator[str]:
    changes = list(_merge_neighbours(edit_to_yaml(edit) for edit in variant.edits))
    if not changes:
        yield "edits: []"
    elif len({key for key, _value in changes}) == len(changes):
        yield from (f"{key}: {flow_yaml(value)}" for key, value in changes)
    else:
        yield "edits:"
        yield from (f"  - {flow_yaml({key: value})}" for key, value in changes)
    if variant.match:
        yield f"match: {flow_yaml(variant.match.model_dump(exclude_defaults=True))}"
    for key, text in (("because", variant.because), ("expect", variant.expect)):
        if text:
            yield f"{key}: {flow_yaml(text)}"


def _merge_neighbours(changes: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Adjacent changes of one kind as one, unless a name would then stand twice."""
    last: tuple[str, Any] | None = None
    for key, value in changes:
        if last and last[0] == key and isinstance(value, list):
            last = (key, [*last[1], *value])
        elif last and last[0] == key and not last[1].keys() & value.keys():
            last = (key, {**last[1], **value})
        else:
            if last:
                yield last
            last = (key, value)
    if last:
        yield last


def _claim_lines(content: StudyContent) -> Iterator[str]:
    """The claims; those that cannot be checked any more as comments."""
    lost = content.unresolvable_claims()
    if len(lost) < len(content.claims):
        yield "  claims:"
    for index, claim in enumerate(content.claims):
        mark = "# " if index in lost else ""
        yield f"    {mark}- {flow_yaml({key: text for key, text in claim.items() if text})}"


def _quick_values(quick: Quick) -> dict[str, Any]:
    values = {
        "data": quick.data and _data_value(quick.data),
        "protocol": quick.protocol and _protocol_value(quick.protocol),
        "seeds": quick.seeds,
        "epochs": quick.epochs,
    }
    return {name: value for name, value in values.items() if value is not None}


def _data_value(data: Data) -> Any:
    more = data.model_dump(exclude_defaults=True, exclude={"name", "fingerprint"})
    if more.keys() == {"path"}:
        return f"{data.name}:{data.path}"
    return {"name": data.name, **more} if more else data.name


def _protocol_value(protocol: Protocol) -> Any:
    """The name of a protocol with its changes, or all of it where netlab has none of that name."""
    if protocol.name not in shipped("protocols"):
        return protocol.model_dump(mode="json", exclude_defaults=True, exclude={"changed"})
    base = load_protocol(protocol.name)
    changed = _changed_values(
        protocol.model_dump(mode="json", exclude={"changed"}),
        base.model_dump(mode="json", exclude={"changed"}),
    )
    return {"extends": protocol.name, **changed} if changed else protocol.name


def _changed_values(new: dict[str, Any], old: dict[str, Any]) -> dict[str, Any]:
    return {
        key: _changed_values(value, old[key]) if isinstance(value, dict) else value
        for key, value in new.items()
        if value != old.get(key)
    }
