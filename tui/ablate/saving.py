"""The planned study as a recipe: its text, whether it is saved, where it could be saved."""

from __future__ import annotations

import re
from pathlib import Path

from netlab.errors import NetlabError
from netlab.paths import saved_recipes
from netlab.recipe.composing import NewStudy, NewVariant, means
from netlab.recipe.network import Network
from netlab.recipe.recipe import load_recipe
from tui.draft import StudyDraft

UNNAMED = StudyDraft().name
"""A study that still has this name is called by its file."""


def as_recipe(study: StudyDraft, baseline: Network, name: str | None = None) -> NewStudy:
    """The study as a recipe says it."""
    return NewStudy(
        network=baseline,
        variants=tuple(
            NewVariant(v.name, v.edits, v.because, v.expectation) for v in study.variants
        ),
        name=name or study.name,
        question=study.question,
        seeds=study.seeds,
        protocol=study.protocol,
        data=study.data,
    )


def is_saved(study: StudyDraft, baseline: Network) -> bool:
    """Whether the study's file says all that the study says. Reads the file."""
    if study.recipe_file is None or not Path(study.recipe_file).is_file():
        return False
    try:
        return means(load_recipe(study.recipe_file), as_recipe(study, baseline))
    except NetlabError:
        return False


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


def _comes_with_netlab(file: Path) -> bool:
    return file.resolve().is_relative_to(saved_recipes().resolve())
