"""Opening, saving and starting from templates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from textual.screen import Screen

from netlab.errors import NetlabError
from netlab.paths import is_shipped_recipe
from netlab.recipe.network import Network
from netlab.recipe.study_draft import StudyDraft
from tui.background.jobs import BackgroundJob, run_in_background
from tui.compose.autosave.drafts import save_draft
from tui.compose.autosave.open_session import OpenSession
from tui.compose.autosave.session import SavedSession
from tui.compose.open_items import load_item, openable_items, template_items
from tui.compose.save_as import SaveAs
from tui.shell.picker import Picker
from tui.widgets.search_list import Item
from tui.workspace import Workspace


@dataclass(frozen=True)
class StudyPlan:
    """A study and the baseline that it starts from."""

    study: StudyDraft
    baseline: Network


@dataclass(frozen=True)
class OpenedItem:
    """The opened session, the study plan that it replaces, and whether that is saved."""

    session: SavedSession
    plan: StudyPlan
    plan_saved: bool


class FileActions:
    """Opens files in the workspace and saves its network, in background threads.

    The results are handled in the message queue of `screen`.
    """

    def __init__(self, workspace: Workspace, session: OpenSession, screen: Screen[None]) -> None:
        self._workspace = workspace
        self._session = session
        self._screen = screen
        self._opening: BackgroundJob | None = None

    def open(self) -> None:
        self._workspace.push_screen(Picker("Open", openable_items(Path())), self.open_item)

    def open_template(self) -> None:
        picker = Picker("Start from a template", template_items())
        self._workspace.push_screen(picker, self.open_item)

    def save(self) -> None:
        file = self._workspace.study.recipe_file
        if file is None or is_shipped_recipe(Path(file)):
            self.save_as()
        else:
            self._save(Path(file))

    def save_as(self) -> None:
        suggestion = Path(f"{self._workspace.study.name}.yaml")
        self._workspace.push_screen(SaveAs(suggestion), self._save)

    def open_item(self, item: Item | None) -> None:
        if item is None:
            return
        if self._opening is not None:
            self._opening.cancel()
        work = partial(_load, item, self._plan(), in_progress=self._study_in_progress())
        self._opening = run_in_background(work, self._screen, self._show_opened)

    def _save(self, path: Path | None) -> None:
        if path is None:
            return
        network, source = self._workspace.document.network, self._workspace.study.recipe_file
        work = partial(_save_network, path, network, Path(source) if source else None)
        run_in_background(work, self._screen, partial(self._show_saved, path, network))

    def _plan(self) -> StudyPlan:
        return StudyPlan(self._workspace.study, self._workspace.document.baseline)

    def _study_in_progress(self) -> bool:
        """Whether the study was changed, or has variants and no recipe file."""
        study = self._workspace.study
        done = self._workspace.study_history.for_study(study).past
        return bool(done) or (bool(study.variants) and study.recipe_file is None)

    def _show_opened(self, opened: OpenedItem | Exception) -> None:
        """Replace document and study, and save unsaved ones as a draft first."""
        if isinstance(opened, Exception):
            self._show_error(str(opened))
            return
        here = self._session.current()
        plan_saved = opened.plan_saved and opened.plan == self._plan()
        if here.unsaved or (self._study_in_progress() and not plan_saved):
            try:
                save_draft(here)
            except OSError as error:
                text = f"Not opened: your changes could not be put away ({error.strerror})."
                self._workspace.notify(text, severity="error", markup=False)
                return
            text = "Your unsaved changes are under Open, Left unsaved."
            self._workspace.notify(text, markup=False)
        self._session.show(opened.session)

    def _show_saved(self, path: Path, network: Network, warning: str | Exception | None) -> None:
        """Note that `network` is saved in `path`; show `warning`, or an error if saving failed."""
        if isinstance(warning, Exception):
            self._show_error(str(warning))
            return
        workspace, study = self._workspace, self._workspace.study
        workspace.document = replace(workspace.document, saved=network)
        name = study.name if study.recipe_file == str(path) else path.stem
        saved_as = replace(study, recipe_file=str(path), name=name)
        workspace.study_history = workspace.study_history.for_study(study).renamed(saved_as)
        workspace.study = saved_as
        if warning:
            text = f"Saved in {path}, but as a whole it cannot be used: {warning}"
            workspace.notify(text, severity="warning", timeout=15, markup=False)
        elif workspace.pending_text is not None:
            text = f"Saved in {path}, without the text in the YAML tab: F5 applies that first."
            workspace.notify(text, severity="warning", markup=False)
        else:
            workspace.notify(f"Saved in {path}", markup=False)

    def _show_error(self, text: str) -> None:
        self._workspace.notify(text, severity="error", timeout=15, markup=False)


def _load(item: Item, plan: StudyPlan, *, in_progress: bool) -> OpenedItem | NetlabError | OSError:
    from tui.model.study_file import saved_state  # imports YAML: not for the first frame

    try:
        plan_saved = in_progress and saved_state(plan.study, plan.baseline).saved
        return OpenedItem(load_item(item), plan, plan_saved)
    except (NetlabError, OSError) as error:
        return error


def _save_network(
    path: Path, network: Network, source: Path | None
) -> str | NetlabError | OSError | None:
    from netlab.recipe.writing.save_network import save_network

    try:
        return save_network(path, network, source=source)
    except (NetlabError, OSError) as error:
        return error
