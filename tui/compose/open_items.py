"""Lists and loads the items that can be opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from netlab.errors import RecipeError
from netlab.recipe.library import shipped
from netlab.recipe.study_draft import StudyDraft
from tui.compose.autosave.drafts import list_drafts
from tui.compose.autosave.session import SavedSession, load_session
from tui.compose.autosave.session_json import SessionUnreadable
from tui.model.network_document import NetworkDocument
from tui.model.templates import TEMPLATES
from tui.widgets.search_list import Item

if TYPE_CHECKING:
    from netlab.recipe.recipe import Recipe


def template_items() -> list[Item]:
    """The templates."""
    return [
        Item(f"template:{name}", "Templates", name, about)
        for name, (about, _network) in TEMPLATES.items()
    ]


def openable_items(folder: Path) -> list[Item]:
    """Everything that can be opened: files in `folder`, recipes, networks, drafts, templates."""
    here = {path.name: path for path in sorted(folder.glob("*.yaml"))}
    return [
        *_file_items("This folder", here),
        *_file_items("Recipes", shipped()),
        *_file_items("Networks", shipped("networks")),
        *(
            Item(f"draft:{path}", "Left unsaved", name, "put away when something else was opened")
            for name, path in list_drafts()
        ),
        *template_items(),
    ]


def load_item(item: Item) -> SavedSession:
    """Load the document and study of `item`. Raises `NetlabError`."""
    kind, _, rest = item.id.partition(":")
    if kind == "template":
        return SavedSession(NetworkDocument.of(TEMPLATES[rest][1]), StudyDraft(name=rest))
    if kind == "draft":
        try:
            kept = load_session(Path(rest))
        except SessionUnreadable as error:
            raise RecipeError(f"the draft cannot be read: {error}", file=rest) from None
        if kept is None:
            raise RecipeError("the draft is gone", file=rest)
        return kept
    from netlab.recipe.loader import load_recipe  # imports YAML: not for the first frame

    return session_from_recipe(load_recipe(rest))


def session_from_recipe(recipe: Recipe) -> SavedSession:
    """A session with the recipe's network as document and its study as draft."""
    return SavedSession(NetworkDocument.of(recipe.network), StudyDraft.of(recipe))


def _file_items(group: str, files: dict[str, Path]) -> list[Item]:
    return [
        Item(f"file:{path}", group, name, _leading_comment(path)) for name, path in files.items()
    ]


def _leading_comment(path: Path) -> str:
    """The comment on the first line of a recipe; empty if it has none there."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            first = file.readline()
    except OSError:
        return ""
    return first.lstrip("# ").strip() if first.startswith("#") else ""
