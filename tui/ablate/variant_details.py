"""All details of the highlighted proposal or variant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from netlab.format import format_percent_change, format_shape
from netlab.recipe.proposals import Proposal
from netlab.sanitize import sanitize
from tui.model.costs import Costs
from tui.model.network_preview import NetworkPreview
from tui.widgets.definition_list import Definition, DefinitionBlock, DefinitionList

LABEL_WIDTH = 9
"""In cells."""


class VariantDetails(VerticalScroll):
    """The details of the highlighted line; scrolls if they are long."""

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
        yield DefinitionList(LABEL_WIDTH, id="details-text")

    def show_block(self, block: DefinitionBlock) -> None:
        """Show `block` from its first line; do nothing if it is shown already."""
        if self.query_one(DefinitionList).show([block]):
            self.scroll_home(animate=False)


def proposal_block(
    proposal: Proposal, preview: NetworkPreview, baseline_costs: Costs | None, chosen: bool
) -> DefinitionBlock:
    """The details of a proposal: what it would change and cost."""
    lines = [
        ("changes", "; ".join(preview.changes)),
        *_adjustments(preview),
        *_costs(preview, baseline_costs),
        ("asks", proposal.question),
        ("space", "takes it out again" if chosen else "makes it a variant"),
    ]
    return _make_block(preview, proposal.because, lines)


def variant_block(
    preview: NetworkPreview, baseline_costs: Costs | None, expectation: str
) -> DefinitionBlock:
    """The details of a variant, or of the baseline."""
    if preview.is_baseline:
        about = "what every variant is compared with"
        return _make_block(preview, about, _costs(preview, baseline_costs))
    lines = [
        ("expected", expectation or "nothing written down yet: press e"),
        ("changes", "; ".join(preview.changes)),
        *_adjustments(preview),
        *_costs(preview, baseline_costs),
    ]
    return _make_block(preview, preview.because, lines)


def _make_block(
    preview: NetworkPreview, about: str, lines: Iterable[Definition]
) -> DefinitionBlock:
    every = (("fault", preview.fault or ""), *lines)
    shown = tuple((label, sanitize(text)) for label, text in every if text)
    return DefinitionBlock(sanitize(preview.name), sanitize(about), shown)


def _adjustments(preview: NetworkPreview) -> Iterator[Definition]:
    """Changes that planning adds: repairs of what the edits broke, and a scaled width."""
    label = "repaired"
    for text in preview.adjustments:
        yield label, text.removeprefix("repaired: ")
        label = ""


def _costs(preview: NetworkPreview, base: Costs | None) -> Iterator[Definition]:
    costs = preview.costs
    if costs is None or not preview.complete:
        return
    compared = base if base is not None and base.fault is None and base is not costs else None
    figures = []
    for name, label in (("params", "params"), ("macs", "MACs"), ("activations", "activations")):
        number = getattr(costs, name)
        more = f" {format_percent_change(number, getattr(compared, name))}" if compared else ""
        figures.append(f"{number:,} {label}{more}")
    yield "costs", ", ".join(figures)
    if compared:
        yield "shapes", "; ".join(_shapes(costs, compared))


def _shapes(costs: Costs, base: Costs) -> Iterator[str]:
    """Rows whose output shape differs from the baseline's; none if the number of rows differs."""
    if len(costs.rows) != len(base.rows):
        return
    for row, old in zip(costs.rows, base.rows, strict=True):
        if row.out_shape != old.out_shape:
            shapes = f"{format_shape(row.out_shape)} instead of {format_shape(old.out_shape)}"
            yield f"row {row.row} gives {shapes}"
