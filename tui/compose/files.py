"""Opening, saving and keeping, as a part of the Compose screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from textual.worker import Worker, WorkerState

from netlab.errors import NetlabError
from netlab.paths import comes_with_netlab
from netlab.recipe.network import Network
from tui.compose.dialogs import Picker, SaveAs
from tui.compose.history import NotKept
from tui.compose.keeping import Keeper, Kept, keep_draft, read_kept, set_aside
from tui.compose.opening import openable_items, opened, template_items
from tui.compose.search_list import Item
from tui.compose.slots import Slot, gather
from tui.draft import StudyDraft
from tui.mode import ModeScreen

Plan = tuple[StudyDraft, Network]
"""A study and the baseline that it starts from."""


@dataclass(frozen=True)
class Saved:
    """What was saved where; `warning` says why the recipe as a whole cannot be used, if so."""

    path: Path
    network: Network
    warning: str | None


@dataclass(frozen=True)
class Opened:
    """What was opened, and what is known of the plan that makes place for it."""

    kept: Kept
    plan: Plan
    plan_saved: bool


class Files(ModeScreen):
    """A document that is restored at start, kept at every change, opened and saved."""

    MODE = "compose"
    _keeper: Keeper | None = None
    _slot: Slot | None = None

    def restore(self) -> None:
        """Take up the document that was kept; one that cannot be read is set aside."""
        self._slot = Slot.claim(self.netlab.lab_path)
        file = self._slot.file
        self._keeper = Keeper(file, self._tell_fault)
        self._gather()
        try:
            kept = read_kept(file)
        except NotKept as error:
            told = f"The network that was left open cannot be read ({error})."
            try:
                told += f" It is kept as {set_aside(file)}."
            except OSError:
                self._keeper = None  # rather nothing kept than the old file written over
            self.notify(told, severity="warning", timeout=15, markup=False)
            return
        if kept is not None and not self.netlab.document.past:
            self._show_kept(kept)

    def _gather(self) -> None:
        """Have what other apps left here among the drafts."""
        try:
            number = gather(self.netlab.lab_path)
        except OSError as error:
            self._tell_fault(f"What another window left unsaved cannot be read: {error.strerror}")
            return
        if number:
            words = "What another window left unsaved is under Open, Left unsaved."
            self.notify(words, timeout=15, markup=False)

    def keep(self) -> None:
        """Have the document, what waits to be applied to it, and the study kept as they are."""
        if self._keeper is not None:
            self._keeper.keep(self._kept())

    def _kept(self) -> Kept:
        netlab = self.netlab
        return Kept(netlab.document, netlab.study, netlab.study_history, netlab.unapplied)

    def _show_kept(self, kept: Kept) -> None:
        netlab = self.netlab
        netlab.study_history = kept.history
        netlab.study = kept.study
        netlab.document = kept.document
        netlab.unapplied = kept.unapplied  # last: beside its network, which it differs from

    async def on_unmount(self) -> None:
        """Leave nothing unwritten."""
        if self._keeper is not None:
            await self._keeper.finish()
        if self._slot is not None:
            self._slot.release()

    def _tell_fault(self, words: str) -> None:
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
        file = self.netlab.study.recipe_file
        if file is None or comes_with_netlab(Path(file)):
            self.action_save_as()
        else:
            self._save(Path(file))

    def action_save_as(self) -> None:
        """Ask where to save."""
        self.app.push_screen(SaveAs(Path(f"{self.netlab.study.name}.yaml")), self._save)

    def open_item(self, item: Item | None) -> None:
        """Open what was chosen; None leaves all as it is."""
        if item is not None:
            self.run_worker(
                partial(_opened, item, *self._plan(), begun=self._planned()),
                thread=True,
                group="open",
                exclusive=True,
                exit_on_error=False,
                name="open",
            )

    def _save(self, path: Path | None) -> None:
        if path is None:
            return
        network, source = self.netlab.document.network, self.netlab.study.recipe_file
        self.run_worker(
            partial(_saved, path, network, Path(source) if source else None),
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
            assert isinstance(worker.result, Opened)
            self._take(worker.result)
        elif event.state is WorkerState.SUCCESS:
            assert isinstance(worker.result, Saved)
            self._note_saved(worker.result)

    def _plan(self) -> Plan:
        return self.netlab.study, self.netlab.document.baseline

    def _planned(self) -> bool:
        """Whether the study is more than what was opened."""
        study = self.netlab.study
        done = self.netlab.study_history.of(study).past
        return bool(done) or (bool(study.variants) and study.recipe_file is None)

    def _take(self, opened: Opened) -> None:
        """Put another document and study in place of these, of which nothing is lost."""
        here = self._kept()
        plan_saved = opened.plan_saved and opened.plan == self._plan()
        if here.unsaved or (self._planned() and not plan_saved):
            try:
                keep_draft(here)
            except OSError as error:
                words = f"Not opened: your changes could not be put away ({error.strerror})."
                self.notify(words, severity="error", markup=False)
                return
            self.notify("Your unsaved changes are under Open, Left unsaved.", markup=False)
        self._show_kept(opened.kept)

    def _note_saved(self, saved: Saved) -> None:
        path, warning = saved.path, saved.warning
        self.netlab.document = replace(self.netlab.document, saved=saved.network)
        study = self.netlab.study
        name = study.name if study.recipe_file == str(path) else path.stem
        saved_as = replace(study, recipe_file=str(path), name=name)
        self.netlab.study_history = self.netlab.study_history.of(study).renamed(saved_as)
        self.netlab.study = saved_as
        if warning:
            words = f"Saved in {path}, but as a whole it cannot be used: {warning}"
            self.notify(words, severity="warning", timeout=15, markup=False)
        elif self.netlab.unapplied is not None:
            words = f"Saved in {path}, without the text in the YAML tab: F5 applies that first."
            self.notify(words, severity="warning", markup=False)
        else:
            self.notify(f"Saved in {path}", markup=False)


def _opened(item: Item, study: StudyDraft, baseline: Network, *, begun: bool) -> Opened:
    from tui.ablate.saving import looked  # and with it YAML, which no first frame needs

    plan_saved = begun and looked(study, baseline).saved
    return Opened(opened(item), (study, baseline), plan_saved)


def _saved(path: Path, network: Network, source: Path | None) -> Saved:
    from netlab.recipe.writing import save_network

    return Saved(path, network, save_network(path, network, source=source))
