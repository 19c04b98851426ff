"""Guides: saved studies that lead from a question, by way of a prediction, to a verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from netlab.errors import CheckError, NetlabError, did_you_mean
from netlab.lab.db.claim_history import claim_hash
from netlab.recipe import library
from netlab.recipe.claims.checks import is_from_timing, is_static, read_check
from netlab.recipe.loader import load_recipe
from netlab.recipe.recipe import Recipe


@dataclass(frozen=True)
class GuideQuestion:
    """A claim of a guide, posed as a question before its runs."""

    hash: str
    says: str
    check: str
    source: str
    figure: str
    static: bool
    """Decided by the networks alone, without a run."""
    from_timing: bool
    """Decided by `netlab time`, not by training."""


@dataclass(frozen=True)
class Guide:
    """A saved study with a question, two sentences on why it matters, and claims of a source."""

    recipe: Recipe

    @property
    def name(self) -> str:
        return self.recipe.name

    @cached_property
    def questions(self) -> tuple[GuideQuestion, ...]:
        names = [variant.name for variant in self.recipe.variants]
        return tuple(_question(claim, names) for claim in self.recipe.claims)

    def in_form(self, *, full: bool) -> Recipe:
        """The recipe as it is trained in its long or its short form."""
        return self.recipe if full else self.recipe.with_overrides(quick=True)

    def condition(self, *, full: bool) -> str:
        """The condition (data and protocol) of that form."""
        return self.in_form(full=full).condition


def iter_guides() -> Iterator[Guide]:
    """Every saved recipe that is a guide, by name; each is read as it is asked for."""
    for path in library.shipped().values():
        guide = Guide(load_recipe(path))
        if guide.recipe.why and guide.recipe.claims:
            yield guide


def find_guide(name: str) -> Guide:
    """The guide called `name`. Raises `NetlabError` with the nearest name."""
    path = library.shipped().get(name)
    guide = Guide(load_recipe(path)) if path else None
    if guide is None or not (guide.recipe.why and guide.recipe.claims):
        known = [one.name for one in iter_guides()]
        raise NetlabError(f"no guide is called '{name}': {did_you_mean(name, known)}")
    return guide


def _question(claim: dict[str, str], variants: Sequence[str]) -> GuideQuestion:
    try:
        parts = read_check(claim["check"], variants).clauses
    except CheckError:  # loading the recipe has reported it with its line
        parts = ()
    return GuideQuestion(
        hash=claim_hash(claim),
        says=claim["says"],
        check=claim["check"],
        source=claim.get("source", ""),
        figure=claim.get("figure", ""),
        static=bool(parts) and all(map(is_static, parts)),
        from_timing=any(map(is_from_timing, parts)),
    )
