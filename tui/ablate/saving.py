"""The planned study as a recipe: its text, whether it is saved, where it could be saved.

All but `suggestion` read files: call them in a thread.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from netlab.errors import NetlabError
from netlab.paths import comes_with_netlab
from netlab.recipe.composing import NewStudy, NewVariant, means, meant_protocol, study_text
from netlab.recipe.data import Data
from netlab.recipe.network import Network
from netlab.recipe.protocol import Protocol
from netlab.recipe.recipe import Recipe, load_protocol, load_recipe
from netlab.recipe.revising import save_study
from tui.draft import StudyDraft

UNNAMED = StudyDraft().name
"""A study that still has this name is called by its file."""


@dataclass(frozen=True)
class Looked:
    """What files say of a study."""

    saved: bool
    """Whether the study's own file says all that the study says."""
    protocol: str
    """The protocol and its epochs, or why it cannot be told."""


def save(path: Path, study: StudyDraft, baseline: Network) -> Recipe:
    """Save the study, over what it came from where it did. Raises `NetlabError`."""
    source = _source(study)
    name = path.stem if study.name == UNNAMED else study.name
    return save_study(path, _planned(study, baseline, source, name), source=source)


def looked(study: StudyDraft, baseline: Network) -> Looked:
    """Whether the study is saved, and by which protocol it is trained."""
    source = _source(study)
    try:
        planned = _planned(study, baseline, source, study.name)
        protocol = meant_protocol(planned)
        saved = source is not None and means(source, planned)
    except NetlabError as error:
        return Looked(False, f"! {error}")
    epochs = f"{protocol.epochs} epoch{'s' * (protocol.epochs != 1)}"
    return Looked(saved, f"{protocol.name}, {epochs}")


def recipe_text(study: StudyDraft, baseline: Network) -> str:
    """The study as a recipe of its own. Raises `EditError` for an edit that none can write."""
    return study_text(_planned(study, baseline, _source(study), study.name))


def suggestion(study: StudyDraft) -> Path:
    """A file to save the study in: its own, or a new one called like it."""
    if study.recipe_file and not comes_with_netlab(Path(study.recipe_file)):
        return Path(study.recipe_file)
    plain = re.sub(r"[^\w.-]+", "-", study.name).strip("-.")[:60]
    stem = plain if plain and study.name != UNNAMED else "study"
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


def _planned(
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
    return protocol if protocol.epochs == study.epochs else protocol.but(epochs=study.epochs)


def _data(study: StudyDraft, source: Recipe | None) -> Data | str:
    data = source.data if source else None
    named = data and (f"{data.name}:{data.path}" if data.path else data.name)
    return data if data and named == study.data else study.data
