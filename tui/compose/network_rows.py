"""The network as rows: number, kind, key fields, output shape, parameters, share of the MACs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.message import Message
from textual.reactive import reactive, var
from textual.widget import Widget

from netlab.format import format_count, format_percent, format_shape
from netlab.recipe.network import Network
from netlab.sanitize import sanitize
from tui.compose.branch_edits import BranchNetwork
from tui.compose.row_text import bar, key_fields, network_line
from tui.model.costs import Costs, Fault, RowCost
from tui.widgets.line_list import LineList


@dataclass(frozen=True)
class RowLayout:
    """The widths of the columns."""

    kind: int
    fields: int
    shape: int
    params: int
    macs: int

    @classmethod
    def within(cls, width: int, network: Network) -> RowLayout:
        """Widths for `network` in `width` cells; the fields get the cells that remain."""
        longest = max([len(kind_text(network, row)) for row in range(len(network.blocks) + 1)])
        kind = min(longest, 20 if width < 90 else 26) + 1
        shape, params, macs = 12, 8, 6 if width < 60 else 12
        return cls(kind, max(0, width - 4 - kind - shape - params - macs), shape, params, macs)


class NetworkRows(LineList):
    """One line per row; line 0 is the network with its input and settings."""

    HELP: ClassVar[str] = (
        "The network, one row of blocks a line, from the image to the classes.\n"
        "Each row shows its output shape, its parameters and its share of all MACs.\n"
        "Row 0 is the network itself: its input, classes, norm, activation, width.\n"
        "Drag a row with the mouse, or use shift+up and shift+down, to move it. / finds a row.\n"
        "The right arrow opens a row of branches; there < and > go to the branches beside, n adds\n"
        "one, and Esc goes back up.\n"
        "✗ marks a row that cannot be built; the inspector says why and suggests a value."
    )

    network: var[Network | None] = var(None)
    costs: var[Costs | None] = var(None)
    dragged: reactive[int | None] = reactive(None)

    @dataclass
    class Dragged(Message):
        """A row was dragged to row `to` (both from 1)."""

        row: int
        to: int

    class Entered(Message):
        """A row was double-clicked; its form should open."""

    def watch_network(self, old: Network | None, new: Network | None) -> None:
        if old is None or new is None or len(old.blocks) != len(new.blocks):
            self.refresh(layout=True)
        else:
            self.redraw()

    def watch_costs(self) -> None:
        self.redraw()

    @property
    def count(self) -> int:
        return len(self.network.blocks) + 1 if self.network else 0

    @property
    def fault(self) -> Fault | None:
        """Why the network cannot be built or trained; None if it can or is not known."""
        return self.costs.fault if self.costs and self.costs.network == self.network else None

    def line(self, index: int, width: int) -> Text:
        assert self.network is not None
        columns = RowLayout.within(width, self.network)
        if index == 0:
            name, about = first_line(self.network)
            head = Text().append(
                f"    {_truncate(name, columns.kind):<{columns.kind}}", self.line_style("strong")
            )
            return head.append(about, style=self.line_style("muted"))
        row = self._row_at(index)
        text = Text()
        fault = self.fault
        at_fault = fault is not None and fault.row == row
        mark = (
            "✗" if at_fault else "↕" if self.dragged is not None and index == self.cursor else " "
        )
        text.append(f"{mark}{row:>2} ", style=self.line_style("error" if at_fault else "muted"))
        kind = _truncate(kind_text(self.network, row), columns.kind)
        text.append(f"{kind:<{columns.kind}}", style=self.line_style("strong"))
        if at_fault and fault:
            return text.append(fault.message, style=self.line_style("error"))
        fields = _truncate(key_fields(self.network.blocks[row - 1]), columns.fields)
        text.append(f"{fields:<{columns.fields}}")
        return text.append_text(self._figures(row, columns))

    def _figures(self, row: int, columns: RowLayout) -> Text:
        cost = self._cost(row)
        if cost is None or self.costs is None:
            return Text(
                f"{'…' if self.fault is None else '–':>{columns.shape - 1}}",
                self.line_style("muted"),
            )
        known = figures_still_valid(self.costs, self.network, row)
        text = Text(style="" if known else self.line_style("muted"))
        text.append(f"{format_shape(cost.out_shape):>{columns.shape - 1}} ")
        text.append(f"{format_count(cost.params):>{columns.params - 1}} ")
        share = cost.macs / self.costs.macs if self.costs.macs else 0.0
        if columns.macs >= 12:
            text.append(
                bar(share, columns.macs - 7), style=self.line_style("accent") if known else ""
            )
            text.append(" ")
        return text.append(f"{format_percent(share):>5}")

    def _cost(self, row: int) -> RowCost | None:
        rows = self.costs.rows if self.costs else ()
        return rows[row - 1] if row <= len(rows) else None

    def _row_at(self, index: int) -> int:
        """The row to draw on line `index`, in the order after the current drag."""
        if self.dragged is None or self.network is None:
            return index
        order = list(range(1, len(self.network.blocks) + 1))
        order.insert(self.cursor - 1, order.pop(self.dragged - 1))
        return order[index - 1]

    def on_mouse_down(self, event: events.MouseDown) -> None:
        super().on_mouse_down(event)
        if event.button == 1 and self.cursor:
            self.capture_mouse()
            self.dragged = self.cursor

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self.dragged is not None:
            self.cursor = max(1, event.y)

    def on_mouse_up(self) -> None:
        row, self.dragged = self.dragged, None
        self.release_mouse()
        if row is not None and row != self.cursor:
            self.post_message(self.Dragged(row, self.cursor))

    def on_click(self, event: events.Click) -> None:
        if event.chain == 2:
            self.post_message(self.Entered())


class RowsHeading(Widget):
    """The column names, above `NetworkRows`."""

    DEFAULT_CSS = "RowsHeading { height: 1; color: $text-muted; text-style: bold; }"

    network: reactive[Network | None] = reactive(None)

    def render(self) -> Text:
        width = self.size.width
        if self.network is None:
            return Text()
        columns = RowLayout.within(width, self.network)
        line = (
            f"  # {'block':<{columns.kind}}{_truncate('fields', columns.fields):<{columns.fields}}"
        )
        line += f"{'output':>{columns.shape - 1}} {'params':>{columns.params - 1}} "
        return Text(line + f"{'MACs':>{columns.macs - 1}}", no_wrap=True)


def first_line(network: Network) -> tuple[str, str]:
    """Kind and details for line 0, which is the network or the open branch."""
    if not isinstance(network, BranchNetwork):
        return "network", network_line(network)
    empty = "" if network.blocks else " · no blocks: the input stays unchanged; i inserts one"
    return "branch", f"{sanitize(network.name)} · input {format_shape(network.input)}{empty}"


def kind_text(network: Network, row: int) -> str:
    """`basic ×2`."""
    if row == 0:
        return "network"
    spec = network.blocks[row - 1]
    return spec.block + (f" ×{spec.repeat}" if spec.repeat > 1 else "")


def figures_still_valid(costs: Costs, network: Network | None, row: int) -> bool:
    """Whether the costs of rows 1 to `row` are valid: only later rows have changed, if any."""
    if network is None or costs.network == network:
        return True
    settings = costs.network.with_blocks(network.blocks)
    same_prefix = costs.network.blocks[:row] == network.blocks[:row]
    return same_prefix and settings == network


def _truncate(text: str, width: int) -> str:
    """`text` cut to `width` - 1 characters, so that a space follows it."""
    return text if len(text) < width else text[: max(0, width - 2)] + "…" if width > 1 else ""
