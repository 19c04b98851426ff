"""What can be opened, and how it becomes a document with its study."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from netlab.errors import RecipeError
from netlab.recipe.library import saved
from tui.compose.history import NotKept
from tui.compose.keeping import Kept, drafts, read_kept
from tui.compose.search_list import Item
from tui.compose.templates import TEMPLATES
from tui.document import Document
from tui.draft import StudyDraft, VariantDraft

if TYPE_CHECKING:
    from netlab.recipe.recipe import Recipe


def template_items() -> list[Item]:
    """The templates."""
    return [
        Item(f"template:{name}", "Templates", name, about)
        for name, (about, _network) in TEMPLATES.items()
    ]


def openable_items(folder: Path) -> list[Item]:
    """Everything that can be opened: files in `folder`, drafts, saved recipes and networks."""
    here = {path.name: path for path in sorted(folder.glob("*.yaml"))}
    return [
        *_file_items("This folder", here),
        *_file_items("Recipes", saved()),
        *_file_items("Networks", saved("networks")),
        *(
            Item(f"draft:{path}", "Left unsaved", name, "put away when something else was opened")
            for name, path in drafts()
        ),
        *template_items(),
    ]


def opened(item: Item) -> Kept:
    """The document and study that an item stands for. Raises `NetlabError`."""
    kind, _, rest = item.id.partition(":")
    if kind == "template":
        return Kept(Document.of(TEMPLATES[rest][1]), StudyDraft(name=rest))
    if kind == "draft":
        try:
            kept = read_kept(Path(rest))
        except NotKept as error:
            raise RecipeError(f"the draft cannot be read: {error}", file=rest) from None
        if kept is None:
            raise RecipeError("the draft is gone", file=rest)
        return kept
    from netlab.recipe.recipe import load_recipe  # and with it YAML, which no first frame needs

    return of_recipe(load_recipe(rest))


def of_recipe(recipe: Recipe) -> Kept:
    """A recipe's network as a document, its study as a draft."""
    data = recipe.data
    study = StudyDraft(
        name=recipe.name,
        question=recipe.question,
        variants=tuple(
            VariantDraft(variant.name, variant.edits, variant.because, variant.expect)
            for variant in recipe.variants
            if variant.edits
        ),
        seeds=recipe.seeds,
        protocol=recipe.protocol.name,
        data=f"{data.name}:{data.path}" if data.path else data.name,
        recipe_file=recipe.file,
    )
    return Kept(Document.of(recipe.network), study)


def _file_items(group: str, files: dict[str, Path]) -> list[Item]:
    return [Item(f"file:{path}", group, name, _first_words(path)) for name, path in files.items()]


def _first_words(path: Path) -> str:
    """The comment that a recipe begins with."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            first = file.readline()
    except OSError:
        return ""
    return first.lstrip("# ").strip() if first.startswith("#") else ""
