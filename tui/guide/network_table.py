"""The networks of a guide, one below the other: what they cost, and how they differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from rich.text import Text
from textual.geometry import Size
from textual.widget import Widget

from netlab.format import format_count, format_percent_change
from netlab.sanitize import sanitize
from tui.guide.network_costs import NetworkCosts
from tui.widgets.cells import fit_width

NETWORK_FIGURES = (("params", 11), ("", 9), ("MACs", 9), ("", 9))
"""Headings and widths of the columns of numbers."""
NETWORK_NAME_RANGE = (12, 30)
"""The least and the most cells of a name."""
MIN_BESIDE_WIDTH = 40
"""Cells for the changes from which they stand beside the figures, not below."""
CHANGES_INDENT = 4


class NetworkTable(Widget):
    """Baseline and changes side by side."""

    HELP: ClassVar[str] = (
        "The baseline and its changes: parameters, MACs (one multiply and add each, for one\n"
        "image), the difference from the baseline, and what was changed and why."
    )
    DEFAULT_CSS = "NetworkTable { height: auto; width: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self._sides: tuple[NetworkCosts, ...] = ()

    def show(self, sides: Sequence[NetworkCosts]) -> None:
        """Show these; drawn anew only for others than before."""
        if tuple(sides) != self._sides:
            self._sides = tuple(sides)
            self.refresh(layout=True)

    def render(self) -> Text:
        """All lines."""
        return self._text(self.content_size.width)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as that takes."""
        del container, viewport
        return self._text(width).plain.count("\n") + 1

    def _text(self, width: int) -> Text:
        if not self._sides:
            return Text()
        longest = max(len(sanitize(side.name)) for side in self._sides)
        names = min(max(longest, NETWORK_NAME_RANGE[0]), NETWORK_NAME_RANGE[1])
        figures = sum(cells + 1 for _, cells in NETWORK_FIGURES)
        rest = width - names - figures - 2
        head = " ".join(f"{title:>{cells}}" for title, cells in NETWORK_FIGURES)
        beside = rest >= MIN_BESIDE_WIDTH
        title = f"{'network':<{names}} {head}" + ("  what is changed, and why" if beside else "")
        lines = [Text(fit_width(title, width).rstrip(), "dim")]
        for side in self._sides:
            row = _figures(side, self._sides[0], names)
            room = rest if beside else width - CHANGES_INDENT
            words = list(Text(_words(side)).wrap(self.app.console, max(1, room)))
            if beside:
                row = Text.assemble(row, "  ", words[0] if words else "")
                lines += [row, *(_indented(line, width - rest) for line in words[1:])]
            else:
                lines += [row, *(_indented(line, CHANGES_INDENT) for line in words)]
        return Text("\n", end="").join(lines)


def _figures(side: NetworkCosts, base: NetworkCosts, names: int) -> Text:
    cells = " ".join(
        f"{cell:>{wide}}"
        for cell, (_, wide) in zip(cost_cells(side, base), NETWORK_FIGURES, strict=True)
    )
    return Text.assemble((fit_width(sanitize(side.name), names), "bold"), " ", cells)


def cost_cells(side: NetworkCosts, base: NetworkCosts) -> Iterator[str]:
    """Parameters and MACs, each with its change from the baseline."""
    missing = "none" if side.fault else "…"
    for now, then, told in (
        (side.params, base.params, "{:,}"),
        (side.macs, base.macs, None),
    ):
        if now is None:
            yield from (missing, "")
            continue
        yield told.format(now) if told else format_count(now)
        yield "" if side is base or then is None else format_percent_change(now, then)


def _words(side: NetworkCosts) -> str:
    if side.fault:
        return f"! {sanitize(side.fault)}"
    if not side.changes:
        return sanitize(side.because) or "what the others are compared with"
    changes = sanitize("; ".join(side.changes))
    return f"{sanitize(side.because)}: {changes}" if side.because else changes


def _indented(line: Text, cells: int) -> Text:
    return Text.assemble(" " * cells, line)
