"""Three dialogs: the texts of a variant, the settings of the study, the file to save it in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.widget import Widget
from textual.widgets import Checkbox, Input, Select

from netlab.datasets.catalogue import CATALOGUE
from netlab.datasets.data_spec import FOLDER
from netlab.recipe.library import shipped
from netlab.recipe.seed_list import parse_seeds
from netlab.recipe.study_draft import StudyDraft, VariantDraft
from tui.ablate.form_dialog import FormDialog, text_field
from tui.ablate.study_edits import MAX_NAME_LENGTH, name_fault, parse_device, parse_epochs
from tui.ablate.summary_bar import describe_run_count


@dataclass(frozen=True)
class VariantAnswer:
    """The variant as edited, and whether Compose should go back to the baseline."""

    variant: VariantDraft
    back_to_baseline: bool = False


class VariantDialog(FormDialog[VariantAnswer]):
    """Name, reason and expectation of a variant."""

    HELP: ClassVar[str] = (
        "What the variant is called in tables, why it is worth trying, and what you expect of it.\n"
        "What you expect is kept in the recipe; Compare shows it beside what happened."
    )

    def __init__(
        self,
        study: StudyDraft,
        variant: VariantDraft,
        *,
        new: bool,
        changes: str,
        back: bool = False,
    ) -> None:
        super().__init__("Record a variant" if new else "Variant", changes)
        self._study = study
        self._variant = variant
        self._new = new
        self._back = back

    def fields(self) -> Iterator[tuple[str, Widget]]:
        """Three texts, and if `back` was given, whether Compose goes back to the baseline."""
        yield "name", text_field("name", self._variant.name, "such as wider-stem")
        yield "why", text_field("because", self._variant.because, "why it is worth trying")
        yield "you expect", text_field("expectation", self._variant.expect, "what will happen")
        if self._back:
            yield "then", Checkbox("Compose goes back to the baseline", True, compact=True)

    def result(self) -> VariantAnswer:
        """The variant. Raises `ValueError` if it cannot have that name."""
        name = self.field_text("name")
        fault = name_fault(self._study, name, None if self._new else self._variant.name)
        if fault:
            raise ValueError(fault)
        because, expectation = self.field_text("because"), self.field_text("expectation")
        back = self._back and self.query_one(Checkbox).value
        return VariantAnswer(
            replace(self._variant, name=name, because=because, expect=expectation), back
        )


class StudyDialog(FormDialog[StudyDraft]):
    """Name and question of the study, and how its networks are trained."""

    HELP: ClassVar[str] = (
        "How the study is run. Every network is trained once for each seed, all by the same\n"
        "protocol on the same data, so that nothing but the change can make the difference.\n"
        "Epochs are those of the protocol unless a number is written. The device auto is the\n"
        "accelerator where there is one, and else the CPU; the recipe does not hold it."
    )

    def __init__(self, study: StudyDraft) -> None:
        super().__init__("Study")
        self._study = study
        self._data, _, self._folder = study.data.partition(":")

    def fields(self) -> Iterator[tuple[str, Widget]]:
        study = self._study
        yield "name", text_field("name", study.name, "what the study is called")
        yield "question", text_field("question", study.question, "what it is to find out")
        yield "seeds", text_field("seeds", ", ".join(map(str, study.seeds)), "0, 1, 2 or 0-4")
        protocols = list(dict.fromkeys([*shipped("protocols"), study.protocol]))
        yield "protocol", _choice("protocol", {name: name for name in protocols}, study.protocol)
        epochs = "" if study.epochs is None else str(study.epochs)
        yield "epochs", text_field("epochs", epochs, "as the protocol says")
        yield "data", _choice("data", _data_sets(), self._data)
        yield (
            "folder",
            text_field("folder", self._folder, "CLASS/* or train/CLASS/* and test/CLASS/*"),
        )
        yield "device", text_field("device", study.device, "auto, cpu, cuda:0, mps …")

    def hint(self) -> str:
        """The number of runs; empty if the seeds cannot be parsed."""
        try:
            seeds = len(parse_seeds(self.field_text("seeds")))
        except ValueError:
            return ""
        return describe_run_count(len(self._study.variants), seeds)

    def on_select_changed(self, event: Select.Changed) -> None:
        if event.select.id == "data":
            self.query_one("#folder", Input).disabled = event.value != FOLDER
            self.show_fault("")

    def result(self) -> StudyDraft:
        """The study. Raises `ValueError` for an invalid name, folder or other field."""
        name = self.field_text("name")
        if not name:
            raise ValueError("a study needs a name")
        if len(name) > MAX_NAME_LENGTH:
            raise ValueError(
                f"a name has at most {MAX_NAME_LENGTH} characters, this one {len(name)}"
            )
        data = str(self.query_one("#data", Select).value)
        if data == FOLDER:
            folder = self.field_text("folder")
            if not folder or not Path(folder).expanduser().is_dir():
                raise ValueError(f"there is no folder '{folder}'")
            data = f"{FOLDER}:{Path(folder).expanduser()}"
        return replace(
            self._study,
            name=name,
            question=self.field_text("question"),
            seeds=parse_seeds(self.field_text("seeds")),
            epochs=parse_epochs(self.field_text("epochs")),
            device=parse_device(self.field_text("device")),
            protocol=str(self.query_one("#protocol", Select).value),
            data=data,
        )


class FileDialog(FormDialog[Path]):
    """The file for the study. It replaces an existing file only after a second Enter."""

    HELP: ClassVar[str] = (
        "The recipe is a YAML file that netlab run takes, too. A name without a folder is in the\n"
        "folder where netlab was started. Nothing is overwritten without a second Enter."
    )

    def __init__(self, suggestion: Path, *, start: bool = False) -> None:
        about = "The study is saved as a recipe" + (", then its runs start." if start else ".")
        super().__init__("Start" if start else "Save", about, "Start" if start else "Save")
        self._suggestion = suggestion
        self._overwrite_warned: Path | None = None

    def fields(self) -> Iterator[tuple[str, Widget]]:
        yield "file", text_field("file", str(self._suggestion), "name.yaml")

    def result(self) -> Path:
        """The file. Raises `ValueError` if it cannot be written, or (once) if it exists."""
        text = self.field_text("file")
        if not text or not text.isprintable():
            raise ValueError("type the name of a file, such as study.yaml")
        path = recipe_path(text)
        try:
            if not path.parent.is_dir():
                raise ValueError(f"there is no folder {path.parent}")
            if path.is_dir():
                raise ValueError(f"{path} is a folder")
            if path.exists() and path != self._overwrite_warned:
                self._overwrite_warned = path
                raise ValueError(f"{path.name} is there already: press Enter again to replace it")
        except OSError as error:
            raise ValueError(str(error.strerror)) from None
        return path

    def on_input_changed(self) -> None:
        self._overwrite_warned = None
        self.show_fault("")


def recipe_path(text: str) -> Path:
    """The path for `text`; `.yaml` is added if it has no YAML ending."""
    path = Path(text).expanduser()
    return path if path.suffix in (".yaml", ".yml") else Path(f"{path}.yaml")


def _choice(name: str, labels: dict[str, str], value: str) -> Select[str]:
    options = [(Text(label), key) for key, label in {value: value, **labels}.items()]
    order = [*labels] if value in labels else [value, *labels]
    options.sort(key=lambda option: order.index(option[1]))
    return Select(options, value=value, allow_blank=False, id=name, compact=True)


def _data_sets() -> dict[str, str]:
    labels = {
        name: f"{name}, {'here' if data.is_present() else 'not here'}: "
        f"{data.train + data.test:,} images, {data.classes} classes"
        for name, data in CATALOGUE.items()
    }
    return {**labels, FOLDER: "a folder of images"}
