"""A study that is being planned: variants of a baseline, and how to run them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from netlab.recipe.edits import Edit, apply_all
from netlab.recipe.network import Network
from netlab.recipe.study import Match

if TYPE_CHECKING:
    from netlab.recipe.recipe import Recipe

UNTITLED = "untitled"
"""The name of a study that has none: its recipe then takes the name of its file."""


@dataclass(frozen=True)
class VariantDraft:
    """One variant: the baseline with these edits, and what is expected of it."""

    name: str
    edits: tuple[Edit, ...]
    because: str = ""
    expect: Annotated[str, Field(alias="expectation")] = ""
    match: Match | None = None
    """A cost that it is to have in common with the baseline."""

    def network(self, baseline: Network) -> Network:
        """The variant's network. Raises `EditError` where an edit no longer fits the baseline."""
        return apply_all(baseline, self.edits)[0]

    def changes(self, baseline: Network) -> tuple[str, ...]:
        """The edits in words. Raises `EditError`."""
        return apply_all(baseline, self.edits)[1]


@dataclass(frozen=True)
class StudyDraft:
    """A study before it is saved or started; its baseline is kept beside it."""

    name: str = UNTITLED
    question: str = ""
    variants: tuple[VariantDraft, ...] = ()
    seeds: tuple[int, ...] = (0, 1, 2)
    protocol: str = "standard"
    """The name of a protocol that comes with netlab, or that of the recipe it came from."""
    data: str = "fashion-mini"
    """The name of a data set, or `folder:PATH`."""
    recipe_file: str | None = None
    """The file that it came from or was saved to."""
    epochs: int | None = None
    """How long to train instead of what the protocol says; None for that."""
    device: str = "auto"
    """Where to train; never written into a recipe, as it depends on the machine."""

    @classmethod
    def of(cls, recipe: Recipe) -> StudyDraft:
        data = recipe.data
        return cls(
            name=recipe.name,
            question=recipe.question,
            variants=tuple(
                VariantDraft(v.name, v.edits, v.because, v.expect, v.match)
                for v in recipe.variants[1:]
            ),
            seeds=recipe.seeds,
            protocol=recipe.protocol.name,
            data=f"{data.name}:{data.path}" if data.path else data.name,
            recipe_file=recipe.file,
        )

    def with_variant(self, variant: VariantDraft) -> StudyDraft:
        """The study with `variant` added, or in the place of the one of its name."""
        by_name = {other.name: other for other in self.variants} | {variant.name: variant}
        return replace(self, variants=tuple(by_name.values()))

    def without_variant(self, name: str) -> StudyDraft:
        return replace(self, variants=tuple(v for v in self.variants if v.name != name))
