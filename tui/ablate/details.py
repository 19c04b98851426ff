"""All about the highlighted proposal or variant, in words that are never cut off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from netlab.recipe.proposals import Proposal
from tui.ablate.figures import change, shape
from tui.ablate.preview import Preview

Line = tuple[str, str]
"""What is told, and what is to be told about it."""


class Details(VerticalScroll):
    """What the highlighted line stands for; scrolls where it is long."""

    HELP: ClassVar[str] = (
        "The highlighted proposal or variant: what it changes, why it is worth trying, what is\n"
        "expected of it, what it costs, and where other shapes flow than in the baseline."
    )
    DEFAULT_CSS = """
    Details {
        border: round $border-blurred; border-title-color: $text-muted; padding: 0 1;
        &:focus { border: round $accent; border-title-color: $text; }
        scrollbar-size-vertical: 1;
        & > Static { width: 1fr; height: auto; }
    }
    """

    def __init__(self) -> None:
        super().__init__(id="details")
        self.border_title = "Details"
        self._told: Text | None = None

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static(id="details-text", markup=False)

    def tell(self, text: Text) -> None:
        """Show `text` from its beginning, unless it is there already."""
        if text != self._told:
            self._told = text
            self.query_one(Static).update(text)
            self.scroll_home(animate=False)


def about_proposal(proposal: Proposal, seen: Preview, chosen: bool) -> Text:
    """A proposal with what it would change and cost."""
    lines = [
        ("changes", "; ".join(seen.changes)),
        *_costs(seen),
        ("asks", proposal.question),
        ("space", "takes it out again" if chosen else "makes it a variant"),
    ]
    return _text(proposal.name, proposal.because, seen.fault, lines)


def about_variant(seen: Preview) -> Text:
    """A variant, or the baseline."""
    if seen.variant is None:
        return _text(seen.name, "what every variant is compared with", seen.fault, [*_costs(seen)])
    lines = [
        ("expected", seen.variant.expectation or "nothing written down yet: press e"),
        ("changes", "; ".join(seen.changes)),
        *_costs(seen),
    ]
    return _text(seen.name, seen.variant.because, seen.fault, lines)


def _text(name: str, because: str, fault: str | None, lines: list[Line]) -> Text:
    text = Text(name, style="bold", end="")
    if because:
        text.append(f": {because}", style="not bold")
    if fault:
        lines = [("fault", fault), *lines]
    for label, words in lines:
        if words:
            text.append(f"\n{label:<9}", style="dim")
            text.append(words, style="not bold")
    return text


def _costs(seen: Preview) -> Iterator[Line]:
    costs, base = seen.costs, seen.base
    if costs is None or not seen.complete:
        return
    compared = base is not None and base.fault is None and base is not costs
    figures = []
    for name, called in (("params", "params"), ("macs", "MACs"), ("activations", "activations")):
        number = getattr(costs, name)
        more = f" {change(number, getattr(base, name))}" if compared else ""
        figures.append(f"{number:,} {called}{more}")
    yield "costs", ", ".join(figures)
    if compared:
        yield "shapes", "; ".join(_shapes(seen))


def _shapes(seen: Preview) -> Iterator[str]:
    """Rows that give another shape than in the baseline, where rows can be paired."""
    costs, base = seen.costs, seen.base
    if costs is None or base is None or len(costs.rows) != len(base.rows):
        return
    for row, old in zip(costs.rows, base.rows, strict=True):
        if row.leaves != old.leaves:
            yield f"row {row.row} gives {shape(row.leaves)} instead of {shape(old.leaves)}"
