"""The study's settings on a few lines: what is asked, how many runs, how long, on what."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.message import Message
from textual.widget import Widget

from netlab.format import pluralize
from netlab.paths import is_shipped_recipe
from netlab.recipe.study_draft import StudyDraft
from netlab.sanitize import sanitize

GAP = "  "
LINES_FOR_FULL_FORM = 4
"""Lines from which each thing has its own."""


@dataclass(frozen=True)
class StudySummary:
    """What the lines tell."""

    study: StudyDraft
    saved: bool
    protocol: str
    """With its epochs, or why it cannot be told."""
    time_text: str
    """`about 12 min`, `…` while it is worked out, or why it is not known."""
    data_problem: str | None


class SummaryBar(Widget, can_focus=False):
    """The study on two lines, or on four where there is room; a click opens the settings."""

    HELP: ClassVar[str] = (
        "The study: its question, how many runs it has and how long they take one at a time, the\n"
        "protocol with its epochs, the data and the device; t sets all of them."
    )
    DEFAULT_CSS = """
    SummaryBar { padding: 0 1; }
    """

    class Pressed(Message):
        """The strip was clicked."""

    def __init__(self) -> None:
        super().__init__(id="study")
        self.border_title = " Study "
        self._summary: StudySummary | None = None

    def show(self, facts: StudySummary) -> None:
        """Show these; repaints only for others than before."""
        if facts != self._summary:
            self._summary = facts
            self.refresh()

    def render(self) -> Text:
        if self._summary is None:
            return Text()
        brief = self.content_size.height < LINES_FOR_FULL_FORM
        name, question = _name(self._summary), _question(self._summary)
        size, way = _runs(self._summary, brief=brief), _training(self._summary)
        lines = [name, question, size, way]
        if brief:
            lines = [Text(GAP, end="").join([name, question]), Text(GAP, end="").join([size, way])]
        for line in lines:
            line.no_wrap = True
            line.truncate(max(1, self.content_size.width), overflow="ellipsis")
        return Text("\n", end="").join(lines)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.post_message(self.Pressed())


def describe_run_count(variants: int, seeds: int, *, brief: bool = False) -> str:
    """How many runs there are, the baseline's too: `6 networks × 3 seeds = 18 runs`."""
    if not variants:
        return "no runs yet"
    networks = variants + 1
    what = "" if brief else " networks"
    return f"{networks}{what} × {pluralize(seeds, 'seed')} = {networks * seeds} runs"


def _name(facts: StudySummary) -> Text:
    text = Text(sanitize(facts.study.name), style="bold", end="")
    file = facts.study.recipe_file
    stands = "saved" if facts.saved else "not saved"
    if file and is_shipped_recipe(Path(file)):
        stands = "as it comes with netlab" if facts.saved else "changed, not saved"
    elif file:
        stands += f" in {sanitize(Path(file).name)}"
    return text.append(f"{GAP}{stands}", "not bold dim")


def _question(facts: StudySummary) -> Text:
    asked = facts.study.question
    return Text(sanitize(asked), end="") if asked else Text("no question yet", "dim", end="")


def _runs(facts: StudySummary, *, brief: bool) -> Text:
    study = facts.study
    text = Text(describe_run_count(len(study.variants), len(study.seeds), brief=brief), end="")
    return text.append(f", {facts.time_text}") if study.variants else text


def _training(facts: StudySummary) -> Text:
    """What is wrong stands first, so that no line is too short for it."""
    study = facts.study
    parts = [sanitize(facts.protocol), sanitize(study.data), study.device]
    if facts.data_problem:
        parts[1:2] = []
        parts.insert(0, f"! {sanitize(facts.data_problem)}")
    text = Text(end="")
    for place, part in enumerate(parts):
        text.append(GAP if place else "").append(part, "bold" if part.startswith("!") else "")
    return text
