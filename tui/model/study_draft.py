"""The study that is being planned: variants of the document's baseline, and how to run them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from netlab.recipe.edits import Edit, apply_all
from netlab.recipe.network import Network


@dataclass(frozen=True)
class VariantDraft:
    """One variant: the baseline with these edits, and what is expected of it."""

    name: str
    edits: tuple[Edit, ...]
    because: str = ""
    expectation: str = ""

    def network(self, baseline: Network) -> Network:
        """The variant's network. Raises `EditError` where an edit no longer fits the baseline."""
        return apply_all(baseline, self.edits)[0]

    def changes(self, baseline: Network) -> tuple[str, ...]:
        """The edits in words. Raises `EditError`."""
        return apply_all(baseline, self.edits)[1]


@dataclass(frozen=True)
class StudyDraft:
    """A study before it is saved or started; the baseline is the document's."""

    name: str = "untitled"
    question: str = ""
    variants: tuple[VariantDraft, ...] = ()
    seeds: tuple[int, ...] = (0, 1, 2)
    protocol: str = "standard"
    data: str = "fashion-mini"
    recipe_file: str | None = None
    """The file that it came from or was saved to."""
    epochs: int | None = None
    """How long to train instead of what the protocol says; None for that."""
    device: str = "auto"
    """Where to train: no recipe says that, as it is a matter of the machine."""

    def with_variant(self, variant: VariantDraft) -> StudyDraft:
        """The study with `variant` added, or replaced where the name is taken."""
        if any(other.name == variant.name for other in self.variants):
            kept = tuple(variant if v.name == variant.name else v for v in self.variants)
            return replace(self, variants=kept)
        return replace(self, variants=(*self.variants, variant))

    def without_variant(self, name: str) -> StudyDraft:
        """The study without the variant called `name`."""
        return replace(self, variants=tuple(v for v in self.variants if v.name != name))
