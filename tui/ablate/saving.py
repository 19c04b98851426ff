"""The planned study as a recipe: its text, whether it is saved, where it could be saved.

All but `suggestion` read files: call them in a thread.
"""

from __future__ import annotations

import re
from pathlib import Path

from netlab.errors import NetlabError
from netlab.paths import saved_recipes
from netlab.recipe.composing import NewStudy, NewVariant, means, study_text
from netlab.recipe.data import Data
from netlab.recipe.network import Network
from netlab.recipe.protocol import Protocol
from netlab.recipe.recipe import Recipe, load_recipe
from netlab.recipe.revising import save_study
from tui.draft import StudyDraft

UNNAMED = StudyDraft().name
"""A study that still has this name is called by its file."""


def save(path: Path, study: StudyDraft, baseline: Network) -> Recipe:
    """Save the study, over what it came from where it did. Raises `NetlabError`."""
    source = _source(study)
    name = path.stem if study.name == UNNAMED else study.name
    return save_study(path, _planned(study, baseline, source, name), source=source)


def is_saved(study: StudyDraft, baseline: Network) -> bool:
    """Whether the study's file says all that the study says."""
    source = _source(study)
    try:
        return source is not None and means(source, _planned(study, baseline, source, study.name))
    except NetlabError:
        return False


def recipe_text(study: StudyDraft, baseline: Network) -> str:
    """The study as a recipe of its own. Raises `EditError` for an edit that none can write."""
    return study_text(_planned(study, baseline, _source(study), study.name))


def suggestion(study: StudyDraft) -> Path:
    """A file to save the study in: its own, or a new one called like it."""
    if study.recipe_file and not _comes_with_netlab(Path(study.recipe_file)):
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
    return NewStudy(
        network=baseline,
        variants=tuple(
            NewVariant(v.name, v.edits, v.because, v.expectation) for v in study.variants
        ),
        name=name,
        question=study.question,
        seeds=study.seeds,
        protocol=_protocol(study, source),
        data=_data(study, source),
        claims=source.claims if source else (),
    )


def _protocol(study: StudyDraft, source: Recipe | None) -> Protocol | str:
    known = source.protocol if source else None
    return known if known and known.name == study.protocol else study.protocol


def _data(study: StudyDraft, source: Recipe | None) -> Data | str:
    data = source.data if source else None
    named = data and (f"{data.name}:{data.path}" if data.path else data.name)
    return data if data and named == study.data else study.data


def _comes_with_netlab(file: Path) -> bool:
    return file.resolve().is_relative_to(saved_recipes().resolve())
