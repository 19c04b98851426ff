"""Opening, saving and keeping, as a part of the Compose screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from textual.worker import Worker, WorkerState

from netlab.errors import NetlabError
from netlab.paths import is_shipped_recipe
from netlab.recipe.network import Network
from netlab.recipe.study_draft import StudyDraft
from tui.compose.autosave.autosaver import (
    Autosaver,
    SavedSession,
    load_session,
    quarantine,
    save_draft,
)
from tui.compose.autosave.session_files import SessionFile, collect_orphans
from tui.compose.open_items import load_item, openable_items, template_items
from tui.compose.save_as import Picker, SaveAs
from tui.compose.session_json import SessionUnreadable
from tui.shell.mode_screen import ModeScreen
from tui.widgets.search_list import Item

Plan = tuple[StudyDraft, Network]
"""A study and the baseline that it starts from."""


@dataclass(frozen=True)
class SavedNetwork:
    """What was saved where; `warning` says why the recipe as a whole cannot be used, if so."""

    path: Path
    network: Network
    warning: str | None


@dataclass(frozen=True)
class OpenedItem:
    """What was opened, and what is known of the plan that makes place for it."""

    session: SavedSession
    plan: Plan
    plan_saved: bool


class Files(ModeScreen):
    """A document that is restored at start, kept at every change, opened and saved."""

    MODE = "compose"
    _autosaver: Autosaver | None = None
    _session_file: SessionFile | None = None

    def restore(self) -> None:
        """Take up the document that was kept; one that cannot be read is set aside."""
        self._session_file = SessionFile.acquire(self.workspace.lab_path)
        file = self._session_file.file
        self._autosaver = Autosaver(file, self._show_error)
        self._collect_orphans()
        try:
            kept = load_session(file)
        except SessionUnreadable as error:
            told = f"The network that was left open cannot be read ({error})."
            try:
                told += f" It is kept as {quarantine(file)}."
            except OSError:
                self._autosaver = None  # rather nothing kept than the old file written over
            self.notify(told, severity="warning", timeout=15, markup=False)
            return
        if kept is not None and not self.workspace.document.past:
            self._show_session(kept)

    def _collect_orphans(self) -> None:
        """Have what other apps left here among the drafts."""
        try:
            number = collect_orphans(self.workspace.lab_path)
        except OSError as error:
            self._show_error(f"What another window left unsaved cannot be read: {error.strerror}")
            return
        if number:
            words = "What another window left unsaved is under Open, Left unsaved."
            self.notify(words, timeout=15, markup=False)

    def autosave(self) -> None:
        """Have the document, what waits to be applied to it, and the study kept as they are."""
        if self._autosaver is not None:
            self._autosaver.save(self._session())

    def _session(self) -> SavedSession:
        netlab = self.workspace
        return SavedSession(
            netlab.document, netlab.study, netlab.study_history, netlab.pending_text
        )

    def _show_session(self, kept: SavedSession) -> None:
        netlab = self.workspace
        netlab.study_history = kept.history
        netlab.study = kept.study
        netlab.document = kept.document
        netlab.pending_text = kept.pending_text  # last: beside its network, which it differs from

    async def on_unmount(self) -> None:
        """Leave nothing unwritten."""
        if self._autosaver is not None:
            await self._autosaver.finish()
        if self._session_file is not None:
            self._session_file.release()

    def _show_error(self, words: str) -> None:
        self.notify(words, severity="error", timeout=15, markup=False)

    def action_open(self) -> None:
        """Choose what to open."""
        picker = Picker("Open", openable_items(Path()))
        self.app.push_screen(picker, self.open_item)

    def action_template(self) -> None:
        """Choose a template to start from."""
        self.app.push_screen(Picker("Start from a template", template_items()), self.open_item)

    def action_save(self) -> None:
        """Save in the recipe that is open, or ask where."""
        file = self.workspace.study.recipe_file
        if file is None or is_shipped_recipe(Path(file)):
            self.action_save_as()
        else:
            self._save(Path(file))

    def action_save_as(self) -> None:
        """Ask where to save."""
        self.app.push_screen(SaveAs(Path(f"{self.workspace.study.name}.yaml")), self._save)

    def open_item(self, item: Item | None) -> None:
        """Open what was chosen; None leaves all as it is."""
        if item is not None:
            self.run_worker(
                partial(_load, item, *self._plan(), begun=self._study_in_progress()),
                thread=True,
                group="open",
                exclusive=True,
                exit_on_error=False,
                name="open",
            )

    def _save(self, path: Path | None) -> None:
        if path is None:
            return
        network, source = self.workspace.document.network, self.workspace.study.recipe_file
        self.run_worker(
            partial(_save_network, path, network, Path(source) if source else None),
            thread=True,
            group="save",
            exit_on_error=False,
            name="save",
        )

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Something was read or written, or could not be."""
        worker = event.worker
        if worker.name not in ("open", "save"):
            return
        if event.state is WorkerState.ERROR:
            if not isinstance(worker.error, NetlabError | OSError):
                raise worker.error or RuntimeError(worker.name)
            self.notify(str(worker.error), severity="error", timeout=15, markup=False)
        elif event.state is WorkerState.SUCCESS and worker.name == "open":
            assert isinstance(worker.result, OpenedItem)
            self._show_opened(worker.result)
        elif event.state is WorkerState.SUCCESS:
            assert isinstance(worker.result, SavedNetwork)
            self._note_saved(worker.result)

    def _plan(self) -> Plan:
        return self.workspace.study, self.workspace.document.baseline

    def _study_in_progress(self) -> bool:
        """Whether the study is more than what was opened."""
        study = self.workspace.study
        done = self.workspace.study_history.for_study(study).past
        return bool(done) or (bool(study.variants) and study.recipe_file is None)

    def _show_opened(self, opened: OpenedItem) -> None:
        """Put another document and study in place of these, of which nothing is lost."""
        here = self._session()
        plan_saved = opened.plan_saved and opened.plan == self._plan()
        if here.unsaved or (self._study_in_progress() and not plan_saved):
            try:
                save_draft(here)
            except OSError as error:
                words = f"Not opened: your changes could not be put away ({error.strerror})."
                self.notify(words, severity="error", markup=False)
                return
            self.notify("Your unsaved changes are under Open, Left unsaved.", markup=False)
        self._show_session(opened.session)

    def _note_saved(self, saved: SavedNetwork) -> None:
        path, warning = saved.path, saved.warning
        self.workspace.document = replace(self.workspace.document, saved=saved.network)
        study = self.workspace.study
        name = study.name if study.recipe_file == str(path) else path.stem
        saved_as = replace(study, recipe_file=str(path), name=name)
        self.workspace.study_history = self.workspace.study_history.for_study(study).renamed(
            saved_as
        )
        self.workspace.study = saved_as
        if warning:
            words = f"Saved in {path}, but as a whole it cannot be used: {warning}"
            self.notify(words, severity="warning", timeout=15, markup=False)
        elif self.workspace.pending_text is not None:
            words = f"Saved in {path}, without the text in the YAML tab: F5 applies that first."
            self.notify(words, severity="warning", markup=False)
        else:
            self.notify(f"Saved in {path}", markup=False)


def _load(item: Item, study: StudyDraft, baseline: Network, *, begun: bool) -> OpenedItem:
    from tui.ablate.study_file import saved_state  # and with it YAML, which no first frame needs

    plan_saved = begun and saved_state(study, baseline).saved
    return OpenedItem(load_item(item), (study, baseline), plan_saved)


def _save_network(path: Path, network: Network, source: Path | None) -> SavedNetwork:
    from netlab.recipe.writing.save_network import save_network

    return SavedNetwork(path, network, save_network(path, network, source=source))
