"""The dialog that asks for the file to save a network in."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from tui.shell.dialog import Dialog


class SaveAs(Dialog[Path | None]):
    """Asks for a file to save in; returns None after Esc."""

    HELP: ClassVar[str] = (
        "Type where to save the network as a recipe; enter saves, escape goes back.\n"
        "In a recipe that is there already only the network is changed: its comments, data,\n"
        "protocol and study stay as they are."
    )
    DEFAULT_CSS = """
    SaveAs { align: center middle; }
    SaveAs > Vertical {
        width: 76; max-width: 94%; height: auto; border: round $accent; background: $panel;
        padding: 1 2; border-title-color: $text; border-subtitle-color: $text-muted;
    }
    SaveAs Static { height: auto; }
    SaveAs #outcome { color: $text-muted; margin-top: 1; }
    SaveAs Input:focus { border: none; }
    SaveAs Input { height: 1; border: none; padding: 0; background: $surface; }
    """

    def __init__(self, suggestion: Path) -> None:
        super().__init__()
        self._suggestion = suggestion

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "Save as a recipe"
            box.border_subtitle = "Enter: save · Esc: cancel"
            yield Input(str(self._suggestion), placeholder="name.yaml", compact=True)
            yield Static(id="outcome", markup=False)

    def on_mount(self) -> None:
        self.query_one(Input).cursor_blink = False
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        error, outcome = consequence(event.value)
        self.query_one("#outcome", Static).update(Text(error or outcome))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        error, _outcome = consequence(event.value)
        if error:
            self.app.bell()
        else:
            self.dismiss(recipe_path(event.value))

    def on_key(self, event: events.Key) -> None:
        if event.key == "escape":
            event.stop()
            self.dismiss(None)


def recipe_path(text: str) -> Path:
    """The path for a typed name; `.yaml` is added if it has no YAML suffix."""
    path = Path(text.strip()).expanduser()
    return path if path.suffix in (".yaml", ".yml") else path.with_name(f"{path.name}.yaml")


def consequence(text: str) -> tuple[str, str]:
    """Why the network cannot be saved there, and what saving does; one of the two is empty."""
    if not text.strip() or not Path(text.strip()).name or not text.isprintable():
        return "Type the name of a file.", ""
    path = recipe_path(text)
    try:
        if path.is_dir() or not path.parent.is_dir():
            return f"✗ there is no folder {path.parent}", ""
        if path.is_file():
            return "", (
                f"{path.name} is there: its network is replaced; comments, data, protocol and "
                "study stay. Enter saves."
            )
    except OSError as error:
        return f"✗ {error.strerror}", ""
    return "", f"Enter writes {path}"
