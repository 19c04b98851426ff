"""Changes of the study that is being planned: plain functions on immutable values."""

from __future__ import annotations

from dataclasses import replace

from netlab.recipe.proposals import Proposal
from netlab.recipe.study import BASELINE
from tui.draft import StudyDraft, VariantDraft

LONGEST = 80
"""Characters of a name; recipes take no more."""


def chosen(study: StudyDraft, proposal: Proposal) -> VariantDraft | None:
    """The variant that `proposal` has become, whatever it is called by now."""
    return next((v for v in study.variants if v.edits == proposal.edits), None)


def toggled(study: StudyDraft, proposal: Proposal) -> StudyDraft:
    """The study with the proposal as a variant, or without it where it is one."""
    variant = chosen(study, proposal)
    if variant is not None:
        return study.without_variant(variant.name)
    name = free_name(study, proposal.name)
    return study.with_variant(VariantDraft(name, proposal.edits, proposal.because))


def free_name(study: StudyDraft, wanted: str) -> str:
    """`wanted`, or with a number where another variant has that name."""
    taken = {BASELINE, *(variant.name for variant in study.variants)}
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    return name


def name_fault(study: StudyDraft, name: str, but: str | None = None) -> str | None:
    """Why no variant can be called `name`, in words; the one called `but` may keep its name."""
    if not name:
        return "a variant needs a name"
    if len(name) > LONGEST:
        return f"a name has at most {LONGEST} characters, this one {len(name)}"
    if name == BASELINE:
        return f"'{BASELINE}' is the network that variants start from: call the variant otherwise"
    if name != but and any(variant.name == name for variant in study.variants):
        return f"there is a variant '{name}' already"
    return None


def replaced(study: StudyDraft, name: str, variant: VariantDraft) -> StudyDraft:
    """The study with `variant` in the place of the one called `name`."""
    variants = tuple(variant if v.name == name else v for v in study.variants)
    return replace(study, variants=variants)


def parse_seeds(text: str) -> tuple[int, ...]:
    """Seeds as people write them: `0, 1, 2`, or `0-4`. Raises `ValueError` in words."""
    seeds: list[int] = []
    for part in text.replace(",", " ").split():
        first, dash, last = part.partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise ValueError(f"'{part}' is no seed: write whole numbers such as 0, 1, 2 or 0-4")
        low, high = int(first), int(last or first)
        if high >= 2**31 or high - low >= 1000:
            raise ValueError(f"'{part}': a seed is below 2147483648, and there are at most 1000")
        seeds += range(low, high + 1)
    if not seeds:
        raise ValueError("a study needs at least one seed, such as 0")
    if len(set(seeds)) < len(seeds):
        raise ValueError("the same seed twice gives the same run twice: write each seed once")
    return tuple(seeds)
