"""The line above the rows that shows the open branch and how to leave it."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from netlab.recipe.branch_paths import BranchPath, row_at
from netlab.recipe.network import Network
from tui.widgets.styles import component_style


class Breadcrumb(Widget):
    """`network › 3 branches › 5x5 (2 of 4)`; hidden if no branch is open."""

    COMPONENT_CLASSES = {"trail--muted"}  # noqa: RUF012
    DEFAULT_CSS = """
    Breadcrumb { height: 1; padding: 0 1; background: $boost; display: none; }
    Breadcrumb.-inside { display: block; }
    Breadcrumb > .trail--muted { color: $text-muted; }
    """

    parts: reactive[tuple[str, ...]] = reactive(())
    position: reactive[tuple[int, int]] = reactive((0, 0))

    def show(self, network: Network, steps: BranchPath) -> None:
        parts = ["network"]
        for depth in range(1, len(steps) + 1):
            row, number = steps[depth - 1]
            spec = row_at(network, steps[:depth])
            parts += [f"{row} branches", spec.branches[number].name]
            self.position = number + 1, len(spec.branches)
        self.parts = tuple(parts)
        self.set_class(bool(steps), "-inside")

    def render(self) -> Text:
        muted = component_style(self, "trail--muted")
        number, count = self.position
        where = f" ({number} of {count})"
        room = max(1, self.size.width - 2)
        *before, name = self.parts or ("",)
        way = Text().append("".join(f"{part} › " for part in before), style=muted)
        if way.cell_len + cell_len(name + where) > room:
            way = Text().append("… › ", style=muted)
        way.append(name, style="bold").append(where)
        way.truncate(room, overflow="ellipsis")
        keys = "< > others · Esc up"
        gap = room - way.cell_len - len(keys)
        return way.append(" " * gap + keys, style=muted) if gap >= 2 else way
