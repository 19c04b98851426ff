"""The study's settings on two lines: what is asked, how many runs, how long."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.message import Message
from textual.widget import Widget

from netlab.recipe.data import FOLDER
from netlab.recipe.datasets import CATALOGUE
from netlab.recipe.network import Network
from tui.draft import StudyDraft


@dataclass(frozen=True)
class Facts:
    """What the lines tell."""

    study: StudyDraft
    saved: bool
    time: str
    """`about 12 min`, `…` while it is worked out, or why it is not known."""
    data_fault: str | None

    @property
    def runs(self) -> int:
        """How many runs the study has: the baseline's too."""
        return (len(self.study.variants) + 1) * len(self.study.seeds) if self.study.variants else 0


class StudyStrip(Widget, can_focus=False):
    """Two lines; a click opens the settings."""

    HELP: ClassVar[str] = "The study: its question, seeds, protocol, data and runs; t sets them."
    DEFAULT_CSS = """
    StudyStrip {
        height: 4; padding: 0 1; border: round $border-blurred;
        border-title-color: $text-muted; border-subtitle-color: $text-muted;
        &:hover { border: round $accent; }
    }
    """

    class Pressed(Message):
        """The strip was clicked."""

    def __init__(self) -> None:
        super().__init__(id="study")
        self.border_title = "Study"
        self.border_subtitle = "t sets"
        self._facts: Facts | None = None

    def show(self, facts: Facts) -> None:
        """Show these; repaints only for others than before."""
        if facts != self._facts:
            self._facts = facts
            self.refresh()

    def render(self) -> Text:
        """Both lines, each shortened where it must be."""
        if self._facts is None:
            return Text()
        lines = [_first(self._facts), _second(self._facts)]
        for line in lines:
            line.truncate(max(1, self.content_size.width), overflow="ellipsis")
        return Text("\n", end="").join(lines)

    def on_click(self, event: events.Click) -> None:
        """Open the settings."""
        event.stop()
        self.post_message(self.Pressed())


def data_fault(data: str, network: Network) -> str | None:
    """Why the study cannot be trained on `data` now, and the remedy; None where it can."""
    name, _, path = data.partition(":")
    if name == FOLDER:
        return None if path and Path(path).expanduser().is_dir() else f"no folder at '{path}'"
    known = CATALOGUE.get(name)
    if known is None:
        return f"no data set is called '{name}'"
    if not known.present():
        return f"{name} is not here: {known.remedy()}"
    if known.classes != network.classes:
        return f"{name} has {known.classes} classes, the network {network.classes}"
    return None


def _first(facts: Facts) -> Text:
    line = Text(facts.study.name, style="bold", no_wrap=True, end="")
    file = facts.study.recipe_file
    where = f" in {Path(file).name}" if file else ""
    line.append(f"  {'saved' if facts.saved else 'not saved'}{where}", style="not bold dim")
    question = facts.study.question or "no question yet"
    line.append(f"  {question}", style="not bold" if facts.study.question else "not bold dim")
    return line


def _second(facts: Facts) -> Text:
    study = facts.study
    variants, seeds = len(study.variants), len(study.seeds)
    line = Text(no_wrap=True, end="")
    if variants:
        line.append(f"{variants + 1} networks × {seeds} seed{'s' * (seeds != 1)} = ")
        line.append(f"{facts.runs} runs", style="bold")
        line.append(f", {facts.time}")
    else:
        line.append("no runs yet")
    line.append(f"  {study.protocol}  ")
    if facts.data_fault:
        line.append(f"! {facts.data_fault}", style="bold")
    else:
        line.append(f"{study.data} (here)")
    return line
