"""A dialog that writes the table to a file. It never replaces one unasked."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, get_args

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input, Static

from netlab.report.files import ENDINGS, Format
from tui.dialog import Dialog

FORMATS: tuple[Format, ...] = get_args(Format)
SUFFIXES: dict[Format, str] = {"md": ".md", **{form: end for end, form in ENDINGS.items()}}
NAMES: dict[Format, str] = {
    "md": "Markdown",
    "csv": "CSV",
    "latex": "LaTeX",
    "json": "JSON",
    "html": "HTML",
}
HOLDS: dict[Format, str] = {
    "md": "the table as it is shown, with its notes",
    "csv": "every seed in full precision, for spreadsheets",
    "latex": "a booktabs table with its notes",
    "json": "every measure of every run, for programs",
    "html": "a page with the table and its notes, for a browser",
}


class Export(Dialog[Path | None]):
    """Type a file, whose ending chooses the format; the result is where to write."""

    HELP: ClassVar[str] = (
        "Type the file to write the table to; its ending chooses the format, and Ctrl+F the next\n"
        "one. A file that is there is replaced only when you press Enter twice."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Cancel"),
        Binding("ctrl+f", "format", "Format"),
    ]
    DEFAULT_CSS = """
    Export { align: center middle; }
    Export > Vertical {
        width: 76; max-width: 94%; height: auto; background: $panel; border: round $accent;
        padding: 1 2; border-title-color: $text; border-subtitle-color: $text-muted;
    }
    Export Horizontal { height: 1; margin-bottom: 1; }
    Export Button { margin-right: 1; min-width: 10; }
    Export Input { height: 1; border: none; padding: 0 1; background: $surface; }
    Export #told { height: auto; margin-top: 1; color: $text-muted; }
    """

    def __init__(self, suggestion: Path) -> None:
        super().__init__()
        self._suggestion = suggestion
        self._agreed = ""
        """The file that was named to be replaced."""

    def compose(self) -> ComposeResult:
        """Formats, the file, what will happen."""
        with Vertical() as box:
            box.border_title = "Export"
            box.border_subtitle = "Enter: write · ^f: next format · Esc: cancel"
            with Horizontal():
                for form in FORMATS:
                    yield Button(NAMES[form], id=f"format-{form}", compact=True)
            yield Input(str(self._suggestion), compact=True)
            yield Static(id="told", markup=False)

    def on_mount(self) -> None:
        """Begin with the file's name."""
        entry = self.query_one(Input)
        entry.cursor_blink = False
        entry.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what would happen."""
        self._agreed = ""
        self._tell(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Write there; a file that is there is replaced only if that is said twice."""
        path, fault = meant(event.value)
        if fault:
            self.app.bell()
        elif path.exists() and self._agreed != event.value:
            self._agreed = event.value
            self._tell(event.value)
        else:
            self.dismiss(path)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Change the ending."""
        form = (event.button.id or "").removeprefix("format-")
        self._end_in(next(one for one in FORMATS if one == form))

    def action_format(self) -> None:
        """The next format."""
        now = format_of(Path(self.query_one(Input).value.strip()))
        self._end_in(FORMATS[(FORMATS.index(now) + 1) % len(FORMATS)])

    def action_leave(self) -> None:
        """Write nothing."""
        self.dismiss(None)

    def _end_in(self, form: Format) -> None:
        entry = self.query_one(Input)
        path, fault = meant(entry.value)
        if not fault:
            entry.value = str(path.with_suffix(SUFFIXES[form]))
        entry.focus()

    def _tell(self, value: str) -> None:
        path, fault = meant(value)
        form = format_of(path)
        for one in FORMATS:
            button = self.query_one(f"#format-{one}", Button)
            button.variant = "primary" if one == form else "default"
            button.label = Text(f"• {NAMES[one]}" if one == form else NAMES[one])
        told = fault or f"{NAMES[form]}: {HOLDS[form]}."
        if not fault and path.exists():
            then = "Enter again replaces it." if self._agreed == value else "Enter asks again."
            told = f"{path.name} is there already. {then}"
        self.query_one("#told", Static).update(Text(told))


def format_of(path: Path) -> Format:
    """The format that a file's ending asks for, as on the command line."""
    return ENDINGS.get(path.suffix.lower(), "md")


def meant(text: str) -> tuple[Path, str]:
    """The file that is meant, and why nothing can be written there (empty where it can)."""
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
