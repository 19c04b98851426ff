"""The planned study as a recipe: its text, its saved state, and a file to save it in.

Every function except `suggest_file` reads files: call them in a thread.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from netlab.datasets.check import data_problem
from netlab.errors import NetlabError
from netlab.format import pluralize
from netlab.paths import is_shipped_recipe
from netlab.recipe.loader import load_recipe
from netlab.recipe.network import Network
from netlab.recipe.recipe import Recipe
from netlab.recipe.study_draft import UNTITLED, StudyDraft
from netlab.recipe.writing.save_study import save_study
from netlab.recipe.writing.study_content import StudyContent, equivalent
from netlab.recipe.writing.study_text import study_text


@dataclass(frozen=True)
class SavedState:
    """How a study compares with its recipe file, protocol and data."""

    saved: bool
    """Whether the recipe file of the study has the same content as the study."""
    protocol: str
    """The protocol and its number of epochs, or why they are not known."""
    data_problem: str | None
    """Why the data cannot be used for training now; None if it can or is not known."""


def save_study_file(path: Path, study: StudyDraft, baseline: Network) -> Recipe:
    """Save the study in `path`, based on the recipe it came from. Raises `NetlabError`."""
    return save_study(path, study, baseline, source=_source(study))


def saved_state(study: StudyDraft, baseline: Network) -> SavedState:
    """Whether the study is saved, its protocol, and any problem of its data."""
    source = _source(study)
    try:
        content = StudyContent.of(study, baseline, source)
        saved = source is not None and equivalent(source, content)
    except NetlabError as error:
        return SavedState(False, f"! {error}", None)
    epochs = content.protocol.epochs
    return SavedState(
        saved,
        f"{content.protocol.name}, {pluralize(epochs, 'epoch')}",
        data_problem(content.data, baseline.classes),
    )


def recipe_text(study: StudyDraft, baseline: Network) -> str:
    """The study as recipe text. Raises `NetlabError` if a recipe cannot express it."""
    return study_text(StudyContent.of(study, baseline, _source(study)))


def suggest_file(study: StudyDraft) -> Path:
    """The study's own file, unless it is a shipped recipe; else a new file with its name."""
    if study.recipe_file and not is_shipped_recipe(Path(study.recipe_file)):
        return Path(study.recipe_file)
    plain = re.sub(r"[^\w.-]+", "-", study.name).strip("-.")[:60]
    stem = plain if plain and study.name != UNTITLED else "study"
    path, number = Path(f"{stem}.yaml"), 1
    while path.exists():
        number += 1
        path = Path(f"{stem}-{number}.yaml")
    return path


def _source(study: StudyDraft) -> Recipe | None:
    """The recipe that the study came from or was saved in; None if it cannot be read."""
    if study.recipe_file is None or not Path(study.recipe_file).is_file():
        return None
    try:
        return load_recipe(study.recipe_file)
    except NetlabError:
        return None
