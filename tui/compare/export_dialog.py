"""A dialog that asks for a file to write the table to. It warns before it replaces a file."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, get_args

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input, Static

from netlab.report.render.formats import FORMAT_BY_SUFFIX, TableFormat
from tui.shell.dialog import Dialog

EXPORT_FORMATS: tuple[TableFormat, ...] = get_args(TableFormat)
FORMAT_SUFFIXES: dict[TableFormat, str] = {
    "md": ".md",
    **{form: end for end, form in FORMAT_BY_SUFFIX.items()},
}
FORMAT_NAMES: dict[TableFormat, str] = {
    "md": "Markdown",
    "csv": "CSV",
    "latex": "LaTeX",
    "json": "JSON",
    "html": "HTML",
}
FORMAT_CONTENTS: dict[TableFormat, str] = {
    "md": "the table as it is shown, with its notes",
    "csv": "every seed in full precision, for spreadsheets",
    "latex": "a booktabs table with its notes",
    "json": "every measure of every run, for programs",
    "html": "a page with the table and its notes, for a browser",
}


class ExportDialog(Dialog[Path | None]):
    """Type a file name; its ending chooses the format. The result is the path, or None."""

    HELP: ClassVar[str] = (
        "Type the file to write the table to; its ending chooses the format, and Ctrl+F the next\n"
        "one. A file that is there is replaced only when you press Enter twice."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Cancel"),
        Binding("ctrl+f", "format", "Format"),
    ]
    DEFAULT_CSS = """
    ExportDialog { align: center middle; }
    ExportDialog > Vertical {
        width: 76; max-width: 94%; height: auto; background: $panel; border: round $accent;
        padding: 1 2; border-title-color: $text; border-subtitle-color: $text-muted;
    }
    ExportDialog Horizontal { height: 1; margin-bottom: 1; }
    ExportDialog Button { margin-right: 1; min-width: 10; }
    ExportDialog Input { height: 1; border: none; padding: 0 1; background: $surface; }
    ExportDialog #outcome { height: auto; margin-top: 1; color: $text-muted; }
    """

    def __init__(self, suggestion: Path) -> None:
        super().__init__()
        self._suggestion = suggestion
        self._overwrite_confirmed = ""
        """The text of the field for which the warning about an existing file was shown."""

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "Export"
            box.border_subtitle = "Enter: write · ^f: next format · Esc: cancel"
            with Horizontal():
                for form in EXPORT_FORMATS:
                    yield Button(FORMAT_NAMES[form], id=f"format-{form}", compact=True)
            yield Input(str(self._suggestion), compact=True)
            yield Static(id="outcome", markup=False)

    def on_mount(self) -> None:
        entry = self.query_one(Input)
        entry.cursor_blink = False
        entry.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        self._overwrite_confirmed = ""
        self._show_outcome(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Close with the path; for an existing file, only at the second Enter."""
        path, fault = parse_export_path(event.value)
        if fault:
            self.app.bell()
        elif path.exists() and self._overwrite_confirmed != event.value:
            self._overwrite_confirmed = event.value
            self._show_outcome(event.value)
        else:
            self.dismiss(path)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        form = (event.button.id or "").removeprefix("format-")
        self._set_format(next(one for one in EXPORT_FORMATS if one == form))

    def action_format(self) -> None:
        now = format_of(Path(self.query_one(Input).value.strip()))
        self._set_format(EXPORT_FORMATS[(EXPORT_FORMATS.index(now) + 1) % len(EXPORT_FORMATS)])

    def action_leave(self) -> None:
        self.dismiss(None)

    def _set_format(self, form: TableFormat) -> None:
        entry = self.query_one(Input)
        path, fault = parse_export_path(entry.value)
        if not fault:
            entry.value = str(path.with_suffix(FORMAT_SUFFIXES[form]))
        entry.focus()

    def _show_outcome(self, value: str) -> None:
        path, fault = parse_export_path(value)
        form = format_of(path)
        for one in EXPORT_FORMATS:
            button = self.query_one(f"#format-{one}", Button)
            button.variant = "primary" if one == form else "default"
            button.label = Text(f"• {FORMAT_NAMES[one]}" if one == form else FORMAT_NAMES[one])
        text = fault or f"{FORMAT_NAMES[form]}: {FORMAT_CONTENTS[form]}."
        if not fault and path.exists():
            then = (
                "Enter again replaces it."
                if self._overwrite_confirmed == value
                else "Enter asks again."
            )
            text = f"{path.name} is there already. {then}"
        self.query_one("#outcome", Static).update(Text(text))


def format_of(path: Path) -> TableFormat:
    """The format for the ending of a file, as on the command line; markdown for unknown endings."""
    return FORMAT_BY_SUFFIX.get(path.suffix.lower(), "md")


def parse_export_path(text: str) -> tuple[Path, str]:
    """The path for `text`, and why nothing can be written there (empty if it can)."""
    path = Path(text.strip()).expanduser()
    if not text.strip() or not path.name or not text.isprintable():
        return path, "Type the name of a file."
    try:
        if path.is_dir():
            return path, f"{path} is a folder: name a file in it."
        if not path.parent.is_dir():
            return path, f"There is no folder {path.parent}."
    except OSError as fault:
        return path, str(fault.strerror)
    return path, ""
