"""Changes to the planned study, as functions on immutable values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from netlab.recipe.proposals import Proposal
from netlab.recipe.study import BASELINE
from netlab.recipe.study_draft import StudyDraft, VariantDraft
from tui.model.network_document import NetworkDocument

MAX_NAME_LENGTH = 80
"""Most characters of a name, as in recipes."""

MAX_EPOCHS = 100_000
"""Most epochs of a protocol, as in recipes."""


def variant_made_from(study: StudyDraft, proposal: Proposal) -> VariantDraft | None:
    """The variant that has the edits of `proposal`, whatever its name; None if there is none."""
    return next((v for v in study.variants if v.edits == proposal.edits), None)


def toggle_proposal(study: StudyDraft, proposal: Proposal) -> StudyDraft:
    """The study with the proposal as a variant; without that variant if it has it already."""
    variant = variant_made_from(study, proposal)
    if variant is not None:
        return study.without_variant(variant.name)
    name = free_name(study, proposal.name)
    return study.with_variant(VariantDraft(name, proposal.edits, proposal.because))


def free_name(study: StudyDraft, preferred: str) -> str:
    """`preferred`, with a number added if the baseline or a variant has that name."""
    taken = {BASELINE, *(variant.name for variant in study.variants)}
    name, number = preferred, 1
    while name in taken:
        number += 1
        name = f"{preferred}-{number}"
    return name


def name_fault(study: StudyDraft, name: str, except_name: str | None = None) -> str | None:
    """Why no variant can be called `name`, or None. The variant `except_name` may keep its name."""
    if not name:
        return "a variant needs a name"
    if len(name) > MAX_NAME_LENGTH:
        return f"a name has at most {MAX_NAME_LENGTH} characters, this one {len(name)}"
    if name == BASELINE:
        return f"'{BASELINE}' is the network that variants start from: call the variant otherwise"
    if name != except_name and any(variant.name == name for variant in study.variants):
        return f"there is a variant '{name}' already"
    return None


def replace_variant(study: StudyDraft, name: str, variant: VariantDraft) -> StudyDraft:
    """The study with `variant` in place of the one called `name`."""
    variants = tuple(variant if v.name == name else v for v in study.variants)
    return replace(study, variants=variants)


def toggle_proposals(study: StudyDraft, proposals: Sequence[Proposal]) -> StudyDraft:
    """The study with all `proposals` as variants; without them if it has all of them already."""
    missing = [proposal for proposal in proposals if variant_made_from(study, proposal) is None]
    for proposal in missing or proposals:
        study = toggle_proposal(study, proposal)
    return study


def combine_changes(study: StudyDraft, variant: VariantDraft, proposal: Proposal) -> VariantDraft:
    """A new variant with the edits of `variant`, then those of `proposal`."""
    name = free_name(study, f"{variant.name}-{proposal.name}"[: MAX_NAME_LENGTH - 4])
    because = f"{variant.name} and {proposal.name} together"
    return VariantDraft(name, (*variant.edits, *proposal.edits), because)


def parse_device(text: str) -> str:
    """The name of a device in the form that torch uses. It does not check that the device exists.

    Raises `ValueError` for any other text.
    """
    if not re.fullmatch(r"[a-z]{2,12}(:[0-9]{1,3})?", text):
        raise ValueError(f"'{text}' is no device: write auto, cpu, cuda:0, mps …")
    return text


def parse_epochs(text: str) -> int | None:
    """Number of epochs; None for an empty text. Raises `ValueError` for anything else."""
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:7]) <= MAX_EPOCHS):
        raise ValueError(f"'{text}' epochs: write a whole number from 1 to {MAX_EPOCHS:,}")
    return int(text)


def count_pending_changes(document: NetworkDocument) -> int:
    """Number of edits from the baseline to the network in Compose; 0 if they are equal."""
    if document.network == document.baseline:
        return 0
    try:
        return len(document.edits_since(document.baseline))
    except ValueError:
        return 1
