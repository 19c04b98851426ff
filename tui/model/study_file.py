"""The planned study as a recipe: its text, whether it is saved, where it could be saved.

All but `suggest_file` read files: call them in a thread.
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
    """What files say of a study."""

    saved: bool
    """Whether the study's own file says all that the study says."""
    protocol: str
    """The protocol and its epochs, or why it is not known."""
    data_problem: str | None
    """Why the data cannot be trained on now."""


def save_study_file(path: Path, study: StudyDraft, baseline: Network) -> Recipe:
    """Save the study, over what it came from where it did. Raises `NetlabError`."""
    return save_study(path, study, baseline, source=_source(study))


def saved_state(study: StudyDraft, baseline: Network) -> SavedState:
    """Whether the study is saved, by which protocol it is trained, and whether its data is here."""
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
    """The study as a recipe of its own. Raises `NetlabError` for what none can say."""
    return study_text(StudyContent.of(study, baseline, _source(study)))


def suggest_file(study: StudyDraft) -> Path:
    """A file to save the study in: its own, or a new one called like it."""
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
    """The recipe that the study came from or was saved in, where it can still be read."""
    if study.recipe_file is None or not Path(study.recipe_file).is_file():
        return None
    try:
        return load_recipe(study.recipe_file)
    except NetlabError:
        return None
