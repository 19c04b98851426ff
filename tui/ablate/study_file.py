"""The planned study as a recipe: its text, whether it is saved, where it could be saved.

All but `suggestion` read files: call them in a thread.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from netlab.datasets.check import data_problem
from netlab.datasets.data_spec import Data
from netlab.errors import NetlabError
from netlab.paths import is_shipped_recipe
from netlab.recipe.loader import Recipe, load_protocol, load_recipe
from netlab.recipe.network import Network
from netlab.recipe.protocol import Protocol
from netlab.recipe.writing.save_study import save_study
from netlab.recipe.writing.study_text import (
    NewStudy,
    NewVariant,
    equivalent,
    resolved_protocol,
    study_text,
)
from tui.model.study_draft import StudyDraft

DEFAULT_STUDY_NAME = StudyDraft().name
"""A study that still has this name is called by its file."""


@dataclass(frozen=True)
class SavedState:
    """What files say of a study."""

    saved: bool
    """Whether the study's own file says all that the study says."""
    protocol: str
    """The protocol and its epochs, or why it cannot be told."""
    data_problem: str | None
    """Why the data cannot be trained on now."""


def save_study_file(path: Path, study: StudyDraft, baseline: Network) -> Recipe:
    """Save the study, over what it came from where it did. Raises `NetlabError`."""
    source = _source(study)
    name = path.stem if study.name == DEFAULT_STUDY_NAME else study.name
    return save_study(path, _new_study(study, baseline, source, name), source=source)


def saved_state(study: StudyDraft, baseline: Network) -> SavedState:
    """Whether the study is saved, by which protocol it is trained, and whether its data is here."""
    source = _source(study)
    problem = data_problem(_data(study, source), baseline.classes)
    try:
        planned = _new_study(study, baseline, source, study.name)
        protocol = resolved_protocol(planned)
        saved = source is not None and equivalent(source, planned)
    except NetlabError as error:
        return SavedState(False, f"! {error}", problem)
    epochs = f"{protocol.epochs} epoch{'s' * (protocol.epochs != 1)}"
    return SavedState(saved, f"{protocol.name}, {epochs}", problem)


def recipe_text(study: StudyDraft, baseline: Network) -> str:
    """The study as a recipe of its own. Raises `EditError` for an edit that none can write."""
    return study_text(_new_study(study, baseline, _source(study), study.name))


def suggest_file(study: StudyDraft) -> Path:
    """A file to save the study in: its own, or a new one called like it."""
    if study.recipe_file and not is_shipped_recipe(Path(study.recipe_file)):
        return Path(study.recipe_file)
    plain = re.sub(r"[^\w.-]+", "-", study.name).strip("-.")[:60]
    stem = plain if plain and study.name != DEFAULT_STUDY_NAME else "study"
    path, number = Path(f"{stem}.yaml"), 1
    while path.exists():
        number += 1
        path = Path(f"{stem}-{number}.yaml")
    return path


def _source(study: StudyDraft) -> Recipe | None:
    """The recipe that the study came from or was saved in, where it can still be read."""
    if study.recipe_file is None or not Path(study.recipe_file).is_file():
        return None
    try:
        return load_recipe(study.recipe_file)
    except NetlabError:
        return None


def _new_study(
    study: StudyDraft, baseline: Network, source: Recipe | None, name: str | None
) -> NewStudy:
    """What is to be written. What the draft only names is as the source says it."""
    matches = {variant.name: variant.match for variant in source.variants} if source else {}
    return NewStudy(
        network=baseline,
        variants=tuple(
            NewVariant(v.name, v.edits, v.because, v.expectation, matches.get(v.name))
            for v in study.variants
        ),
        name=name,
        question=study.question,
        seeds=study.seeds,
        protocol=_protocol(study, source),
        data=_data(study, source),
        claims=source.claims if source else (),
        why=source.why if source else "",
        quick=source.quick if source else None,
    )


def _protocol(study: StudyDraft, source: Recipe | None) -> Protocol | str:
    known = source.protocol if source else None
    named = known if known and known.name == study.protocol else study.protocol
    if study.epochs is None:
        return named
    protocol = load_protocol(named) if isinstance(named, str) else named
    return (
        protocol if protocol.epochs == study.epochs else protocol.with_epochs(epochs=study.epochs)
    )


def _data(study: StudyDraft, source: Recipe | None) -> Data | str:
    data = source.data if source else None
    named = data and (f"{data.name}:{data.path}" if data.path else data.name)
    return data if data and named == study.data else study.data
