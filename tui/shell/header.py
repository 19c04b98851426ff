"""The line at the top: the modes with their keys, and the name of the open item."""

from __future__ import annotations

from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

MODES = {"1": "compose", "2": "ablate", "3": "train", "4": "compare", "5": "guides"}
"""Key → mode."""


class ModeHeader(Widget):
    """`netlab  1 Compose  2 Ablate …`, current mode marked; `subject` names the open item."""

    DEFAULT_CSS = """
    ModeHeader { dock: top; height: 1; background: $panel; padding: 0 1; }
    """

    subject: reactive[str] = reactive("")

    def __init__(self, mode: str) -> None:
        super().__init__()
        self.mode = mode

    def render(self) -> Text:
        line = Text("netlab ", style="bold")
        for key, name in MODES.items():
            style = "reverse bold" if name == self.mode else ""
            line.append(f" {key} {name.capitalize()} ", style=style)
        space = self.size.width - line.cell_len - 2
        if self.subject and space > 4:
            subject = Text(self.subject, no_wrap=True)
            subject.truncate(space, overflow="ellipsis")
            line.append(" " * (space + 1 - subject.cell_len))
            line.append_text(subject)
        return line
