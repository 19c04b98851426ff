"""A study as the text of a recipe, from the values that recipes are read into."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from netlab.datasets.data_spec import Data
from netlab.errors import CheckError
from netlab.recipe.claims.checks import read_check
from netlab.recipe.edits import Edit, EditError, Insert, Move, Remove, SetFields, Swap
from netlab.recipe.library import bundled
from netlab.recipe.loader import Recipe, load_protocol
from netlab.recipe.network import Network
from netlab.recipe.protocol import Protocol
from netlab.recipe.quick import Quick
from netlab.recipe.study import BASELINE, Match
from netlab.recipe.yaml.format import flow_yaml, network_text


@dataclass(frozen=True)
class NewVariant:
    """A variant as it is to be written."""

    name: str
    edits: tuple[Edit, ...]
    because: str = ""
    expect: str = ""
    match: Match | None = None


@dataclass(frozen=True)
class NewStudy:
    """A study as it is to be written; without a name it is called by its file."""

    network: Network
    variants: tuple[NewVariant, ...]
    name: str | None = None
    question: str = ""
    seeds: tuple[int, ...] = (0,)
    protocol: Protocol | str = "standard"
    """A protocol, or the name of a saved one."""
    data: Data | str = "fashion-mini"
    """Data, or the name of a data set, or `folder:PATH`."""
    claims: tuple[Mapping[str, str], ...] = ()
    """Those that name a variant that is not here are written as comments."""
    why: str = ""
    quick: Quick | None = None

    def unresolvable_claims(self) -> tuple[int, ...]:
        """The places of the claims that cannot be checked on this study."""
        names = [BASELINE, *(variant.name for variant in self.variants)]
        return tuple(
            place for place, claim in enumerate(self.claims) if not _is_checkable(claim, names)
        )

    def resolvable_claims(self) -> tuple[Mapping[str, str], ...]:
        """The claims that can be checked on this study."""
        lost = self.unresolvable_claims()
        return tuple(claim for place, claim in enumerate(self.claims) if place not in lost)


def study_text(study: NewStudy) -> str:
    """The recipe. Raises `EditError` for an edit that no recipe can write."""
    settings = settings_text(study)
    lines = [
        network_text(study.network),
        f"data: {settings.pop('data')}",
        f"protocol: {settings.pop('protocol')}",
        *([f"quick: {flow_text(_quick(study.quick))}"] if study.quick else []),
        "",
        "study:",
        *(f"  {name}: {value}" for name, value in settings.items() if value is not None),
        "  variants:" if study.variants else "  variants: {}",
    ]
    for variant in study.variants:
        lines += [f"    {line}" for line in variant_lines(variant)]
    lines += _claim_lines(study)
    return "\n".join(lines) + "\n"


def settings_text(study: NewStudy) -> dict[str, str | None]:
    """Data, protocol, and what the study says of itself, each as YAML on one line."""
    return {
        "data": flow_text(_data(study.data)),
        "protocol": flow_text(_protocol(study.protocol)),
        "name": flow_text(study.name) if study.name else None,
        "question": flow_text(study.question) if study.question else None,
        "why": flow_text(study.why) if study.why else None,
        "seeds": flow_text(study.seeds),
    }


def variant_lines(variant: NewVariant) -> list[str]:
    """The lines of a variant, its name first, as they stand below `variants:`."""
    return [f"{flow_text(variant.name)}:", *(f"  {line}" for line in _variant_body(variant))]


def equivalent(recipe: Recipe, study: NewStudy) -> bool:
    """Whether a recipe that was read says what `study` says, however it is laid out."""
    told = [(v.name, v.because, v.expect, v.network) for v in recipe.variants[1:]]
    meant = [(v.name, v.because, v.expect, _network(study, v)) for v in study.variants]
    return (
        recipe.network == study.network
        and told == meant
        and (study.name in (None, recipe.name))
        and recipe.question == study.question
        and recipe.seeds == study.seeds
        and _equal_but_label(recipe.protocol, resolved_protocol(study))
        and _same_data(recipe.data, study.data)
        and recipe.claims == tuple(dict(claim) for claim in study.resolvable_claims())
        and recipe.why == study.why
        and _same_quick(recipe.quick, study.quick)
    )


def _claim_lines(study: NewStudy) -> Iterator[str]:
    """The lines of the claims; those that cannot be checked any more as comments."""
    lost = study.unresolvable_claims()
    if len(lost) < len(study.claims):
        yield "  claims:"
    for place, claim in enumerate(study.claims):
        mark = "# " if place in lost else ""
        yield f"    {mark}- {flow_text({key: text for key, text in claim.items() if text})}"


def _is_checkable(claim: Mapping[str, str], names: Collection[str]) -> bool:
    try:
        read_check(claim["check"], names)
    except CheckError:
        return False
    return True


def _same_quick(quick: Quick | None, meant: Quick | None) -> bool:
    if quick is None or meant is None:
        return quick is meant
    data, protocol = (quick.data, meant.data), (quick.protocol, meant.protocol)
    return (
        (quick.seeds, quick.epochs) == (meant.seeds, meant.epochs)
        and (data[0] == data[1] or bool(data[0] and data[1] and _same_data(data[0], data[1])))
        and (
            protocol[0] == protocol[1]
            or bool(protocol[0] and protocol[1] and _equal_but_label(protocol[0], protocol[1]))
        )
    )


def _quick(quick: Quick) -> dict[str, Any]:
    told = {"data": quick.data and _data(quick.data)}
    told["protocol"] = quick.protocol and _protocol(quick.protocol)
    told |= {"seeds": quick.seeds, "epochs": quick.epochs}
    return {name: value for name, value in told.items() if value is not None}


def resolved_protocol(study: NewStudy) -> Protocol:
    """The protocol itself. Raises `RecipeError` where none has that name."""
    named = study.protocol
    return load_protocol(named) if isinstance(named, str) else named


def _data(data: Data | str) -> Any:
    if isinstance(data, str):
        return data
    more = data.model_dump(exclude_defaults=True, exclude={"name", "fingerprint"})
    return {"name": data.name, **more} if more else data.name


def _equal_but_label(one: Protocol, other: Protocol) -> bool:
    """Whether two protocols say the same, whatever they tell of where they differ from others."""
    return one.model_copy(update={"changed": other.changed}) == other


def _protocol(protocol: Protocol | str) -> Any:
    """The name of a protocol, with what was changed of it, or all that it says."""
    if isinstance(protocol, str):
        return protocol
    if protocol.name not in bundled("protocols"):
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


def _network(study: NewStudy, variant: NewVariant) -> Network:
    network = study.network
    for edit in variant.edits:
        network = edit.apply(network)
    return network


def _same_data(data: Data, written: Data | str) -> bool:
    try:
        meant = Data.model_validate(written)
    except ValidationError:
        return False
    if data.path and meant.path and data.path.endswith(f"/{meant.path}"):
        return data.model_copy(update={"path": meant.path}) == meant
    return data == meant


def _variant_body(variant: NewVariant) -> Iterator[str]:
    changes = [_change(edit) for edit in variant.edits]
    groups = list(_merge_neighbours(changes))
    if not groups:
        yield "edits: []"
    elif len({key for key, _value in groups}) == len(groups):
        yield from (f"{key}: {flow_text(value)}" for key, value in groups)
    else:
        yield "edits:"
        yield from (f"  - {flow_text({key: value})}" for key, value in groups)
    if variant.match:
        yield f"match: {flow_text(variant.match.model_dump(exclude_defaults=True))}"
    for key, text in (("because", variant.because), ("expect", variant.expect)):
        if text:
            yield f"{key}: {_quoted(text)}"


def _change(edit: Edit) -> tuple[str, Any]:
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


def _merge_neighbours(changes: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Neighbours of one sort as one, where no name would then stand twice."""
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


_INVISIBLE_CHARS = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


def _quoted(text: str) -> str:
    """Any text as YAML on one line: plain where it can be, else quoted, nothing unseen in it."""
    plain = flow_yaml(text)
    if not plain.startswith('"'):
        return plain
    return _INVISIBLE_CHARS.sub(
        lambda m: f"\\u{ord(m[0]):04x}", json.dumps(text, ensure_ascii=False)
    )


def flow_text(value: Any) -> str:
    """A value as YAML on one line, whatever its texts hold."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_quoted(str(k))}: {flow_text(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow_text(item) for item in value) + "]"
    return _quoted(value) if isinstance(value, str) else flow_yaml(value)
