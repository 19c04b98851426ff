"""The networks of a guide, one per line: their costs, and how they differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from rich.text import Text
from textual.geometry import Size
from textual.widget import Widget

from netlab.format import format_count, format_percent_change
from netlab.sanitize import sanitize
from tui.model.network_preview import NetworkPreview
from tui.widgets.cells import fit_width

NETWORK_FIGURES = (("params", 11), ("", 9), ("MACs", 9), ("", 9))
"""Headings and widths (in cells) of the columns of numbers."""
NETWORK_NAME_RANGE = (12, 30)
"""The least and the greatest width of the names, in cells."""
MIN_BESIDE_WIDTH = 40
"""Least width, in cells, for showing the changes at the right of the figures, not below them."""
CHANGES_INDENT = 4


class NetworkTable(Widget):
    """The baseline and the variants, one below the other."""

    HELP: ClassVar[str] = (
        "The baseline and its changes: parameters, MACs (one multiply and add each, for one\n"
        "image), the difference from the baseline, and what was changed and why."
    )
    DEFAULT_CSS = "NetworkTable { height: auto; width: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self._networks: tuple[NetworkPreview, ...] = ()

    def show(self, networks: Sequence[NetworkPreview]) -> None:
        """Show these networks; draw nothing if they are unchanged."""
        if tuple(networks) != self._networks:
            self._networks = tuple(networks)
            self.refresh(layout=True)

    def render(self) -> Text:
        return self._text(self.content_size.width)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        del container, viewport
        return self._text(width).plain.count("\n") + 1

    def _text(self, width: int) -> Text:
        if not self._networks:
            return Text()
        longest = max(len(sanitize(one.name)) for one in self._networks)
        names = min(max(longest, NETWORK_NAME_RANGE[0]), NETWORK_NAME_RANGE[1])
        figures = sum(cells + 1 for _, cells in NETWORK_FIGURES)
        rest = width - names - figures - 2
        head = " ".join(f"{title:>{cells}}" for title, cells in NETWORK_FIGURES)
        beside = rest >= MIN_BESIDE_WIDTH
        title = f"{'network':<{names}} {head}" + ("  what is changed, and why" if beside else "")
        lines = [Text(fit_width(title, width).rstrip(), "dim")]
        for one in self._networks:
            row = _figures(one, self._networks[0], names)
            room = rest if beside else width - CHANGES_INDENT
            lines_of_changes = list(Text(_words(one)).wrap(self.app.console, max(1, room)))
            if beside:
                row = Text.assemble(row, "  ", lines_of_changes[0] if lines_of_changes else "")
                lines += [row, *(_indented(line, width - rest) for line in lines_of_changes[1:])]
            else:
                lines += [row, *(_indented(line, CHANGES_INDENT) for line in lines_of_changes)]
        return Text("\n", end="").join(lines)


def _figures(one: NetworkPreview, base: NetworkPreview, names: int) -> Text:
    cells = " ".join(
        f"{cell:>{wide}}"
        for cell, (_, wide) in zip(cost_cells(one, base), NETWORK_FIGURES, strict=True)
    )
    return Text.assemble((fit_width(sanitize(one.name), names), "bold"), " ", cells)


def cost_cells(one: NetworkPreview, base: NetworkPreview) -> Iterator[str]:
    """Parameters and MACs, each with its difference from the baseline."""
    costs, base_costs = one.figures, base.figures
    if costs is None:
        yield from ("none" if one.fault else "…", "") * 2
        return
    compared = base_costs if one is not base else None
    yield f"{costs.params:,}"
    yield format_percent_change(costs.params, compared.params) if compared else ""
    yield format_count(costs.macs)
    yield format_percent_change(costs.macs, compared.macs) if compared else ""


def _words(one: NetworkPreview) -> str:
    if one.fault:
        return f"! {sanitize(one.fault)}"
    if not one.all_changes:
        return sanitize(one.because) or "what the others are compared with"
    changes = sanitize("; ".join(one.all_changes))
    return f"{sanitize(one.because)}: {changes}" if one.because else changes


def _indented(line: Text, cells: int) -> Text:
    return Text.assemble(" " * cells, line)
