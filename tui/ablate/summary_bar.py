"""The study's settings on a few lines: question, number of runs, time, protocol, data."""

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
"""Least height, in lines, for giving each part its own line."""


@dataclass(frozen=True)
class StudySummary:
    """The data that the bar shows."""

    study: StudyDraft
    saved: bool
    protocol: str
    """With its epochs, or why these are not known."""
    time_text: str
    """`about 12 min`, `…` while it is not known, or why there is none."""
    data_problem: str | None


class SummaryBar(Widget, can_focus=False):
    """The study on two lines, or on four if there is room; a click opens the settings."""

    HELP: ClassVar[str] = (
        "The study: its question, how many runs it has and how long they take one at a time, the\n"
        "protocol with its epochs, the data and the device; t sets all of them."
    )
    DEFAULT_CSS = """
    SummaryBar { padding: 0 1; }
    """

    class Pressed(Message):
        """The bar was clicked."""

    def __init__(self) -> None:
        super().__init__(id="study")
        self.border_title = " Study "
        self._summary: StudySummary | None = None

    def show(self, summary: StudySummary) -> None:
        """Show `summary`; draw nothing if it is unchanged."""
        if summary != self._summary:
            self._summary = summary
            self.refresh()

    def render(self) -> Text:
        if self._summary is None:
            return Text()
        brief = self.content_size.height < LINES_FOR_FULL_FORM
        name, question = _name(self._summary), _question(self._summary)
        runs, training = _runs(self._summary, brief=brief), _training(self._summary)
        lines = [name, question, runs, training]
        if brief:
            lines = [
                Text(GAP, end="").join([name, question]),
                Text(GAP, end="").join([runs, training]),
            ]
        for line in lines:
            line.no_wrap = True
            line.truncate(max(1, self.content_size.width), overflow="ellipsis")
        return Text("\n", end="").join(lines)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.post_message(self.Pressed())


def describe_run_count(variants: int, seeds: int, *, brief: bool = False) -> str:
    """Such as `6 networks × 3 seeds = 18 runs`; the baseline counts as a network."""
    if not variants:
        return "no runs yet"
    networks = variants + 1
    what = "" if brief else " networks"
    return f"{networks}{what} × {pluralize(seeds, 'seed')} = {networks * seeds} runs"


def _name(summary: StudySummary) -> Text:
    text = Text(sanitize(summary.study.name), style="bold", end="")
    file = summary.study.recipe_file
    stands = "saved" if summary.saved else "not saved"
    if file and is_shipped_recipe(Path(file)):
        stands = "as it comes with netlab" if summary.saved else "changed, not saved"
    elif file:
        stands += f" in {sanitize(Path(file).name)}"
    return text.append(f"{GAP}{stands}", "not bold dim")


def _question(summary: StudySummary) -> Text:
    question = summary.study.question
    return Text(sanitize(question), end="") if question else Text("no question yet", "dim", end="")


def _runs(summary: StudySummary, *, brief: bool) -> Text:
    study = summary.study
    text = Text(describe_run_count(len(study.variants), len(study.seeds), brief=brief), end="")
    return text.append(f", {summary.time_text}") if study.variants else text


def _training(summary: StudySummary) -> Text:
    """Protocol, data and device. A data problem comes first, so that it is not cut off."""
    study = summary.study
    parts = [sanitize(summary.protocol), sanitize(study.data), study.device]
    if summary.data_problem:
        parts[1:2] = []
        parts.insert(0, f"! {sanitize(summary.data_problem)}")
    text = Text(end="")
    for index, part in enumerate(parts):
        text.append(GAP if index else "").append(part, "bold" if part.startswith("!") else "")
    return text
