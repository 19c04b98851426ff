"""All that a recipe will say: a draft, its baseline, and the parts kept from its source recipe."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from netlab.datasets.data_spec import Data
from netlab.errors import CheckError, RecipeError
from netlab.recipe.claims.checks import read_check
from netlab.recipe.network import Network
from netlab.recipe.protocol import Protocol
from netlab.recipe.protocol_files import load_protocol
from netlab.recipe.recipe import Recipe
from netlab.recipe.study import BASELINE, Quick
from netlab.recipe.study_draft import UNTITLED, StudyDraft


@dataclass(frozen=True)
class StudyContent:
    """A draft and its baseline, with the protocol, data, claims and texts that a draft does not hold."""

    baseline: Network
    draft: StudyDraft
    protocol: Protocol
    data: Data
    claims: tuple[Mapping[str, str], ...] = ()
    why: str = ""
    quick: Quick | None = None

    @classmethod
    def of(cls, draft: StudyDraft, baseline: Network, source: Recipe | None) -> StudyContent:
        """`draft` completed by the recipe that it came from.

        Raises `RecipeError` for a protocol or data of no known name.
        """
        protocol, data = _protocol(draft, source), _data(draft, source)
        if source is None:
            return cls(baseline, draft, protocol, data)
        return cls(baseline, draft, protocol, data, source.claims, source.why, source.quick)

    @property
    def name(self) -> str | None:
        """The name to write; None where the recipe takes that of its file."""
        return None if self.draft.name == UNTITLED else self.draft.name

    def unresolvable_claims(self) -> tuple[int, ...]:
        """Indices of the claims that name a variant that is gone."""
        names = [BASELINE, *(variant.name for variant in self.draft.variants)]
        return tuple(
            index for index, claim in enumerate(self.claims) if not _is_checkable(claim, names)
        )


def equivalent(recipe: Recipe, content: StudyContent) -> bool:
    """Whether a recipe and `content` mean the same, whatever the layout. Raises `EditError`."""
    draft = content.draft
    lost = content.unresolvable_claims()
    claims = [dict(claim) for index, claim in enumerate(content.claims) if index not in lost]
    return (
        recipe.network == content.baseline
        and [(v.name, v.because, v.expect, v.network) for v in recipe.variants[1:]]
        == [(v.name, v.because, v.expect, v.network(content.baseline)) for v in draft.variants]
        and content.name in (None, recipe.name)
        and recipe.question == draft.question
        and recipe.seeds == draft.seeds
        and _same_protocol(recipe.protocol, content.protocol)
        and _same_data(recipe.data, content.data)
        and [*recipe.claims] == claims
        and recipe.why == content.why
        and _same_quick(recipe.quick, content.quick)
    )


def _protocol(draft: StudyDraft, source: Recipe | None) -> Protocol:
    known = source.protocol if source else None
    protocol = known if known and known.name == draft.protocol else load_protocol(draft.protocol)
    return protocol if draft.epochs is None else protocol.with_epochs(draft.epochs)


def _data(draft: StudyDraft, source: Recipe | None) -> Data:
    if source and draft.data == StudyDraft.of(source).data:
        return source.data
    try:
        return Data.model_validate(draft.data)
    except ValidationError:
        raise RecipeError(
            f"'{draft.data}' names no data: write a data set, or folder:PATH"
        ) from None


def _is_checkable(claim: Mapping[str, str], names: Collection[str]) -> bool:
    try:
        read_check(claim["check"], names)
    except CheckError:
        return False
    return True


def _same_protocol(read: Protocol, meant: Protocol) -> bool:
    """Equal apart from their `changed` label."""
    return read.model_copy(update={"changed": meant.changed}) == meant


def _same_data(read: Data, meant: Data) -> bool:
    """Equal, where a relative path may have been found beside the recipe."""
    if read.path and meant.path and read.path.endswith(f"/{meant.path}"):
        read = read.model_copy(update={"path": meant.path})
    return read == meant


def _same_quick(read: Quick | None, meant: Quick | None) -> bool:
    if read is None or meant is None:
        return read is meant
    update: dict[str, object] = {}
    if read.data and meant.data and _same_data(read.data, meant.data):
        update["data"] = meant.data
    if read.protocol and meant.protocol and _same_protocol(read.protocol, meant.protocol):
        update["protocol"] = meant.protocol
    return read.model_copy(update=update) == meant
