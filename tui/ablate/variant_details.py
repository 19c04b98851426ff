"""All about the highlighted proposal or variant, in words that are never cut off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from netlab.format import format_percent_change
from netlab.recipe.proposals import Proposal
from netlab.sanitize import sanitize
from tui.ablate.network_preview import NetworkPreview
from tui.compose.row_text import shape_text
from tui.widgets.definition_list import Definition, DefinitionBlock, DefinitionList

LABEL_WIDTH = 9
"""Cells for labels."""


class VariantDetails(VerticalScroll):
    """What the highlighted line stands for; scrolls where it is long."""

    HELP: ClassVar[str] = (
        "The highlighted proposal or variant: what it changes, why it is worth trying, what is\n"
        "expected of it, what it costs, and where other shapes flow than in the baseline."
    )
    DEFAULT_CSS = """
    VariantDetails { padding: 0 1; scrollbar-size-vertical: 1; }
    """

    def __init__(self) -> None:
        super().__init__(id="details")
        self.border_title = " Details "

    def compose(self) -> ComposeResult:
        """One text."""
        yield DefinitionList(LABEL_WIDTH, id="details-text")

    def show_block(self, block: DefinitionBlock) -> None:
        """Show `block` from its beginning, unless it is there already."""
        if self.query_one(DefinitionList).show([block]):
            self.scroll_home(animate=False)


def proposal_block(proposal: Proposal, seen: NetworkPreview, chosen: bool) -> DefinitionBlock:
    """A proposal with what it would change and cost."""
    lines = [
        ("changes", "; ".join(seen.changes)),
        *_repairs(seen),
        *_costs(seen),
        ("asks", proposal.question),
        ("space", "takes it out again" if chosen else "makes it a variant"),
    ]
    return _make_block(proposal.name, proposal.because, seen.fault, lines)


def variant_block(seen: NetworkPreview) -> DefinitionBlock:
    """A variant, or the baseline."""
    if seen.variant is None:
        return _make_block(
            seen.name, "what every variant is compared with", seen.fault, _costs(seen)
        )
    lines = [
        ("expected", seen.variant.expect or "nothing written down yet: press e"),
        ("changes", "; ".join(seen.changes)),
        *_repairs(seen),
        *_costs(seen),
    ]
    return _make_block(seen.name, seen.variant.because, seen.fault, lines)


def _make_block(
    name: str, because: str, fault: str | None, lines: Iterable[Definition]
) -> DefinitionBlock:
    told = (("fault", fault or ""), *lines)
    kept = tuple((label, sanitize(words)) for label, words in told if words)
    return DefinitionBlock(sanitize(name), sanitize(because), kept)


def _repairs(seen: NetworkPreview) -> Iterator[Definition]:
    """What the change broke elsewhere, and how planning mends it."""
    for number, words in enumerate(seen.repairs):
        yield "" if number else "repaired", words.removeprefix("repaired: ")


def _costs(seen: NetworkPreview) -> Iterator[Definition]:
    costs, base = seen.costs, seen.baseline_costs
    if costs is None or not seen.complete:
        return
    compared = base is not None and base.fault is None and base is not costs
    figures = []
    for name, called in (("params", "params"), ("macs", "MACs"), ("activations", "activations")):
        number = getattr(costs, name)
        more = f" {format_percent_change(number, getattr(base, name))}" if compared else ""
        figures.append(f"{number:,} {called}{more}")
    yield "costs", ", ".join(figures)
    if compared:
        yield "shapes", "; ".join(_shapes(seen))


def _shapes(seen: NetworkPreview) -> Iterator[str]:
    """Rows that give another shape than in the baseline, where rows can be paired."""
    costs, base = seen.costs, seen.baseline_costs
    if costs is None or base is None or len(costs.rows) != len(base.rows):
        return
    for row, old in zip(costs.rows, base.rows, strict=True):
        if row.out_shape != old.out_shape:
            yield f"row {row.row} gives {shape_text(row.out_shape)} instead of {shape_text(old.out_shape)}"
